"""What readers see of a series: the place of an article in it, its page, its feeds."""

import json
import re

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Series
from tests.support.factories import create_article, create_category, create_page, create_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    """A series of three parts, of which the second was published first."""
    series = create_series("Waters", description="From the *cloud* to the sea.")
    create_article(title="Lakes", slug="lakes", series=series, series_part=2)
    create_article(title="Springs", slug="springs", series=series, series_part=1)
    create_article(title="Tides", slug="tides", series=series)
    return series


def page(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def headline(html) -> str:
    words = re.search(r'<p class="in-series">.*?</p>', html)
    return re.sub(r"<[^>]+>", " ", words[0]).strip() if words else ""


def neighbours(html) -> list[tuple[str, str]]:
    return re.findall(r'<a href="([^"]+)" rel="(prev|next)">', html)


class TestArticle:
    def test_says_which_part_it_is_and_leads_to_the_parts_beside_it(self, client, series):
        html = page(client, "/articles/lakes/")

        assert headline(html).split() == ["Part", "2", "of", "3", "Waters"]
        assert '<a href="/series/waters/">' in html
        assert neighbours(html) == [("/articles/springs/", "prev"), ("/articles/tides/", "next")]

    def test_its_end_lists_the_parts_and_nothing_twice(self, client, series):
        category = create_category()
        series.articles.get(slug="lakes").categories.add(category)
        create_article(title="Lakes and springs", categories=[category])

        html = page(client, "/articles/lakes/")

        assert html.count('href="/articles/springs/"') == 1
        assert 'class="section related"' not in html
        assert 'class="neighbours"' not in html

    def test_names_the_series_in_its_structured_data_and_as_markdown(self, client, series):
        (posting, _) = re.findall(r'ld\+json">(.*?)</script>', page(client, "/articles/lakes/"))
        source = page(client, "/articles/lakes.md")

        data = json.loads(posting)
        assert (data["isPartOf"]["@type"], data["isPartOf"]["name"]) == ("CreativeWorkSeries", "Waters")
        assert (data["isPartOf"]["url"][-15:], data["position"]) == ("/series/waters/", 2)
        assert 'series: "Waters"\nseriesPart: 2\n' in source

    def test_the_only_part_has_its_neighbours_by_date(self, client):
        create_article(slug="older")
        create_article(slug="alone", series=create_series("Waters"))

        html = page(client, "/articles/alone/")

        assert headline(html).startswith("Series")
        assert "Part 1" not in html
        assert neighbours(html) == [("/articles/older/", "prev")]

    def test_without_a_series_says_nothing_of_one(self, client, series):
        create_article(slug="other")

        html = page(client, "/articles/other/")

        assert headline(html) == ""
        assert "isPartOf" not in html
        assert "Earlier" in html


class TestPage:
    @pytest.mark.both_databases
    def test_lists_the_published_parts_in_order(self, client, series):
        create_article(title="Wells", series=series, status="new")

        html = page(client, "/series/waters/")

        assert re.findall(r'<h2><a href="/articles/(.*?)/">', html) == ["springs", "lakes", "tides"]
        assert re.findall(r">Part (\d)<", html) == ["1", "2", "3"]
        assert "3 parts" in html
        assert "From the *cloud* to the sea." in html
        assert 'href="/series/waters/feeds/atom.xml"' in html
        assert "/series/waters/</loc>" in page(client, "/sitemap.xml")

    def test_numbers_go_on_from_page_to_page(self, client):
        series = create_series("Waters")
        for number in range(21):
            create_article(series=series, series_part=number)

        assert ">Part 21<" in page(client, "/series/waters/?page=2")

    @pytest.mark.parametrize("path", ["", "feeds/rss.xml", "feeds/atom.xml", "feeds/feed.json"])
    def test_is_not_there_without_published_parts(self, client, path):
        create_article(series=create_series("Waters"), status="new")

        assert client.get(f"/series/waters/{path}").status_code == 404
        assert client.get(f"/series/nothing/{path}").status_code == 404
        assert "/series/" not in page(client, "/sitemap.xml")
        assert not Series.objects.with_public_page().exists()

    def test_a_plain_page_with_that_address_stays(self, client):
        create_page(slug="series", title="Our series")

        assert "Our series" in page(client, "/series/")


class TestFeeds:
    @pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
    def test_hold_its_parts_newest_first(self, client, series, name):
        create_article(title="Ink")

        feed = feedparser.parse(client.get(f"/series/waters/feeds/{name}").content)

        assert feed.feed.title.startswith("Waters")
        assert [entry.title for entry in feed.entries] == ["Tides", "Springs", "Lakes"]


class TestCost:
    def test_the_page_costs_the_same_for_3_and_15(self, client, series):
        before = self.queries(client, "/series/waters/")
        for _ in range(12):
            create_article(series=series)

        assert self.queries(client, "/series/waters/") == before

    def test_an_article_costs_no_query_more(self, client, series):
        create_article(slug="other")

        assert self.queries(client, "/articles/lakes/") <= self.queries(client, "/articles/other/")

    def queries(self, client, path) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        return len(queries)
