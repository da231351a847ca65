"""The frame of all actions: skip changed articles, and record how to undo.

An editor decides on articles as a page has shown them. Articles saved since then are left unchanged, and
reported with the reason (Sorting).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone

from blog.articles.actions.models import Publication, UndoableAction
from blog.articles.flags import HINTS
from blog.articles.models import Article
from blog.articles.versions.history import ensure_first_versions, record_versions
from blog.articles.versions.models import Version
from blog.site.redirects import Redirect

# {name of an append-only model: function of a row's key and a user that adds the row which takes it back}
UNDO_HANDLERS: dict[str, Callable[[int, Any], None]] = {}


class SkipReason(StrEnum):
    """Why an article is left unchanged."""

    CHANGED = "changed"  # saved since the editor saw it
    GONE = "gone"
    TRASHED = "trashed"
    EMPTY = "empty"
    UNREVIEWED = "unreviewed"  # and none is published here without a review
    ALREADY_PUBLISHED = "public"
    SCHEDULED = "waiting"
    NOT_PUBLISHED = "new"
    SAME = "same"  # the flag has the wanted value already


@dataclass
class BulkResult:
    """Articles that a verb changes (ready), and those that it leaves unchanged, by reason."""

    changed: list[Article] = field(default_factory=list)
    skipped: dict[SkipReason, list[Article]] = field(default_factory=dict)
    missing_count: int = 0
    message: str = ""  # the message on what was done

    def leave(self, article: Article, reason: SkipReason) -> None:
        self.skipped.setdefault(reason, []).append(article)

    @property
    def number(self) -> int:
        """The number of articles, changed or not."""
        return len(self.changed) + sum(map(len, self.skipped.values()))


def partition_articles(
    reason_to_leave: Callable[[Article], SkipReason | None],
    articles: list[Article],
    seen: dict[int, int] | None = None,
) -> BulkResult:
    """Sort articles into those that are as they were seen, with no reason to leave them, and others."""
    sorting = BulkResult()
    for article in articles:
        if seen is not None and article.lock_version != seen[article.pk]:
            sorting.leave(article, SkipReason.CHANGED)
        elif reason := reason_to_leave(article):
            sorting.leave(article, reason)
        else:
            sorting.changed.append(article)
    sorting.skipped = {reason: sorting.skipped[reason] for reason in SkipReason if reason in sorting.skipped}
    sorting.missing_count = len(seen) - len(articles) if seen is not None else 0
    return sorting


def articles_for_action(keys: Iterable[int]):
    """Return a queryset of the articles with these keys, with the fields that sort() needs."""
    fields = ("title", "slug", "status", "published_at", "dated_at", "is_featured", "is_trending")
    rows = Article.objects.filter(pk__in=keys).order_by("pk")
    said = ("generated_by", "provenance", "machine", "words_digest", "reviewed_digest")
    return rows.only(*fields, *HINTS.values(), *said, "trashed_at", "word_count", "lock_version")


class BulkAct(ABC):
    """An act of an editor on many articles. run() does what all acts share; subclasses add the rest."""

    action: UndoableAction | None = None  # one that says more than run() does, or that goes on here

    @abstractmethod
    def sort(self, articles: Iterable[Article], seen: dict[int, int]) -> BulkResult:
        """Sort the articles. seen: {primary key: version that the user saw}."""

    @abstractmethod
    def sentence(self, articles: list[Article]) -> str:
        """Return the message on what is done to the articles, which are in their state before it."""

    @abstractmethod
    def messages(self, articles: list[Article], sentence: str) -> dict[int, str]:
        """Return {primary key: message of the log}, for articles in their state before."""

    @abstractmethod
    def kept_as(self, articles: list[Article]) -> list[tuple[Version.Action, str]]:
        """Return cause and note of the version of each article, which is in its state before."""

    @abstractmethod
    def change(self, articles: list[Article], action: UndoableAction) -> None:
        """Change the articles. action: what undoing it needs, see remembered()."""

    def locked(self, keys: Iterable[int]):
        """Return a queryset of the articles with these keys that locks them."""
        return articles_for_action(keys).select_for_update()

    def keep_before(self, articles: list[Article]) -> None:
        """Store the versions that the articles lack before they are changed."""
        ensure_first_versions(articles)

    def run(self, user, seen: dict[int, int]) -> BulkResult:
        """Carry the act out in one transaction, with versions, log entries and undo; return the Sorting.

        seen: {primary key: version that the user saw}. Articles that were saved since are skipped.
        """
        with transaction.atomic():
            sorting = self.sort(self.locked(seen), seen)
            if sorting.changed:
                sorting.message = self.sentence(sorting.changed)
                self._carry_out(user, sorting.changed, sorting.message)
        return sorting

    def _carry_out(self, user, articles, sentence):
        messages = self.messages(articles, sentence)
        kept_as = {}
        for article, cause_and_note in zip(articles, self.kept_as(articles), strict=True):
            kept_as.setdefault(cause_and_note, []).append(article)
        self.keep_before(articles)
        with recording_undo(user, articles, sentence, self.action) as action:
            self.change(articles, action)
        for (kind, note), some in kept_as.items():
            record_versions(some, by=user, action=kind, note=note)
        log(user, articles, messages)


@contextmanager
def recording_undo(
    user, articles: list[Article], sentence: str, action: UndoableAction | None = None
) -> Iterator[UndoableAction]:
    """Context manager: one transaction that also stores how to undo what happens in it to the articles.

    Status, date, flags and provenance are remembered by themselves; of changed words, and of append-only rows
    that are added, whoever changes or adds them tells the action that this yields. action: one that says more
    than these, or that goes on here after other transactions.
    """
    now = timezone.now()
    before = {article.pk: (article.lock_version, Publication.of(article)) for article in articles}
    redirects = Redirect.objects.ended_by(article for article in articles if not article.is_published)
    with transaction.atomic():
        action = action or UndoableAction()
        action.user, action.done_at, action.sentence = user, now, sentence
        yield action
        after = Article.objects.filter(pk__in=before).order_by().values_list("pk", "lock_version")
        action.record(before, dict(after))
        action.redirects += _without_those_that_are_there(redirects)
        action.save()
        UndoableAction.objects.forget_old(user, now)


def _without_those_that_are_there(redirects):
    paths = [values["path"] for values in redirects]
    there = set(Redirect.objects.filter(path__in=paths).values_list("path", flat=True)) if paths else set()
    return [values for values in redirects if values["path"] not in there]


def log(user, articles: Iterable[Article], sentences: dict[int, str]) -> None:
    """Add an entry to the admin's log for each article. sentences: {key of the article: message}."""
    by_sentence = {}
    for article in articles:
        by_sentence.setdefault(sentences[article.pk], []).append(article)
    for sentence, those in by_sentence.items():
        LogEntry.objects.log_actions(user.pk, those, CHANGE, sentence)
