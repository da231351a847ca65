"""Find claims and findings in sandbox processes, in one article or in many.

article_text_values() returns an article as plain values, which the sandbox can read without a database.
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
from blog.sandbox.results import Examination
from blog.sandbox.workers import Workers

ARTICLES_AT_ONCE = 20  # per call to a process
SECONDS = 10  # of CPU time per article; the largest article takes 2
# Limits of reading ahead, so that the processes have work while a batch is stored.
AHEAD_CHUNKS = 6
AHEAD_LENGTH = 4 * 1024 * 1024  # characters


@dataclass(frozen=True, slots=True)
class ExaminedArticle:
    """An article and the result of its check. found is None if the check exceeded a limit."""

    article: Article
    found: Examination | None


def examine(article: Article) -> Examination:
    """Check one article in a request. Raises RefusedError if a limit is exceeded or the sandbox is busy."""
    return calls.examine(*_arguments(article))


def examine_few(keys: Iterable[int]) -> Iterator[ExaminedArticle]:
    """Check the articles with these keys in a request. Raises RefusedError if the sandbox is busy."""
    for article in articles_for_checking(list(keys)):
        try:
            yield ExaminedArticle(article, examine(article))
        except RefusedError as error:
            if error.is_passing:
                raise
            yield ExaminedArticle(article, None)


def examine_many(keys: Iterable[int], workers: Workers) -> Iterator[ExaminedArticle]:
    """Check the articles with these keys in parallel processes, and yield the results in order."""
    waiting, length = deque(), 0
    for batch in itertools.batched(keys, ARTICLES_AT_ONCE):
        articles = list(articles_for_checking(batch))
        answers = workers.submit([Task("examine", _arguments(article), SECONDS) for article in articles])
        waiting.append((articles, answers, sum(len(article.body_html) for article in articles)))
        length += waiting[-1][-1]
        forget_texts(articles)
        while len(waiting) > AHEAD_CHUNKS or length > AHEAD_LENGTH:
            articles, answers, read = waiting.popleft()
            length -= read
            yield from _examined(articles, answers)
    for articles, answers, _read in waiting:
        yield from _examined(articles, answers)


def _arguments(article):
    return source_bytes(article), article_text_values(article), settings.SITE_URL


def forget_texts(articles: Iterable[Article]) -> None:
    """Free the texts of articles whose results wait to be stored. Only the tasks needed them."""
    for article in articles:
        del article.body, article.body_html, article.plain_text
        if source := getattr(article, "source_file", None):
            del source.original


def _examined(articles, answers):
    for article, answer in zip(articles, answers.result(), strict=True):
        yield ExaminedArticle(article, None if isinstance(answer, RefusedError) else answer)


_FIELDS = (
    *("title", "body", "body_html", "plain_text", "excerpt", "meta_description", "share_quote", "keywords"),
    *("hero_alt", "hero_credit", "hero_is_decorative", "reading_time", "is_trending", "is_featured"),
    *("lock_version", "words_digest", "trashed_at"),
)


def articles_for_checking(keys):
    """Return a queryset, sorted by key, with all that article_text_values() and source_bytes() read."""
    links = ArticleCategory.objects.select_related("category").only("article", "category__name")
    return (
        Article.objects.in_use()
        .filter(pk__in=keys)
        .order_by("pk")
        .select_related("hero_image", "primary_category", "source_file")
        .prefetch_related(Prefetch("category_links", links))
        .only(*_FIELDS, "hero_image", "primary_category__name", "source_file__original")
    )


def article_text_values(article: Article, category_links: Iterable[ArticleCategory] = ()) -> ArticleWords:
    """Return an article's content as plain values. The sandbox finds the images in its body itself.

    category_links: those of an article that is not saved yet.
    """
    links = article.category_links.all() if article.pk else category_links
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
        hero_address=(hero.source or hero.url) if hero else "",  # as bodies reference it
        hero_alt=words.alt,
        hero_credit=str(words.credit),
        hero_is_decorative=words.is_decorative,
        primary_category=article.primary_category.name if article.primary_category else "",
        categories=tuple(link.category.name for link in links),
        keywords=tuple(map(str, article.keywords)),
        reading_time=article.reading_time,
        is_trending=article.is_trending,
        is_featured=article.is_featured,
    )


def source_bytes(article: Article) -> bytes | None:
    """Return the bytes of the file that the article was imported from, or None."""
    source = getattr(article, "source_file", None)
    return bytes(source.original) if source else None
