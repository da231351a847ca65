"""Find claims and findings in sandbox processes: one article, or many.

words_of() returns an article as plain values, which the sandbox can read without a database.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch

from blog.articles.links import ArticleCategory
from blog.articles.models import Article
from blog.documents.findings.article_words import ArticleWords
from blog.sandbox import calls
from blog.sandbox.child import Task
from blog.sandbox.refusals import RefusedError
from blog.sandbox.texts import Examination
from blog.sandbox.workers import Workers

ARTICLES_AT_ONCE = 40  # that one process is given
SECONDS = 10  # of processor time for one article; the largest text takes two
# What is read ahead, so that the processes have work while a batch is stored.
AHEAD_CHUNKS = 6
AHEAD_LENGTH = 8 * 1024 * 1024  # characters


@dataclass(frozen=True, slots=True)
class ExaminedArticle:
    """An article, and what was found in it; None if looking at it took too much."""

    article: Article
    found: Examination | None


def examine(article: Article) -> Examination:
    """Return what is found in one article, in a request. Raises RefusedError."""
    return calls.examine(*_arguments(article))


def examine_few(keys: Iterable[int]) -> Iterator[ExaminedArticle]:
    """Yield the articles with these keys examined, in a request.

    Raises RefusedError if the sandbox is busy, which says nothing of an article.
    """
    for article in articles_for_checking(list(keys)):
        try:
            yield ExaminedArticle(article, examine(article))
        except RefusedError as error:
            if error.is_passing:
                raise
            yield ExaminedArticle(article, None)


def examine_many(keys: Iterable[int], workers: Workers) -> Iterator[ExaminedArticle]:
    """Yield the articles with these keys examined, in order, by processes side by side."""
    waiting, length = deque(), 0
    for some in itertools.batched(keys, ARTICLES_AT_ONCE):
        articles = list(articles_for_checking(some))
        waiting.append((articles, workers.submit([_task(article) for article in articles])))
        length += _length(articles)
        while len(waiting) > AHEAD_CHUNKS or length > AHEAD_LENGTH:
            length -= _length(waiting[0][0])
            yield from _examined(*waiting.popleft())
    while waiting:
        yield from _examined(*waiting.popleft())


def _task(article):
    return Task("examine", _arguments(article), SECONDS)


def _arguments(article):
    return source_bytes(article), article_text_values(article), settings.SITE_URL


def _length(articles):
    return sum(len(article.body_html) for article in articles)


def _examined(articles, answers):
    for article, answer in zip(articles, answers.result(), strict=True):
        yield ExaminedArticle(article, None if isinstance(answer, RefusedError) else answer)


_FIELDS = (
    *("title", "body", "body_html", "plain_text", "excerpt", "meta_description", "share_quote", "keywords"),
    *("hero_alt", "hero_credit", "hero_is_decorative", "reading_time", "is_trending", "is_featured"),
    *("lock_version", "words_digest", "trashed_at"),
)


def articles_for_checking(keys):
    """Return a queryset of the articles with these keys, with all that words_of() and source_bytes() ask."""
    links = ArticleCategory.objects.select_related("category").only("article", "category__name")
    return (
        Article.objects.in_use()
        .filter(pk__in=keys)
        .order_by("pk")
        .select_related("hero_image", "primary_category", "source_file")
        .prefetch_related(Prefetch("category_links", links))
        .only(*_FIELDS, "hero_image", "primary_category__name", "source_file__original")
    )


def article_text_values(article: Article) -> ArticleWords:
    """Return an article's words. The pictures in its text are read by whoever looks at them."""
    words, hero = article.hero_words, article.hero_image
    return ArticleWords(
        title=article.title,
        body=article.body,
        html=article.body_html,
        text=article.plain_text,
        excerpt=article.excerpt,
        meta_description=article.meta_description,
        share_quote=article.share_quote,
        has_hero=hero is not None,
        hero_address=(hero.source or hero.url) if hero else "",  # as texts have it
        hero_alt=words.alt,
        hero_credit=str(words.credit),
        hero_is_decorative=words.is_decorative,
        primary_category=article.primary_category.name if article.primary_category else "",
        categories=tuple(link.category.name for link in article.category_links.all()),
        keywords=tuple(map(str, article.keywords)),
        reading_time=article.reading_time,
        is_trending=article.is_trending,
        is_featured=article.is_featured,
    )


def source_bytes(article: Article) -> bytes | None:
    """Return the bytes of an article's file, if it came from one."""
    source = getattr(article, "source_file", None)
    return bytes(source.original) if source else None
