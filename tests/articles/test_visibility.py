"""Who sees an article, and which can be published: rules in Python and in queries, in all combinations."""

import itertools
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from blog.articles.actions.publication import Verb, partition
from blog.articles.queue import QueueState
from blog.articles.withholding import (
    hidden_until_approved,
    is_out,
    judge,
    lacking_review,
    listed,
    needing_approval,
    out,
    scheduled,
)
from blog.models import Article

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = timezone.now()
PLACES = [
    *({"status": "published", "published_at": NOW + timedelta(days=days)} for days in (-1, 1)),
    *({"status": "new", "published_at": moment} for moment in (None, NOW - timedelta(days=1))),
    {"status": "new", "trashed_at": NOW},
]
PROVENANCES = [
    *({"provenance": "file", "generated_by": name} for name in ("", "Gemini")),
    *({"provenance": name} for name in ("machine", "people")),
]
DIGESTS = [{"words_digest": "a", "reviewed_digest": digest} for digest in ("", "a", "b")]
TEXTS = [{"body_html": "", "word_count": 0}, {"body_html": "<p>Tides</p>", "word_count": 1}]


@pytest.fixture(params=[False, True], ids=["free", "required"])
def articles(request, settings):
    """Articles in all combinations of values on which the rules depend."""
    settings.REQUIRE_REVIEW = request.param
    rows = []
    values = itertools.product(PLACES, PROVENANCES, DIGESTS, TEXTS, (False, True), (False, True))
    for place, provenance, digests, text, was_by_ai, is_withheld in values:
        row = Article(title="A", slug=f"a-{len(rows)}", updated_at=NOW, **place | provenance | digests | text)
        judge(row, Article(is_ai_drafted=was_by_ai))
        row.is_withheld = is_withheld
        rows.append(row)
    QuerySet(Article).bulk_create(rows)
    return Article.objects.all()


def keys(articles) -> set[int]:
    return {article.pk for article in articles}


@pytest.mark.parametrize(
    ("in_python", "in_query"),
    [
        (lambda article: is_out(article, NOW), lambda: out(NOW)),
        (lambda article: article.is_scheduled, lambda: scheduled(NOW)),
        (lambda article: article.listing_date is not None, listed),
        (lambda article: article.is_hidden_until_approved, hidden_until_approved),
        (lambda article: article.needs_approval, needing_approval),
        (lambda article: article.lacks_review, lacking_review),
    ],
    ids=["out", "scheduled", "listed", "hidden", "needing approval", "lacking review"],
)
def test_condition_finds_the_articles_with_the_property(articles, in_python, in_query):
    found = keys(articles.filter(in_query()))

    assert found == keys(filter(in_python, articles))


def test_readers_see_what_is_published(articles):
    assert keys(articles.published()) == keys(article for article in articles if article.is_published)


def test_publishing_skips_what_is_not_publishable(articles):
    result = partition(Verb.PUBLISH, articles)

    assert keys(result.changed) == keys(articles.publishable())
    assert result.changed


def test_each_article_is_in_the_state_of_the_queue_that_it_has(articles):
    rows = articles.filter(trashed_at=None).with_queue_relations()
    states = {state: keys(articles.in_queue(state, NOW)) for state in QueueState}

    assert states == {state: keys(row for row in rows if row.queue_state == state) for state in QueueState}
