"""Feeds: full texts that any reader program can use, whatever is in them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import feedparser
import pytest

from blog.models import Category
from blog.reader.feeds import LARGEST_FEED, with_whole_addresses
from tests.support.changes import unpublish
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)

PATHS = ("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json")


@pytest.fixture
def article():
    category = create_category("Tides")
    return create_article(
        title="Bed & <b>breakfast</b>",
        slug="bed",
        excerpt="Rooms <em>& more</em>",
        body="A [link](../other/) and ]]> a sign.\n\n## Rooms\n\n[up](#rooms) ![sea](https://p.example/a.jpg)",
        categories={category: Category.Level.NICHE},
        primary_category=category,
        authors=[create_author("Ida Aas"), create_author("Bo Li")],
        hero_image=create_image(source="https://p.example/hero.jpg"),
        published_at=datetime(2025, 3, 1, 9, tzinfo=UTC),
        updated_at=datetime(2025, 3, 4, 9, tzinfo=UTC),
    )


def parse(client, path):
    feed = feedparser.parse(client.get(path).content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def content_of(page) -> str:
    """Return the HTML of the first entry as it was written, which feedparser would tidy."""
    if page.startswith("{"):
        return json.loads(page)["items"][0]["content_html"]
    tag = "content:encoded" if "<rss" in page else "content"
    return unescape(re.search(f"<{tag}.*?>(.*?)</{tag}>", page, re.DOTALL)[1])


def read_json(client, path="/feeds/feed.json"):
    return json.loads(client.get(path).content)


@pytest.mark.django_db
class TestRss:
    def test_an_entry_carries_the_whole_article(self, client, article):
        feed = parse(client, "/feeds/rss.xml")
        page = client.get("/feeds/rss.xml").content.decode()
        entry = feed.entries[0]

        assert feed.version == "rss20"
        assert {"rel": "self", "href": "https://blog.example/feeds/rss.xml"}.items() <= feed.feed.links[
            -1
        ].items()
        assert entry.link == "https://blog.example/articles/bed/"
        assert (entry.id, entry.guidislink) == (f"urn:uuid:{article.uid}", False)
        assert "]]&gt; a sign" in entry.content[0].value
        assert [tag.term for tag in entry.tags] == ["Tides"]
        assert entry.published_parsed[:3] == (2025, 3, 1)
        assert "<dc:creator>Ida Aas</dc:creator><dc:creator>Bo Li</dc:creator>" in page


@pytest.mark.django_db
class TestAtom:
    def test_an_entry_carries_the_whole_article(self, client, article):
        feed = parse(client, "/feeds/atom.xml")
        entry = feed.entries[0]

        assert feed.version == "atom10"
        assert entry.id == f"urn:uuid:{article.uid}"
        assert entry.title == "Bed & <b>breakfast</b>"
        assert entry.summary == "Rooms &amp; more"
        assert [author.name for author in entry.authors if author] == ["Ida Aas", "Bo Li"]
        assert (entry.published_parsed[:3], entry.updated_parsed[:3]) == ((2025, 3, 1), (2025, 3, 4))
        assert "a sign" in entry.content[0].value


@pytest.mark.django_db
class TestJson:
    def test_an_entry_carries_the_whole_article(self, client, article):
        response = client.get("/feeds/feed.json")
        feed = json.loads(response.content)
        item = feed["items"][0]

        assert response["Content-Type"] == "application/feed+json; charset=utf-8"
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == "https://blog.example/feeds/feed.json"
        assert item["id"] == f"urn:uuid:{article.uid}"
        assert item["title"] == "Bed & <b>breakfast</b>"
        assert item["summary"] == "Rooms & more"
        assert item["image"] == "https://p.example/hero.jpg"
        assert item["date_published"] == "2025-03-01T09:00:00+00:00"
        assert item["authors"][0] == {"name": "Ida Aas", "url": "https://blog.example/authors/ida-aas/"}
        assert item["tags"] == ["Tides"]


@pytest.mark.django_db
class TestEveryFeed:
    @pytest.mark.both_databases
    @pytest.mark.parametrize("path", PATHS)
    def test_it_holds_the_newest_twenty(self, client, path):
        articles = create_articles(21)

        page = client.get(path).content.decode()

        assert page.count(f"urn:uuid:{articles[-1].uid}") == 1
        assert page.count("urn:uuid:") == 20
        assert str(articles[0].uid) not in page

    @pytest.mark.parametrize("path", PATHS)
    def test_machine_written_text_is_labelled_in_the_text(self, client, path):
        create_article(generated_by="Gemini <2>")

        page = client.get(path).content.decode()

        assert "AI-generated text. Written with Gemini &" in page

    @pytest.mark.parametrize("path", PATHS)
    def test_the_cover_stands_above_the_text_with_its_caption(self, client, path):
        credit = {"credit_creator": "Bo <Li>", "credit_url": "https://bo.example", "credit_source": "P"}
        image = create_image(
            source="//p.example/a.jpg?w=1&h=2", alt='The "sea"', caption="At <ebb>", **credit
        )
        create_article(hero_image=image)

        page = client.get(path).content.decode()

        text = content_of(page)
        assert text.startswith(
            '<figure><img src="https://p.example/a.jpg?w=1&amp;h=2" alt="The &quot;sea&quot;">'
            "<figcaption>At &lt;ebb&gt; "
        )
        assert '<a href="https://bo.example"' in text
        assert "<bdi>Bo &lt;Li&gt;</bdi></a> / <bdi>P</bdi></span></figcaption></figure>\n<p>" in text

    @pytest.mark.parametrize("path", PATHS)
    def test_a_cover_that_is_in_the_text_stands_there_alone(self, client, path):
        image = create_image(source="https://p.example/a.jpg?w=1200")
        create_article(body="![Sea](https://p.example/a.jpg?w=800)\n\nWords.", hero_image=image)

        page = client.get(path).content.decode()

        assert content_of(page).count("<img") == 1

    @pytest.mark.parametrize("path", PATHS)
    def test_an_unchanged_feed_is_not_sent_again(self, client, article, path):
        etag = client.get(path)["ETag"]

        assert client.get(path, headers={"if-none-match": etag}).status_code == 304

        create_article()
        assert client.get(path, headers={"if-none-match": etag}).status_code == 200

    def test_taking_down_the_newest_article_changes_it(self, client, article):
        newest = create_article(published_at=article.published_at + timedelta(days=1))
        before = client.get("/feeds/rss.xml")
        unpublish(newest)

        after = client.get("/feeds/rss.xml", headers={"if-none-match": before["ETag"]})

        assert after.status_code == 200
        assert "Last-Modified" not in before

    @pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
    def test_a_category_has_its_own(self, client, article, name):
        other = create_article()

        page = client.get(f"/categories/tides/feeds/{name}").content.decode()

        assert str(article.uid) in page
        assert str(other.uid) not in page
        assert f"https://blog.example/categories/tides/feeds/{name}" in page


class TestWholeAddresses:
    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ('<a href="../b/">x</a>', '<a href="https://blog.example/b/">x</a>'),
            ('<a href="#s-x">x</a>', '<a href="https://blog.example/a/#s-x">x</a>'),
            ('<img alt="" src="/media/x.png">', '<img alt="" src="https://blog.example/media/x.png">'),
            ('<a href="?a=1&amp;b=2">x</a>', '<a href="https://blog.example/a/?a=1&amp;b=2">x</a>'),
            ('<a href="https://x.example/">x</a>', '<a href="https://x.example/">x</a>'),
            ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
            ('<a href="//x.example/y">x</a>', '<a href="https://x.example/y">x</a>'),
            ('<a href="https://[x">x</a>', '<a href="https://[x">x</a>'),
        ],
    )
    def test_addresses_are_completed(self, html, expected):
        assert with_whole_addresses(html, "https://blog.example/a/") == expected

    @pytest.mark.parametrize(
        "html",
        [
            'He wrote href="x" and src="y" &lt;a href="z"&gt;',
            '<img alt="an href=&quot;x&quot; in words" title="> src=">',
            '<p id="s-src">text</p>',
        ],
    )
    def test_nothing_else_is_touched(self, html):
        assert with_whole_addresses(html, "https://blog.example/a/") == html


@pytest.mark.django_db
class TestSize:
    def test_has_20_articles_of_which_as_many_are_whole_as_fit(self, client):
        create_articles(21, excerpt="Twice a day.", body="Tides come and go. " * 600)

        feed = client.get("/feeds/rss.xml").content
        entries = [entry["content_html"] for entry in read_json(client)["items"]]

        assert feed.count(b"<item>") == len(entries) == 20
        assert len(feed) < LARGEST_FEED
        is_whole = [len(entry) > 10_000 for entry in entries]
        assert is_whole == [True, False] + 18 * [False]
        assert "<p>Twice a day.</p>" in entries[-1]
        assert "/articles/" in entries[-1].partition(">Read the whole article</a>")[0]

    def test_has_one_whole_text_however_long_it_is(self, client):
        create_articles(2, body="Tides come and go. " * 6_000)

        first, second = (entry["content_html"] for entry in read_json(client)["items"])

        assert len(first) > LARGEST_FEED > 10 * len(second)

    def test_headings_have_no_link_to_themselves(self, client):
        create_article(body="## Heaviest at four degrees\n\nWater sinks. [up](#heaviest)")

        content = read_json(client)["items"][0]["content_html"]

        assert '<h2 id="s-heaviest-at-four-degrees">Heaviest at four degrees</h2>' in content
        assert content.count("<a ") == 1
