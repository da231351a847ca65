"""The base of all bulk actions: skip changed articles, record versions, log entries and undo.

An editor decides on articles as a screen showed them. Articles saved since then are skipped and reported
with the reason (BulkResult).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone

from blog.articles.actions.models import Publication, UndoableAction
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article
from blog.articles.versions.history import ensure_first_versions, record_versions
from blog.articles.versions.models import Version
from blog.site.redirects import Redirect

# {stored_name of an append-only model: function(primary keys, user) that reverts these rows by adding others}
UNDO_HANDLERS: dict[str, Callable[[list[int], Any], None]] = {}
# {stored_name: function(primary keys of rows) that returns {row: keys of the articles that reverting it
# changes}, and locks the rows that come before articles in the order of locks}
UNDO_LOCKS: dict[str, Callable[[list[int]], dict[int, Collection[int]]]] = {}


class SkipReason(StrEnum):
    CHANGED = "changed"  # saved since the editor saw it
    GONE = "gone"
    TRASHED = "trashed"
    EMPTY = "empty"
    UNREVIEWED = "unreviewed"  # lacks a required approval
    ALREADY_PUBLISHED = "public"
    SCHEDULED = "waiting"
    NOT_PUBLISHED = "new"
    SAME = "same"  # already has the wanted value
    NO_BETTER = "no_better"  # a fix would not leave fewer findings


@dataclass
class BulkResult:
    """Articles that an action changes, and those that it skips, by reason.

    missing_count: how many of the articles no longer exist.
    """

    changed: list[Article] = field(default_factory=list)
    skipped: dict[SkipReason, list[Article]] = field(default_factory=dict)
    missing_count: int = 0
    message: str = ""  # for the editor, on what was done

    def skip(self, article: Article, reason: SkipReason) -> None:
        self.skipped.setdefault(reason, []).append(article)

    @property
    def number(self) -> int:
        """The number of articles, changed or not."""
        return len(self.changed) + sum(map(len, self.skipped.values()))


def partition_articles(
    skip_reason: Callable[[Article], SkipReason | None],
    articles: list[Article],
    seen: dict[int, int] | None = None,
) -> BulkResult:
    """Split articles into those to change and those to skip, with the reasons in the order of SkipReason.

    seen: {primary key: lock version that the editor saw}.
    """
    result = BulkResult()
    for article in articles:
        if seen is not None and article.lock_version != seen[article.pk]:
            result.skip(article, SkipReason.CHANGED)
        elif reason := skip_reason(article):
            result.skip(article, reason)
        else:
            result.changed.append(article)
    result.skipped = {reason: result.skipped[reason] for reason in SkipReason if reason in result.skipped}
    result.missing_count = len(seen) - len(articles) if seen is not None else 0
    return result


def articles_for_action(keys: Iterable[int]):
    """Return a queryset of the articles with these primary keys and the fields that sort() needs."""
    fields = ("title", "slug", "status", "published_at", "dated_at", "is_featured", "is_trending")
    rows = Article.objects.filter(pk__in=keys).order_by("pk")
    approval = ("generated_by", "provenance", "machine", "words_digest", "reviewed_digest")
    return rows.only(
        *fields,
        *SUGGESTION_FIELDS.values(),
        *approval,
        "is_ai_drafted",
        "is_withheld",
        "trashed_at",
        "word_count",
        "lock_version",
    )


class BulkAction(ABC):
    """An action of an editor on many articles. run() is common to all; subclasses define the rest."""

    action: UndoableAction | None = None  # set to store more than run() does, or to continue an action

    @abstractmethod
    def sort(self, articles: Iterable[Article], seen: dict[int, int]) -> BulkResult:
        """Split the articles into those to change and to skip. seen: see partition_articles()."""

    @abstractmethod
    def sentence(self, articles: list[Article]) -> str:
        """Return the message on what is done. The articles are in their state before the action."""

    @abstractmethod
    def messages(self, articles: list[Article], sentence: str) -> dict[int, str]:
        """Return {primary key: message of the log}. The articles are in their state before the action."""

    @abstractmethod
    def actions_and_notes(self, articles: list[Article]) -> list[tuple[Version.Action, str]]:
        """Return the (action, note) of each version. The articles are in their state before the action."""

    @abstractmethod
    def change(self, articles: list[Article], action: UndoableAction) -> None:
        """Change the articles. action: the data for undo, see recording_undo()."""

    def locked(self, keys: Iterable[int]):
        """Return a queryset that locks the articles with these primary keys."""
        return articles_for_action(keys).select_for_update(no_key=True)

    def record_before(self, articles: list[Article]) -> None:
        """Store a version of articles that have none, before they are changed."""
        ensure_first_versions(articles)

    def run(self, user, seen: dict[int, int]) -> BulkResult:
        """Change the articles in one transaction, with versions, log entries and undo.

        seen: {primary key: lock version that the user saw}. Articles that were saved since are skipped.
        """
        with transaction.atomic():
            result = self.sort(self.locked(seen), seen)
            if result.changed:
                result.message = self.sentence(result.changed)
                self._carry_out(user, result.changed, result.message)
        return result

    def _carry_out(self, user, articles, sentence):
        messages = self.messages(articles, sentence)
        by_action_and_note = {}
        for article, action_and_note in zip(articles, self.actions_and_notes(articles), strict=True):
            by_action_and_note.setdefault(action_and_note, []).append(article)
        self.record_before(articles)
        with recording_undo(user, articles, sentence, self.action) as action:
            self.change(articles, action)
        for (kind, note), changed in by_action_and_note.items():
            record_versions(changed, by=user, action=kind, note=note)
        log(user, articles, messages)


@contextmanager
def recording_undo(
    user, articles: list[Article], sentence: str, action: UndoableAction | None = None
) -> Iterator[UndoableAction]:
    """Record how to undo the changes made to `articles` inside this block, in one transaction.

    Status, date, flags and provenance are recorded automatically. The block itself must add changed text and
    new append-only rows to the UndoableAction that is yielded. action: an UndoableAction to use instead of a
    new one, for example to continue it in a further transaction.
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
        action.redirects += _without_existing(redirects)
        action.save()
        UndoableAction.objects.forget_old(user, now)


def _without_existing(redirects):
    paths = [values["path"] for values in redirects]
    existing = set(Redirect.objects.filter(path__in=paths).values_list("path", flat=True)) if paths else set()
    return [values for values in redirects if values["path"] not in existing]


def log(user, articles: Iterable[Article], sentences: dict[int, str]) -> None:
    """Add an entry to the admin's log for each article. sentences: {primary key: message}."""
    by_sentence = {}
    for article in articles:
        by_sentence.setdefault(sentences[article.pk], []).append(article)
    for sentence, logged in by_sentence.items():
        LogEntry.objects.log_actions(user.pk, logged, CHANGE, sentence)
