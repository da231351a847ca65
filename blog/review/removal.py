"""Plan the removal of an invented person, and find passages that need a rewrite by hand."""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.review.models import Mention, Person
from blog.review.passages import can_remove_span, paragraph_at, remove_span

_MARKUP = re.compile(r"^[ \t]*>[ \t]?|\*\*|__", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with a mention, as plain text: the text before, the text to remove, and the text after.

    The markup of block quotes and strong emphasis is removed.
    """

    article: Article
    before: str
    taken: str
    after: str
    is_removable: bool


@dataclass
class RemovalPlan:
    """The changes for removing a person. new_bodies has only articles that read well without them."""

    new_bodies: dict[int, str] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    to_rewrite: list[Article] = field(default_factory=list)  # by an editor
    mentions: list[Mention] = field(default_factory=list)  # to remove


def plan_removal(person: Person, keys: Collection[int] | None = None) -> RemovalPlan:
    """Plan the removal of a person from all articles in use, or from those with these keys.

    A sentence or callout that contains only the mention is removed. An article that would not read well
    after that, or would be left empty, is not changed but added to to_rewrite.
    """
    removal = RemovalPlan()
    for article, mentions in _articles(person, keys):
        passages = [_passage(article, mention) for mention in mentions]
        removal.passages += passages
        body = _without(article.body, mentions)
        if all(passage.is_removable for passage in passages) and body.strip():
            removal.new_bodies[article.pk] = body
            removal.versions[article.pk] = article.lock_version
            removal.mentions += mentions
        else:
            removal.to_rewrite.append(article)
    return removal


def _articles(person, keys) -> Iterator[tuple[Article, list[Mention]]]:
    mentions = Mention.objects.filter(person=person, article__trashed_at=None)
    by_article = defaultdict(list)
    for mention in mentions if keys is None else mentions.filter(article__in=keys):
        by_article[mention.article_id].append(mention)
    for batch in itertools.batched(sorted(by_article), ROWS_AT_ONCE):
        for article in (
            Article.objects.filter(pk__in=batch).only("title", "body", "lock_version").order_by("pk")
        ):
            yield article, _outermost(by_article[article.pk])


def _outermost(mentions):
    """Return the mentions in the order of the body, without those that start inside another."""
    found = []
    for mention in sorted(mentions, key=lambda each: (each.start, -each.end)):
        if not found or mention.start >= found[-1].end:
            found.append(mention)
    return found


def _passage(article, mention):
    body, start, end = article.body, mention.start, mention.end
    is_there = body[start:end] == mention.words
    first, last = paragraph_at(body, start)
    last = max(last, end)
    is_removable = is_there and can_remove_span(body, start, end)
    parts = (_MARKUP.sub("", part) for part in (body[first:start], body[start:end], body[end:last]))
    return Passage(article, *parts, is_removable)


def _without(body, mentions):
    for mention in reversed(mentions):
        body = remove_span(body, mention.start, mention.end)
    return body
