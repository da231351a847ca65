"""Having articles looked at under limits: in a request by the sandbox, many by several processes at once."""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from blog.articles.models import Article
from blog.review.reading import articles_to_look_at, original_of, words_of
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
class Examined:
    """An article, and what was found in it; None if looking at it took too much."""

    article: Article
    found: Examination | None


def examine(article: Article) -> Examination:
    """Return what is found in one article, in a request. Raises RefusedError."""
    return calls.examine(*_arguments(article))


def examine_few(keys: Iterable[int]) -> Iterator[Examined]:
    """Yield the articles with these keys examined, in a request.

    Raises RefusedError if the sandbox is busy, which says nothing of an article.
    """
    for article in articles_to_look_at(list(keys)):
        try:
            yield Examined(article, examine(article))
        except RefusedError as error:
            if error.is_passing:
                raise
            yield Examined(article, None)


def examine_many(keys: Iterable[int], workers: Workers) -> Iterator[Examined]:
    """Yield the articles with these keys examined, in order, by processes side by side."""
    waiting, length = deque(), 0
    for some in itertools.batched(keys, ARTICLES_AT_ONCE):
        articles = list(articles_to_look_at(some))
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
    return original_of(article), words_of(article), settings.SITE_URL


def _length(articles):
    return sum(len(article.body_html) for article in articles)


def _examined(articles, answers):
    for article, answer in zip(articles, answers.result(), strict=True):
        yield Examined(article, None if isinstance(answer, RefusedError) else answer)
