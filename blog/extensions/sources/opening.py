"""Open the page of a source: request it, read it in the sandbox, compare its claims. Without the database."""

import errno
import itertools
import socket
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings

from blog.documents.addresses import check_page_address
from blog.extensions.sources.addresses import host_of, is_of_site
from blog.extensions.sources.robots import Robots, RobotsError
from blog.extensions.sources.sandboxed import SENTENCES_AT_ONCE, compare, open_page
from blog.extensions.sources.states import failed_state
from blog.extensions.sources.values import Evidence, OpenedPage
from blog.files.remote.fetcher import Fetcher, FetchError, Limits, RemoteAnswer, Rules
from blog.sandbox.refusals import RefusedError

AGENT = "Galley"
TYPES = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.9,*/*;q=0.1"
LIMITS = Limits(megabytes=2, seconds=15)
MOST_SENTENCES = 500  # of one source that are compared at once; a later job compares the others
PERMANENT = {301, 308}
NOT_OPENED, NOT_TEXT, UNREACHABLE = "not_opened", "not_text", "unreachable"


@dataclass(frozen=True, slots=True)
class Task:
    """A source to open. sentences: {primary key of an Evidence: sentence}."""

    key: int
    address: str
    sentences: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What opening a source led to. state: NOT_OPENED if it must not be opened, with the reason.

    is_offline: the error shows that this server has no network. page: as plain values, if it was read.
    evidence: {primary key: what was found}.
    """

    task: Task
    state: str
    status: int | None = None
    reason: str = ""
    is_offline: bool = False
    final_address: str = ""
    page: dict | None = None
    digest: str = ""
    evidence: dict[int, Evidence] = field(default_factory=dict)


def site_fetcher() -> Fetcher:
    """Return a fetcher for pages on public hosts. Tests replace it."""
    agent = f"{AGENT} (+{settings.SITE_URL})"
    return Fetcher(Rules(http=True, check=check_page_address), limits=LIMITS, user_agent=agent)


class Opener:
    """Opens sources in several threads. never: sites that are not opened."""

    def __init__(self, never: list[str]):
        self.fetcher = site_fetcher()
        self._never = never
        self._robots = Robots(partial(self.fetcher.open, check=self._check_site), AGENT)

    def open(self, task: Task) -> Outcome:
        """Open a page and compare it. Never raises, except for faults of this program."""
        try:
            answer = self.fetcher.open(task.address, accept=TYPES, check=self._check)
        except RobotsError as error:
            return Outcome(task, NOT_OPENED, reason=str(error))
        except FetchError as error:
            state = NOT_TEXT if error.is_too_large else UNREACHABLE
            return Outcome(task, state, reason=str(error), is_offline=_is_offline(error.__cause__))
        outcome = self._outcome(task, answer)
        if outcome.page and task.sentences:
            outcome.evidence = compare_all(outcome.page, task.sentences)
        return outcome

    def _check(self, address):
        self._check_site(address)
        self._robots.check(address)

    def _check_site(self, address):
        if is_of_site(host_of(address), self._never):
            raise RobotsError("the settings of this site forbid it.")

    def _outcome(self, task, answer: RemoteAnswer) -> Outcome:
        found = OpenedPage(failed_state(answer.status, None) or "")
        outcome = Outcome(task, found.state, answer.status)
        if answer.redirects:
            outcome.final_address = moved_to(answer) or answer.address
        if not found.state:
            try:
                found = open_page(
                    answer.content, answer.content_type, task.address, answer.address, answer.redirects
                )
            except RefusedError as error:
                outcome.state, outcome.reason = NOT_TEXT, str(error)
                return outcome
            outcome.state, outcome.page, outcome.digest = found.state, found.page, found.digest
        return outcome


def moved_to(answer: RemoteAnswer) -> str:
    """Return where the permanent redirects at the beginning lead, or ""."""
    steps = itertools.takewhile(lambda step: step[0] in PERMANENT, answer.redirects)
    return next((address for _status, address in reversed(list(steps))), "")


def _is_offline(cause):
    if isinstance(cause, socket.gaierror):
        return cause.errno == socket.EAI_AGAIN
    return isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.ENETDOWN)


def compare_all(page: dict, sentences: dict[int, str]) -> dict[int, Evidence]:
    """Return {key: evidence} of these sentences, without those that exceed a limit of the sandbox."""
    found = {}
    for some in itertools.batched(sentences.items(), SENTENCES_AT_ONCE):
        found |= _compared(page, dict(some))
    return found


def _compared(page, sentences):
    try:
        return dict(zip(sentences, compare(page, list(sentences.values())), strict=True))
    except RefusedError:
        if len(sentences) == 1:
            return {}
    return {key: value for one in sentences for key, value in _compared(page, {one: sentences[one]}).items()}
