"""Feeds and sitemaps against their specifications, whatever the articles hold."""

import copy
import json
import re
from datetime import timedelta

import pytest

from blog.reader import sitemaps
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)
from tests.support.feed_checker import (
    faults_of_atom,
    faults_of_json_feed,
    faults_of_sitemap,
    parsed,
    rss_errors,
)

pytestmark = pytest.mark.django_db

JUDGES = {"rss.xml": rss_errors, "atom.xml": faults_of_atom, "feed.json": faults_of_json_feed}
BODY = """A [link](../other/), an ![image](https://p.example/a.jpg), a note[^1] and ]]> & <b>signs</b>.

## A heading

> **Pro Tip:** see [above](#a-heading).

[^1]: With [more](/archive/).
"""


@pytest.fixture
def articles(articles_of_class):
    return copy.deepcopy(articles_of_class)


@pytest.fixture(scope="class")
def articles_of_class(rows_of_class):
    """Articles with all that a feed may tell of one, with nothing of it, and with what no feed may hold."""
    category, author = create_category("Tides & <Moons>"), create_author("Ida \x02 Aas")
    full = {
        "excerpt": "Rooms <em>& more</em>",
        "body": BODY,
        "categories": [category, create_category("Ωkeanos")],
        "primary_category": category,
        "authors": [author, create_author("Bo Li")],
        "hero_image": create_image(),
    }
    plain = create_article(title="Plain", body="")
    return [
        create_article(title="Bed & <b>breakfast</b>", language="de", generated_by="Gemini \x03 <2>", **full),
        create_article(title="A\x08\x1bB\ufffe", slug="ωkeanos", body="C\x0c", language="not a language"),
        create_article(updated_at=plain.published_at + timedelta(days=9)),
        plain,
    ]


@pytest.mark.parametrize(("name", "judge"), JUDGES.items(), ids=JUDGES)
class TestFeeds:
    def test_the_site_s_keeps_to_its_specification(self, client, articles, name, judge):
        assert judge(client.get(f"/feeds/{name}").content) == []

    def test_a_category_s_keeps_to_it(self, client, articles, name, judge):
        path = articles[0].primary_category.get_absolute_url()

        assert judge(client.get(f"{path}feeds/{name}").content) == []

    def test_an_entry_stays_itself_with_another_title_and_slug(self, client, articles, name, judge):
        identifiers = [f"urn:uuid:{article.uid}" for article in articles]
        for number, article in enumerate(articles):
            article.title, article.slug = f"Another {number}", f"another-{number}"
            article.save()

        after = client.get(f"/feeds/{name}").content.decode()

        assert [after.count(identifier) for identifier in identifiers] == [1] * len(articles)
        assert "Another 0" in after
        assert judge(after.encode()) == []

    def test_it_carries_the_whole_text(self, client, articles, name, judge):
        page = client.get(f"/feeds/{name}").content.decode()

        for words in ("A heading", "https://blog.example/articles/other/", "https://blog.example/archive/"):
            assert words in page


@pytest.mark.parametrize(("name", "judge"), JUDGES.items(), ids=JUDGES)
def test_a_feed_of_nothing_keeps_to_its_specification(client, name, judge):
    assert judge(client.get(f"/feeds/{name}").content) == []


class TestLanguages:
    def test_an_entry_in_another_language_says_so(self, client, articles):
        atom, rss = (client.get(f"/feeds/{name}.xml").content.decode() for name in ("atom", "rss"))
        items = json.loads(client.get("/feeds/feed.json").content)["items"]

        assert re.findall('<entry xml:lang="(.*?)">', atom) == ["de"]
        assert re.findall("<dc:language>(.*?)</dc:language>", rss) == ["de"]
        assert [item["language"] for item in items if "language" in item] == ["de"]


class TestSitemap:
    @pytest.fixture
    def large(self, monkeypatch):
        monkeypatch.setattr(sitemaps, "MOST_IN_ONE_FILE", 5)
        monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 4)

    def test_one_file_keeps_to_the_protocol(self, client, articles):
        create_articles(3, categories=[create_category("Über & Ωmega")], authors=[create_author("Ζωή")])

        body = client.get("/sitemap.xml").content

        assert faults_of_sitemap(body, "https://blog.example") == []
        assert len(parsed(body)) > 7

    def test_an_index_and_its_files_keep_to_it(self, client, articles, large):
        create_articles(6)
        index = client.get("/sitemap.xml").content

        assert faults_of_sitemap(index, "https://blog.example") == []
        for entry in parsed(index):
            file = client.get(entry[0].text.removeprefix("https://blog.example")).content
            assert faults_of_sitemap(file, "https://blog.example") == []

    def test_no_file_holds_more_than_the_protocol_allows(self):
        limits = [section().limit for section in sitemaps.SECTIONS.values()]

        assert max(*limits, sitemaps.MOST_IN_ONE_FILE) <= 50_000


class TestTheJudge:
    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (("<title>Plain</title>", "<title> </title>"), "empty title"),
            (('isPermaLink="false"', 'isPermaLink="true"'), "guid is no address"),
            (('rel="self"', 'rel="hub"'), "no link to itself"),
            (("https://blog.example/articles/plain", "/articles/plain"), "relative link"),
            (("+0000</pubDate>", "</pubDate>"), "pubDate"),
        ],
    )
    def test_it_sees_what_is_wrong_with_rss(self, client, articles, change, fault):
        body = client.get("/feeds/rss.xml").content.decode()

        assert fault in rss_errors(body.replace(*change).encode())
