"""Find where a user stopped reviewing: the article, the mark, and the position in the list."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from django.db.models import F, QuerySet
from django.urls import reverse

from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.base.queries import ROWS_AT_ONCE
from blog.desk.articles.place_in_list import FILTERS, OPENED
from blog.desk.models import OpenedList
from blog.desk.numbers import read_number
from blog.imports.articles import articles_of_import
from blog.imports.models import ImportRun
from blog.review.marks import list_marks
from blog.review.models import Approval, ArticleCheck, MarkResolution
from blog.sandbox.refusals import RefusedError


@dataclass(frozen=True)
class Bookmark:
    """The article to continue with.

    stopped_at: when the user last resolved a mark in it; None if it is merely the next one.
    mark, marks: the number of the next open mark, and the highest number; 0 if unknown. changed_by: names of
    others who saved it since, "" if they are not known; None if nobody has. opened: the list of which it is
    article `number`. run: the import that the list is limited to.
    """

    article: Article
    query: str
    stopped_at: datetime | None = None
    mark: int = 0
    marks: int = 0
    changed_by: str | None = None
    opened: OpenedList | None = None
    number: int = 0
    run: ImportRun | None = None

    @property
    def url(self) -> str:
        mark = {"mark": self.mark} if self.mark else {}
        query = mark | {FILTERS: self.query}
        url = reverse("admin:blog_article_proof", args=[self.article.pk], query=query)
        return f"{url}#m{self.mark}" if self.mark else f"{url}#title"


def bookmark_of(user, now: datetime, batch: int = 0) -> Bookmark | None:
    """Return where the user stopped, or the next article to review. None if there is no article left.

    If the user last resolved a mark, return its article. Otherwise articles assigned to the user come first;
    then, after an approval, the next one of the list that was opened last; then the others. Of articles
    assigned to the user and of the others, return the one with the lowest risk.
    batch: the primary key of an import to stay in.
    """
    articles = _to_review(now, batch)
    opened = OpenedList.objects.filter(user=user).order_by("-pk").first()
    resolved, approved = (
        model.objects.filter(by=user).order_by("-pk").first() for model in (MarkResolution, Approval)
    )
    is_after_approval = approved is not None and not (resolved and resolved.at >= approved.at)
    if resolved and not is_after_approval:
        article = articles.filter(pk=resolved.article_id).first()
        if article:
            return _stopped(article, resolved, opened, batch)
    # The first condition is fast, and false for most users.
    has_assigned = Article.objects.order_by().assigned_to(user).exists()
    # Few are assigned, so sorting them is faster than _cleanest().
    by_risk = articles.assigned_to(user).order_by(F("proof__risk").asc(nulls_last=True), "-pk")
    if has_assigned and (article := by_risk.first()):
        place = _in_list(None, article, batch)
        return Bookmark(article, **place | {"query": f"assigned=me&{place['query']}"})
    if is_after_approval and opened:
        article = _next_of(opened, approved.article_id, articles)
        if article:
            return Bookmark(article, **_in_list(opened, article, batch))
    article = _cleanest(articles)
    return Bookmark(article, **_in_list(None, article, batch)) if article else None


def _to_review(now, batch) -> QuerySet[Article]:
    states = (QueueState.CHECK, QueueState.LIVE, QueueState.CHANGED)
    check, live, changed = (Article.objects.in_queue(state, now) for state in states)
    if not batch:
        return (check | live | changed).only("title")
    return (check | live).filter(pk__in=articles_of_import(batch).values("pk")).only("title")


def _cleanest(articles) -> Article | None:
    """Return the article that is first in the order “clean”, which has articles without a check last."""
    # The index of checks has this order, so that few rows are read.
    # The sum keeps SQLite from looking up the check of each article to review instead.
    checks = ArticleCheck.objects.annotate(of=F("article_id") + 0)
    checks = checks.filter(of__in=articles.order_by().values("pk"))
    key = checks.order_by("risk", "-article").values_list("article", flat=True).first()
    return articles.filter(pk=key).first() if key else articles.order_by("-pk").first()


def _next_of(opened, key, articles) -> Article | None:
    """Return the first of the articles that follows the one with this primary key in the list."""
    if key not in opened.keys:
        return None
    for keys in itertools.batched(opened.keys[opened.keys.index(key) + 1 :], ROWS_AT_ONCE):
        found = articles.in_bulk(keys)
        if found:
            return next(found[key] for key in keys if key in found)
    return None


def _stopped(article, resolved, opened, batch) -> Bookmark:
    since = article.versions.filter(created_at__gt=resolved.at).exclude(by=resolved.by)
    names = list(since.order_by().values_list("by_name", flat=True).distinct())
    return Bookmark(
        article,
        stopped_at=resolved.at,
        changed_by=", ".join(sorted(filter(None, names))) if names else None,
        **_marks(article, resolved.key),
        **_in_list(opened, article, batch),
    )


def _marks(article, key) -> dict:
    """Return the number of the open mark after the resolved one with this key, and the highest number."""
    try:
        marks = list_marks(Article.objects.with_page_relations().get(pk=article.pk))
    except RefusedError:
        return {}
    numbers = [mark.number for mark in marks if mark.number and mark.is_open]
    resolved = next((mark.number for mark in marks if mark.key == key), 0)
    following = next((number for number in numbers if number > resolved), next(iter(numbers), 0))
    return {"mark": following, "marks": max((mark.number for mark in marks), default=0)}


def _in_list(opened, article, batch) -> dict:
    """Return the fields query, opened, number and run of the bookmark.

    If the opened list does not contain the article, return only a query.
    """
    if opened is None or article.pk not in opened.keys:
        query = f"batch={batch}&state={QueueState.CHECK}" if batch else f"state={QueueState.CHECK}"
        return {"query": query}
    run = read_number(parse_qs(opened.query).get("batch", [""])[0])
    return {
        "query": f"{opened.query}&{OPENED}={opened.pk}",
        "opened": opened,
        "number": opened.keys.index(article.pk) + 1,
        "run": ImportRun.objects.filter(pk=run).first() if run else None,
    }
