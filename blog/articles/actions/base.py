"""The base of all bulk actions: skip changed articles, record versions, log entries and undo.

An editor decides on articles as a screen showed them. Articles saved since then are skipped and reported
with the reason (BulkResult).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article


class UndoHandler(NamedTuple):
    """How undo reverts append-only rows of a model, which it gets as primary keys."""

    revert: Callable[[list[int], Any], None]  # adds rows, for a user
    # Returns {row: keys of the articles that reverting it changes}, and locks the rows that come before
    # articles in the order of locks.
    lock: Callable[[list[int]], dict[int, Collection[int]]] = lambda keys: {}


UNDO_HANDLERS: dict[str, UndoHandler] = {}  # by the stored_name of a model


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


def locked_for_action(keys: Iterable[int]):
    """Return articles_for_action(), locked until the transaction ends."""
    return articles_for_action(keys).select_for_update(no_key=True)
