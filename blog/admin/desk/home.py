"""What the desk's home page counts: articles by what they wait for, and what became of the newest imports."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from blog.models import Article, ImportBatch, ImportEntry

BATCHES_SHOWN = 3


@dataclass(frozen=True)
class Share:
    """A part of a batch's articles that are in one state; x and width are percentages of the bar."""

    state: str
    number: int
    x: float
    width: float


@dataclass(frozen=True)
class BatchProgress:
    """A batch with the states its articles are in now."""

    batch: ImportBatch
    shares: list[Share]
    total: int

    @property
    def url(self) -> str:
        return reverse("admin:blog_importbatch_change", args=[self.batch.pk])

    @property
    def number(self) -> dict[str, int]:
        return {share.state: share.number for share in self.shares}


def count_articles(now) -> dict[str, int]:
    """Return the number of articles in each state that needs attention."""
    articles = Article.objects.in_use().order_by()
    return {
        "new": articles.filter(status=Article.Status.NEW).count(),
        "submitted": articles.submitted().count(),
        "scheduled": articles.searchable().filter(published_at__gt=now).count(),
        "published": articles.published(now).filter(published_at__gt=now - timedelta(days=7)).count(),
    }


def newest_batches() -> list[BatchProgress]:
    """Return the newest imports that brought articles, with what became of these. Two queries."""
    brought = ImportEntry.objects.filter(article__isnull=False, outcome__in=["created", "updated"])
    newest = ImportBatch.objects.filter(pk__in=brought.values("batch"), undone_at=None)[:BATCHES_SHOWN]
    batches = {batch.pk: batch for batch in newest}
    states = brought.filter(batch__in=batches).order_by().values("batch").annotate(**_states(timezone.now()))
    numbers = {row.pop("batch"): row for row in states}
    return [BatchProgress(batch, *_shares(numbers[key])) for key, batch in batches.items() if key in numbers]


def _states(now):
    in_use = Q(article__trashed_at=None)
    published = in_use & Q(article__status=Article.Status.PUBLISHED)
    states = {
        "published": published & Q(article__published_at__lte=now),
        "scheduled": published & Q(article__published_at__gt=now),
        "new": in_use & Q(article__status=Article.Status.NEW),
        "trash": Q(article__trashed_at__isnull=False),
    }
    return {state: Count("article", filter=which, distinct=True) for state, which in states.items()}


def _shares(numbers):
    total = sum(numbers.values())
    shares, x = [], 0.0
    for state, number in numbers.items():
        width = 100 * number / total
        shares.append(Share(state, number, round(x, 2), round(width, 2)))
        x += width
    return shares, total
