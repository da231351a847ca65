"""A prepared query gives what its queryset gives, whatever the values, and is put into SQL once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from blog.models import Article
from blog.prepared import PreparedQuery
from tests.support.factories import create_article, create_articles, create_category

pytestmark = pytest.mark.django_db


class TestPreparedQuery:
    def test_each_value_goes_where_it_belongs(self):
        query = PreparedQuery(
            lambda articles, slug, until, first, second: articles.filter(
                slug=slug, published_at__lte=until, pk__in=[first, second], version__gte=1
            )
        )
        now = timezone.now()
        one, other = (create_article(slug=slug, published_at=now) for slug in ("one", "other"))

        assert list(query.objects(Article.objects, "one", now, one.pk, other.pk)) == [one]
        assert list(query.objects(Article.objects, "other", now, one.pk, other.pk)) == [other]
        assert list(query.objects(Article.objects, "one", now, other.pk, 0)) == []
        assert list(query.objects(Article.objects, "one", now - timedelta(seconds=1), one.pk, other.pk)) == []

    def test_it_is_made_once_for_so_many_values(self):
        made = []

        def build(articles, *keys):
            made.append(len(keys))
            return articles.filter(pk__in=keys).order_by("pk")

        query = PreparedQuery(build)
        articles = create_articles(3)

        for number in (2, 3, 2, 3):
            keys = [article.pk for article in articles[:number]]
            assert list(query.objects(Article.objects, *keys)) == articles[:number]
            assert KEYS.rows(Article.objects, *keys) == [(key,) for key in keys]
        assert made == [2, 3]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in no time")
    def test_postgresql_plans_it_once_whatever_the_size_of_the_numbers(self):
        query = PreparedQuery(lambda articles, key: articles.filter(pk=key).annotate(marker=Value(4711)))

        for key in (1, 70_000, 5_000_000_000):
            assert list(query.objects(Article.objects, key)) == []
            assert query.rows(Article.objects, key) == []

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%marker%"]
            )
            assert cursor.fetchone() == (1,)

    def test_what_was_to_be_fetched_with_it_is_there(self, django_assert_num_queries):
        category = create_category("Tides")
        article = create_article(primary_category=category)
        query = PreparedQuery(
            lambda articles, key: articles.select_related("primary_category").filter(pk=key)
        )

        with django_assert_num_queries(1):
            [found] = query.objects(Article.objects, article.pk)
            assert found.primary_category == category


KEYS = PreparedQuery(lambda articles, *keys: articles.filter(pk__in=keys).order_by("pk").values_list("pk"))
