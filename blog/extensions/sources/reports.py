"""Update the findings of articles after a source has changed."""

import itertools

from blog import page_cache
from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.extensions.sources.later_answers import check_later_answers
from blog.extensions.sources.models import ArticleSource, Evidence, Source
from blog.review.extension_findings import refresh

MOST_AT_ONCE = 20  # articles in a request; a job updates the findings of more


def articles_of(source: Source) -> set[int]:
    """Return the articles that name a source, or were compared with it."""
    links = ArticleSource.objects.filter(source=source).order_by().values_list("article", flat=True)
    evidence = Evidence.objects.filter(source=source).order_by().values_list("article", flat=True)
    return {*links, *evidence}


def report(source: Source) -> None:
    """Update the findings of all articles that a source concerns. Safe to interrupt and repeat."""
    for articles in itertools.batched(sorted(articles_of(source)), ROWS_AT_ONCE):
        refresh(articles)
        if Article.objects.published().reviewed().filter(pk__in=articles).exists():
            page_cache.invalidate_on_commit()  # readers see what was found
    check_later_answers(source)
    Source.objects.filter(pk=source.pk).update(is_reported=True)


def report_changed() -> None:
    """Update the findings that a killed process, or a request with many articles, has left."""
    for source in Source.objects.filter(is_reported=False).order_by("pk"):
        report(source)
