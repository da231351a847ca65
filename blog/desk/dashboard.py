"""The contents of the dashboard: article counts, decisions that apply to many, the newest imports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.articles.authors import Author
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.desk.articles.named_lists import scope_of_batch
from blog.desk.imports.list import ImportRow, import_rows
from blog.documents.findings.kinds import KINDS
from blog.imports.articles import IMPORTED
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.review.marks import without_marks
from blog.review.models import Person
from blog.review.person_summary import people_by_articles
from blog.review.shared_findings import import_with_image_findings, most_shared

IMPORTS_SHOWN = 3
SHARED_SHOWN = 3
PEOPLE_SHOWN = 2
FEWEST_ARTICLES = 2  # of a person on the dashboard


@dataclass(frozen=True)
class SharedFinding:
    """A finding of most articles of an import, or the findings in its images. number: how many have it."""

    number: int
    name: str
    run: ImportRun
    is_of_images: bool = False

    @property
    def url(self) -> str:
        if self.is_of_images:
            return reverse("admin:blog_article_describe", query={"scope": scope_of_batch(self.run)})
        return reverse("admin:blog_importrun_change", args=[self.run.pk]) + "#shared"


@dataclass(frozen=True)
class DashboardCounts:
    """Numbers of articles, by what they wait for."""

    queue: dict[str, int]
    unmarked: int  # to review, without marks
    mine: int  # assigned to the user
    submitted: int
    scheduled: int
    published_this_week: int
    updates: int | None  # held updates of published articles; None if the user may not see them
    conflicts: int | None


def dashboard_counts(user, now: datetime, *, decides: bool) -> DashboardCounts:
    """Count the articles. decides: whether the user may decide on held updates."""
    articles = Article.objects.in_use().order_by()
    # Not from in_use(): published() leaves out the trash anyway, and an index has all columns that it reads.
    published = Article.objects.published(now).order_by()
    waiting = HeldUpdate.objects.waiting().order_by()
    is_out = Q(article__status=Article.Status.PUBLISHED)
    held = waiting.aggregate(updates=Count("pk", filter=is_out), conflicts=Count("pk", filter=~is_out))
    return DashboardCounts(
        queue=Article.objects.count_queue(now),
        unmarked=without_marks(Article.objects.in_queue(QueueState.CHECK, now)).count(),
        mine=articles.assigned_to(user).count(),
        submitted=articles.submitted().count(),
        scheduled=articles.scheduled(now).count(),
        published_this_week=published.filter(published_at__gt=now - timedelta(days=7)).count(),
        updates=held["updates"] if decides else None,
        conflicts=held["conflicts"] if decides else None,
    )


def shared_findings() -> list[SharedFinding]:
    """Return the open findings in images of the largest import, then those that most articles share."""
    rows, images = most_shared(SHARED_SHOWN), import_with_image_findings()
    runs = ImportRun.objects.in_bulk({row["batch"] for row in rows} | ({images[0]} if images else set()))
    found = [SharedFinding(row["number"], _(KINDS[row["kind"]].name), runs[row["batch"]]) for row in rows]
    if images:
        name = _("Articles with images to look at")
        found.insert(0, SharedFinding(images[1], name, runs[images[0]], is_of_images=True))
    return found


def people_in_most_articles() -> list[Person]:
    """Return the undecided people named in the most articles, with their number of articles."""
    return list(people_by_articles().filter(articles__gte=FEWEST_ARTICLES)[:PEOPLE_SHOWN])


def proposed_authors() -> list[Author]:
    """Return the authors with a proposed change, the one that waits longest first."""
    waiting = Author.objects.filter(proposal__isnull=False).order_by("proposal__proposed_at")
    return list(waiting[:PEOPLE_SHOWN])


def newest_imports(user) -> list[ImportRow]:
    """Return the newest imports with articles, as in the list of imports."""
    imported = ImportEntry.objects.filter(article__isnull=False, outcome__in=IMPORTED)
    newest = ImportRun.objects.filter(pk__in=imported.values("batch"), undone_at=None)[:IMPORTS_SHOWN]
    return import_rows(newest, user)
