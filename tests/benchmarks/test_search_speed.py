"""Limits of the CPU time of a search in 10,000 articles, on SQLite, which runs in this process."""

import pytest
from django.db import connection

from blog import search
from blog.models import Article
from tests.benchmarks.searching import RARE, RARER, milliseconds, store_articles

ARTICLES = 10_000


@pytest.fixture(scope="module")
def words(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            pytest.skip("what the database's own processes take is not seen from here")
        yield store_articles(ARTICLES)
        Article.objects.all().delete()


@pytest.mark.django_db
class TestSearch:
    def test_finds_a_rare_word_within_10_milliseconds(self, words):
        assert len(search.find(search.parse(RARE), Article.objects.published())) == ARTICLES // 100
        assert milliseconds(RARER) < 10
        assert milliseconds(RARE) < 10

    def test_finds_a_word_of_nearly_every_article_within_40_milliseconds(self, words):
        found = search.find(search.parse(words[0]), Article.objects.published())

        assert len(found) == search.MAX_RESULTS + 1
        assert milliseconds(words[0]) < 40
