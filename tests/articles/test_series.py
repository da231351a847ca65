"""Series: names, slugs and URLs as for categories, and the position among the published parts."""

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from blog.models import Article
from tests.support.changes import unpublish
from tests.support.factories import create_article, create_articles, create_series

pytestmark = pytest.mark.django_db


def place(article):
    return Article.objects.get(pk=article.pk).series_position


def titles_in_order(series):
    return [part.title for part in series.articles.in_series_order()]


class TestNames:
    def test_a_new_slug_leaves_a_redirect(self, client):
        series = create_series("Waters")
        create_article(series=series)
        series.slug = "rivers"
        series.save()

        page, feed = client.get("/series/waters/"), client.get("/series/waters/feeds/rss.xml")

        assert (page.status_code, page["Location"]) == (301, "/series/rivers/")
        assert (feed.status_code, feed["Location"]) == (301, "/series/rivers/feeds/rss.xml")

    @pytest.mark.both_databases
    def test_series_with_parts_cannot_be_deleted(self):
        series = create_series()
        create_article(series=series, status="new")

        with pytest.raises(ProtectedError):
            series.delete()


class TestOrder:
    @pytest.mark.both_databases
    def test_numbers_come_first_then_the_others_by_date(self):
        series = create_series()
        for title, part in (("D", None), ("B", 7), ("E", None), ("A", 0), ("C", 7)):
            create_article(title=title, series=series, series_part=part)

        assert titles_in_order(series) == ["A", "B", "C", "D", "E"]

    def test_without_a_series_there_is_no_number(self):
        article = create_article(series=create_series(), series_part=2)

        article.series = None
        article.save()

        assert Article.objects.get().series_part is None


class TestPlace:
    @pytest.mark.both_databases
    def test_position_counts_only_published_parts(self):
        series = create_series("Waters")
        first, hidden, last = (create_article(series=series, series_part=part) for part in (1, 2, 3))
        create_article(series=create_series())
        unpublish(hidden)
        create_article(series=series, published_at=timezone.now() + timezone.timedelta(days=1))

        found = place(last)

        assert (found.number, found.total, found.previous, found.next) == (2, 2, first, None)
        assert (found.series, found.series.name, found.series.slug) == (series, "Waters", "waters")
        assert (place(first).number, place(first).next) == (1, last)

    @pytest.mark.both_databases
    def test_short_series_is_listed_whole_and_a_long_one_around_the_article(self):
        short, long = create_series(), create_series()
        parts = [create_article(series=short, series_part=n) for n in range(1, 8)]
        articles = [create_article(series=long, series_part=n) for n in range(1, 9)]

        assert list(place(parts[0]).parts) == [1, 2, 3, 4, 5, 6, 7]
        assert place(articles[4]).parts == dict(enumerate(articles[2:7], 3))
        assert list(place(articles[7]).parts) == [6, 7, 8]

    def test_costs_one_query_and_none_without_a_series(self, django_assert_num_queries):
        series = create_series()
        articles = [*create_articles(30, series=series), create_article()]
        part, other = (Article.objects.get(pk=article.pk) for article in (articles[5], articles[-1]))

        with django_assert_num_queries(1):
            assert (part.series_position.number, part.series_position.total) == (6, 30)
        with django_assert_num_queries(0):
            assert other.series_position is None
