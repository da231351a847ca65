"""A source, its state and its evidence in the words of the screens."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.extensions.sources.models import Evidence, Source, State

SIGNS = {
    State.OK: "opened",
    State.MOVED: "moved",
    State.GONE: "dead",
    State.UNREACHABLE: "dead",
    State.NOT_OPENED: "",
}
# Common reasons why a page was not read, as they are stored.
REASONS = {
    "it is larger than 2 MB.": gettext_lazy("larger than 2 MB"),
    "the robots.txt of the site forbids it.": gettext_lazy("its robots.txt forbids it"),
    "the settings of this site forbid it.": gettext_lazy("the settings forbid it"),
}
CLASSES = {"found": "found", "partly": "part", "not_found": "absent", "": "unknown"}
_WORD = re.compile(r"\w[\w.,]*\w|\w")


def moment(at: datetime) -> str:
    """Return a day and time as “today, 07:31”, or as “28 Nov 2026”."""
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return _("today, %(time)s") % {"time": date_format(local, "TIME_FORMAT")}
    return date_format(local, "SHORT_DATE_FORMAT")


@dataclass(frozen=True)
class ShownState:
    """What happened to a source. sign: its CSS class."""

    sign: str
    words: str
    more: str = ""


def state_of(source: Source) -> ShownState:
    """Return the state of a source for the proof, in a whole sentence, even if it does not count yet."""
    state = source.failing_state or source.state
    if source.is_ignored:
        return ShownState("left", _("Ignored"), source.ignored_reason)
    if source.is_awaited:
        return ShownState("", _("Opening…"))
    sign = SIGNS.get(state, "shut")
    at = moment(source.tried_at) if source.tried_at else ""
    if state == State.OK:
        return ShownState(sign, _("Opened, %(when)s") % {"when": moment(source.opened_at or source.tried_at)})
    if state == State.MOVED:
        return ShownState(sign, _("Moved to a new URL"), _("The old one leads here."))
    if state == State.GONE:
        words = _("Gone: the page answers %(status)s") if source.status else _("Gone")
        return ShownState(sign, words % {"status": source.status}, _last_seen(source, at))
    if state == State.SOFT_404:
        return ShownState(
            sign, _with_status(_("Error page"), source), _("It says that the page is not there.")
        )
    if state == State.CLOSED:
        return ShownState(sign, str(State.CLOSED.label), _("Galley opens pages without scripts."))
    if state == State.UNREACHABLE:
        return ShownState("shut", str(State.UNREACHABLE.label), source.reason)
    return ShownState(sign, str(State(state).label), _reason_of(source) or _queued(source))


def _reason_of(source):
    return str(REASONS.get(source.reason, source.reason))


def state_in_list(source: Source, before: int | None = None) -> ShownState:
    """Return the state of a source for a list: a few words, and since when.

    before: how many sources are opened before it, if this is known.
    """
    if source.is_ignored:
        by = filter(None, [source.ignored_by_name, moment(source.ignored_at)])
        return ShownState("left", _("Ignored"), ", ".join(by))
    if source.is_awaited:
        return ShownState("", _("Opening…"))
    sign, words = SIGNS.get(source.state, "shut"), str(State(source.state).label)
    if source.state == State.OK:
        return ShownState(sign, words, moment(source.opened_at or source.tried_at))
    if source.state == State.MOVED:
        return ShownState(sign, words, _("redirects permanently"))
    if source.state in (State.NOT_OPENED, State.NOT_TEXT) and source.reason:
        return ShownState(sign, words, _reason_of(source))
    if source.state == State.NOT_OPENED:
        return ShownState(sign, words, _tried(source) or _queued(source, before))
    sentence = _("4 tries since %(day)s") if source.state == State.UNREACHABLE else _("since %(day)s")
    since = sentence % {"day": moment(source.state_since)} if source.state_since else ""
    if source.state in (State.GONE, State.SOFT_404):
        words = _with_status(words, source)
    return ShownState(sign, words, since)


def _with_status(words, source):
    return f"{words} ({source.status})" if source.status and source.status != 200 else words


def _last_seen(source, at):
    tried = _("Tried %(when)s.") % {"when": at} if at else ""
    if not source.opened_at:
        return tried
    return f"{tried} {_('It was there on %(day)s.') % {'day': moment(source.opened_at)}}".strip()


def _tried(source):
    if not source.tries:
        return ""
    return ngettext("%d try without success", "%d tries without success", source.tries) % source.tries


def _queued(source, before=None):
    if before:
        return ngettext("%d is before it", "%d are before it", before) % before
    return _("It is in the queue.") if source.next_opening_at else ""


@dataclass(frozen=True)
class ShownEvidence:
    """What a source says of a claim. sign: the CSS class. about: which kind of mark, or ""."""

    verdict: str
    found: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    passage: SafeString | str = ""
    section: str = ""
    about: str = ""
    number_of_words: int = 0
    last_found: str = ""  # day, if the page is gone since

    def as_last_found(self, opened_at: datetime | None) -> "ShownEvidence":
        """Return the evidence of a page that is gone: what it said when it was last opened."""
        if self.verdict != "found" or opened_at is None:
            return self
        return replace(self, verdict="", passage="", last_found=moment(opened_at))

    @property
    def sign(self) -> str:
        return CLASSES[self.verdict]

    @property
    def said(self) -> str:
        """The evidence in one sentence, for screen readers."""
        there, lacks = listed_words(self.found), listed_words(self.missing)
        if self.verdict == "partly":
            return _("Partly: %(there)s is there, %(lacks)s is not.") % {"there": there, "lacks": lacks}
        sentences = {
            "found": _("Found on this page."),
            "not_found": _("Not on this page."),
            "": _("It could not be compared."),
        }
        return sentences[self.verdict]

    @property
    def there(self) -> str:
        return listed_words(self.found)

    @property
    def lacks(self) -> str:
        return listed_words(self.missing)


def shown_evidence(evidence: Evidence, **more) -> ShownEvidence:
    """Return what a stored or a fresh Evidence says."""
    passage = highlight(evidence.passage, evidence.found) if evidence.passage else ""
    found, missing = list(evidence.found), list(evidence.missing)
    return ShownEvidence(evidence.verdict, found, missing, passage, evidence.section, **more)


def listed_words(parts: list[str]) -> str:
    return get_text_list(parts, _("and"))


def highlight(passage: str, parts: list[str]) -> SafeString:
    """Return a passage as HTML, with these parts of the sentence marked, in the spelling of the passage."""
    folded = passage.casefold()
    if len(folded) != len(passage):
        return format_html("{}", passage)
    spans = sorted(span for part in parts for span in _spans(folded, part.casefold()))
    pieces, end = [], 0
    for start, stop in spans:
        if start >= end:
            pieces += [(False, passage[end:start]), (True, passage[start:stop])]
            end = stop
    pieces.append((False, passage[end:]))
    marked = ((format_html("<mark>{}</mark>", words) if is_part else words,) for is_part, words in pieces)
    return format_html_join("", "{}", marked)


def _spans(folded, part):
    """Return the places of a part in a passage; of its longest words, if it is spelled differently there."""
    place = folded.find(part) if part else -1
    if place >= 0:
        return [(place, place + len(part))]
    words = [word for word in _WORD.findall(part) if len(word) > 3 or word[0].isdigit()]
    return [(place, place + len(word)) for word in words if (place := folded.find(word)) >= 0]


def page_date(written: str) -> str:
    """Return the date of a page as the site writes dates, if the page has it in digits."""
    try:
        return date_format(date.fromisoformat(written[:10]), "DATE_FORMAT")
    except ValueError:
        return written


def title_of(source: Source) -> str:
    """Return the title of the page, or its URL without the scheme."""
    return source.title or short_address(source.address)


def short_address(address: str) -> str:
    return address.partition("://")[2].removesuffix("/")


def is_older(at: datetime | None, seconds: int) -> bool:
    return at is not None and at < timezone.now() - timedelta(seconds=seconds)
