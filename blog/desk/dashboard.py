"""The contents of the dashboard: article counts, decisions that apply to many, the newest imports."""

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


def dashboard_counts(user, now: datetime, *, decides: bool) -> dict:
    """Count the articles, by what they wait for. decides: whether the user may decide on held updates.

    unmarked: those to review without marks. mine: those assigned to the user.
    """
    articles = Article.objects.in_use().order_by()
    # Not from in_use(): published() leaves out the trash anyway, and an index has all columns that it reads.
    published = Article.objects.published(now).order_by()
    waiting = HeldUpdate.objects.waiting().order_by()
    is_out = Q(article__status=Article.Status.PUBLISHED)
    held = waiting.aggregate(updates=Count("pk", filter=is_out), conflicts=Count("pk", filter=~is_out))
    return {
        "queue": Article.objects.count_queue(now),
        "unmarked": without_marks(Article.objects.in_queue(QueueState.CHECK, now)).count(),
        "mine": articles.assigned_to(user).count(),
        "submitted": articles.submitted().count(),
        "scheduled": articles.scheduled(now).count(),
        "published_this_week": published.filter(published_at__gt=now - timedelta(days=7)).count(),
        "updates": held["updates"] if decides else None,
        "conflicts": held["conflicts"] if decides else None,
    }


def shared_findings() -> list[dict]:
    """Return the open findings in images of the largest import, then those that most articles share.

    number: how many articles of the import have the finding.
    """
    rows, images = most_shared(SHARED_SHOWN), import_with_image_findings()
    runs = ImportRun.objects.in_bulk({row["batch"] for row in rows} | ({images[0]} if images else set()))
    found = [
        {
            "number": row["number"],
            "name": _(KINDS[row["kind"]].name),
            "run": runs[row["batch"]],
            "url": reverse("admin:blog_importrun_change", args=[row["batch"]]) + "#shared",
            "is_of_images": False,
        }
        for row in rows
    ]
    if images:
        key, number = images
        of_images = {
            "number": number,
            "name": _("Articles with images to look at"),
            "run": runs[key],
            "url": reverse("admin:blog_article_describe", query={"scope": scope_of_batch(runs[key])}),
            "is_of_images": True,
        }
        found.insert(0, of_images)
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
