"""The queue: each article is in one state, the same in the database and in Python."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.articles.queue import QueueState
from blog.models import Article, HeldUpdate
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def machines(reviewed=None, **fields):
    """Return an AI-written article: never approved, approved, or changed since."""
    article = factories.create_article(generated_by="Gemini", **fields)
    digest = {None: "", "valid": article.words_digest, "stale": "of other words"}[reviewed]
    Article.objects.filter(pk=article.pk).update(reviewed_digest=digest)
    return article


def hold(article):
    HeldUpdate.objects.create(article=article, source_name="posts", path="a.md", digest="d", data=b"")
    return article


TOMORROW = {"published_at": timezone.now() + dt.timedelta(days=1)}
CASES = {
    "new, by a machine": (lambda: machines(status="new"), "check"),
    "published, by a machine": (machines, "live"),
    "scheduled, by a machine": (lambda: machines(**TOMORROW), "check"),
    "changed since its review": (lambda: machines("stale", status="new"), "changed"),
    "published, changed since": (lambda: machines("stale"), "changed"),
    "reviewed": (lambda: machines("valid", status="new"), "checked"),
    "reviewed and scheduled": (lambda: machines("valid", **TOMORROW), "scheduled"),
    "reviewed and published": (lambda: machines("valid"), "published"),
    "new, by people": (lambda: factories.create_article(status="new", provenance="people"), "draft"),
    "new, of unsaid provenance": (lambda: factories.create_article(status="new"), "draft"),
    "scheduled, by people": (lambda: factories.create_article(**TOMORROW), "scheduled"),
    "published, by people": (factories.create_article, "published"),
    "a file waits": (lambda: hold(machines("valid")), "held"),
}


def test_each_article_is_in_one_state_and_counting_takes_two_queries():
    articles = {case: create() for case, (create, _) in CASES.items()}
    expected = {case: state for case, (_, state) in CASES.items()}
    now = timezone.now()

    in_state = {state: {*Article.objects.in_queue(state, now)} for state in QueueState}
    in_python = Article.objects.with_queue_relations().in_bulk()
    with CaptureQueriesContext(connection) as queries:
        numbers = Article.objects.count_queue(now)

    assert {
        case: [state for state, found in in_state.items() if article in found]
        for case, article in articles.items()
    } == {case: [state] for case, state in expected.items()}
    assert {case: in_python[article.pk].queue_state for case, article in articles.items()} == expected
    assert +Counter(numbers) == Counter(expected.values())
    assert len(queries) == 2


def test_trashed_article_is_in_no_state():
    factories.create_article(status="new", trashed_at=timezone.now())
    now = timezone.now()

    assert not any(Article.objects.count_queue(now).values())
    assert not any(Article.objects.in_queue(state, now).exists() for state in QueueState)
