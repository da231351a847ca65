"""A compiled query gives the rows of its queryset, whatever the values, and is put into SQL once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Article
from blog.models.compiled import CompiledQuery
from tests.factories import create_article, create_articles

pytestmark = pytest.mark.django_db


class TestCompiledQuery:
    def test_each_value_goes_where_it_belongs(self):
        query = CompiledQuery(
            lambda articles, slug, until, first, second: articles.filter(
                slug=slug, published_at__lte=until, pk__in=[first, second], version__gte=1
            ).values_list("pk")
        )
        now = timezone.now()
        one, other = (create_article(slug=slug, published_at=now) for slug in ("one", "other"))

        def rows(*values):
            return query.rows(Article.objects, *values)

        assert rows("one", now, one.pk, other.pk) == [(one.pk,)]
        assert rows("other", now, one.pk, other.pk) == [(other.pk,)]
        assert rows("one", now, other.pk, 0) == []
        assert rows("one", now - timedelta(seconds=1), one.pk, other.pk) == []

    def test_it_is_made_once_for_so_many_values(self):
        made = []

        def build(articles, *keys):
            made.append(len(keys))
            return articles.filter(pk__in=keys).order_by("pk").values_list("pk", "title")

        query = CompiledQuery(build)
        articles = create_articles(3)

        for number in (2, 3, 2, 3):
            some = articles[:number]
            found = query.rows(Article.objects, *(article.pk for article in some))
            assert found == [(article.pk, article.title) for article in some]
        assert made == [2, 3]

    def test_numbers_of_any_size_have_their_place(self):
        query = CompiledQuery(lambda articles, key: articles.filter(pk=key).values_list("pk"))

        assert [query.rows(Article.objects, key) for key in (1, 70_000, 5_000_000_000)] == [[], [], []]
