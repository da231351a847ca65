"""The articles of an import: those that it created or updated. All screens count them by these functions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from blog.articles.models import Article
from blog.articles.queue import TRASH, QueueState, queue_state_filters
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.imports.report import Outcome
from blog.review.proofs import stale_articles

IMPORTED = (Outcome.CREATED, Outcome.UPDATED)


def articles_of_import(run: ImportRun | int | str) -> QuerySet[Article]:
    """Return the articles of an import, except those in the trash. run: the import, or its primary key."""
    return Article.objects.in_use().filter(pk__in=imported_entries([run]).values("article"))


def imported_entries(runs: Collection) -> QuerySet[ImportEntry]:
    """Return the entries from which the imports created or updated an article that still exists."""
    return ImportEntry.objects.filter(batch__in=runs, outcome__in=IMPORTED, article__isnull=False).order_by()


def count_states(runs: Collection, now: datetime) -> dict[int, dict[str, int]]:
    """Return {primary key of an import: {QueueState or TRASH: number of its articles}}. One query."""
    numbers: dict[int, dict[str, int]] = {}
    rows = imported_entries(runs).annotate(state=_state(now)).values("batch", "state")
    for row in rows.annotate(number=Count("article", distinct=True)):
        numbers.setdefault(row["batch"], {})[row["state"]] = row["number"]
    return numbers


@dataclass(frozen=True, slots=True)
class Checked:
    """The number of an import's articles with a fresh check, and the total, both without the trash."""

    number: int = 0
    total: int = 0

    @property
    def left(self) -> int:
        return self.total - self.number


def count_checked(runs: Collection) -> dict[int, Checked]:
    """Return {primary key of an import: Checked}, for imports with articles. One query."""
    stale = Count("article", distinct=True, filter=Q(article__in=stale_articles().order_by().values("pk")))
    rows = imported_entries(runs).filter(article__in=Article.objects.in_use().values("pk")).values("batch")
    rows = rows.annotate(stale=stale, total=Count("article", distinct=True))
    return {row["batch"]: Checked(row["total"] - row["stale"], row["total"]) for row in rows}


def _state(now):
    """Return an expression for the state of an entry's article, by the rule of Article.queue_state.

    Each state but one is a subquery that reads only an index. A join would read the rows, which are wide.
    """

    def when(articles, state):
        return When(article__in=articles.order_by().values("pk"), then=Value(state))

    waiting = HeldUpdate.objects.waiting().order_by().values("article")
    held = When(article__in=waiting, then=Value(QueueState.HELD))
    in_use = Article.objects.in_use()
    in_queue = [
        when(in_use.filter(rule), state)
        for state, rule in queue_state_filters(now).items()
        if state != QueueState.PUBLISHED  # all others, and often the most articles
    ]
    in_trash = when(Article.objects.trashed(), TRASH)
    return Case(in_trash, held, *in_queue, default=Value(QueueState.PUBLISHED), output_field=CharField())
