"""A Writer's own articles on the dashboard: their state and notes, and what others changed since."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Case, Exists, Max, OuterRef, Q, Value, When
from django.urls import reverse

from blog.articles.assignments import Assignment
from blog.articles.links import ArticleAuthor
from blog.articles.models import Article
from blog.articles.notes import Note
from blog.articles.submissions import Submission
from blog.articles.versions.models import Version

ARTICLES_SHOWN = 12


def own_articles(user) -> list[dict]:
    """Return the user's unpublished articles: those that wait for the user first, then the last changed.

    These are the articles that the user saved, is an author of, or is assigned to. Takes six queries.
    answer: the Editor's return of the article, if that is the last step. changes: what others did to it after
    the user's last version, with the URL of the comparison.
    """
    keys = list(_in_order(user).values_list("pk", flat=True)[:ARTICLES_SHOWN])
    articles = Article.objects.with_queue_relations().in_bulk(keys)
    answers = _answers(keys)
    changes = _changes_of_others(keys, user)
    assigned = set(_assigned(user).filter(article__in=keys).values_list("article", flat=True))
    return [
        {
            "article": article,
            "answer": answers.get(key),
            "changes": changes.get(key),
            "is_assigned": key in assigned,
        }
        for key in keys
        if (article := articles.get(key))
    ]


def _in_order(user):
    """Return the articles; those with open notes, a return or an assignment first, unless submitted."""
    saved = Version.objects.filter(by=user).order_by().values("article")
    signed = ArticleAuthor.objects.filter(author__user=user).order_by().values("article")
    assigned = _assigned(user)
    articles = Article.objects.in_use().filter(status=Article.Status.NEW)
    articles = articles.filter(Q(pk__in=saved) | Q(pk__in=signed) | Q(pk__in=assigned.values("article")))
    here = {"article": OuterRef("pk")}
    returned = Submission.objects.filter(**here, kind=Submission.Kind.RETURNED)
    waits = Exists(Note.objects.open().filter(**here)) | Exists(returned) | Exists(assigned.filter(**here))
    place = Case(
        When(Exists(Submission.objects.waiting().filter(**here)), then=Value(2)),
        When(waits, then=Value(0)),
        default=Value(1),
    )
    return articles.order_by(place, "-updated_at", "-pk")


def _assigned(user):
    return Assignment.objects.current().filter(to=user).order_by()


def _answers(keys) -> dict[int, Submission]:
    """Return {article: the return that is its last step}."""
    rows = Submission.objects.filter(article__in=keys).select_related("by").order_by("pk")
    latest = {row.article_id: row for row in rows}
    return {key: row for key, row in latest.items() if row.kind == Submission.Kind.RETURNED}


def _changes_of_others(keys, user) -> dict[int, dict]:
    """Return what others changed in these articles after the user's last version of each."""
    versions = Version.objects.filter(article__in=keys).order_by()
    own = dict(versions.filter(by=user).values_list("article").annotate(Max("number")))
    later = versions.filter(article__in=own).only("article", "number", "by_name", "action", "created_at")
    by_article = defaultdict(list)
    for version in later.order_by("number"):
        if version.number > own[version.article_id]:
            by_article[version.article_id].append(version)
    return {key: _changes(key, own[key], found) for key, found in by_article.items()}


def _changes(key, own: int, versions: list[Version]) -> dict:
    query = {"version": versions[-1].number, "against": own}
    return {
        "names": _listed(version.by_name for version in versions),
        "acts": _listed(version.get_action_display() for version in versions),
        "at": versions[-1].created_at,
        "url": reverse("admin:blog_article_history", args=[key], query=query),
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))
