"""The pages of tags: the keywords of articles."""

import json
import re

import pytest

from blog.models import Tag
from blog.site.live_pages import live_pages
from tests.support.factories import create_article, create_articles, create_category

pytestmark = pytest.mark.django_db


def page(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def linked_keywords(html) -> list[tuple[str, str]]:
    (shown,) = re.findall(r'<p class="keywords"><span[^>]*>Keywords</span>.*?</p>', html) or [""]
    return re.findall(r'<a href="(.*?)"><bdi>(.*?)</bdi>', shown)


class TestArticle:
    @pytest.mark.both_databases
    def test_links_to_the_keywords_that_others_share(self, client):
        create_article(slug="tides", keywords=["Web Dev", "alone", "Sea", "Rivers", "Wells"])
        create_article(keywords=["web-dev", "sea", "rivers"])
        create_article(keywords=["Wells"], status="new")
        create_article(categories=[create_category("Sea", slug="the-sea")])
        create_category("Rivers")  # without a page

        assert linked_keywords(page(client, "/articles/tides/")) == [
            ("/tags/web-dev/", "Web Dev"),
            ("/categories/the-sea/", "Sea"),
            ("/tags/rivers/", "Rivers"),
        ]

    def test_does_not_repeat_its_categories_as_keywords(self, client):
        sea = create_category("Sea")
        create_article(slug="tides", keywords=["sea", "Moon"], categories=[sea])
        create_article(keywords=["sea", "Moon"], categories=[sea])

        assert linked_keywords(page(client, "/articles/tides/")) == [("/tags/moon/", "Moon")]


class TestPage:
    @pytest.mark.both_databases
    def test_lists_published_articles_of_all_spellings_newest_first(self, client):
        for title, keyword in {"A": "Web Dev", "B": "web-dev", "C": "WebDev", "D": "Web"}.items():
            create_article(title=title, keywords=[keyword, "x"])
        create_article(title="E", keywords=["Web Dev"], status="new")

        html = page(client, "/tags/web-dev/")

        assert re.findall(r'<h2><a href="[^"]*"><bdi>(.)</bdi>', html) == ["C", "B", "A"]
        assert "<h1><bdi>Web Dev</bdi></h1>" in html
        assert "3 articles" in html
        assert client.get("/tags/webdev/").status_code == 404

    def test_has_a_head_as_other_lists_do(self, client):
        for _ in range(21):
            create_article(keywords=["Web Dev"])

        html = page(client, "/tags/web-dev/?page=2")

        assert re.search(r'<link rel="canonical" href="[^"]*/tags/web-dev/\?page=2">', html)
        assert '(RSS)" href="/tags/web-dev/feeds/rss.xml"' in html
        kinds = [json.loads(data)["@type"] for data in re.findall(r'ld\+json">(.*?)</script>', html)]
        assert kinds == ["CollectionPage", "ItemList"]
        assert client.get("/tags/web-dev/?page=3").status_code == 404

    def test_is_indexed_and_in_the_sitemap_from_three_articles(self, client):
        for number, keyword in ((3, "Tides"), (2, "Wells"), (3, "Sea")):
            create_articles(number, keywords=[keyword])
        create_article(keywords=["Wells"], status="new")
        create_article(categories=[create_category("Sea")])

        sitemap = page(client, "/sitemap.xml")

        assert re.findall("/tags/(.*?)/</loc>", sitemap) == ["tides"]
        assert "noindex" not in page(client, "/tags/tides/")
        assert '<meta name="robots" content="noindex' in page(client, "/tags/wells/")

    def test_gives_way_to_a_category_of_the_same_name(self, client):
        category = create_category("Sea", slug="oceans")
        category.aliases.create(name="The seas", folded_name="theseas")
        create_article(keywords=["sea", "The Seas"])
        assert "<h1><bdi>sea</bdi></h1>" in page(client, "/tags/sea/")

        create_article(categories=[category])

        for path in ("/tags/sea/", "/tags/the-seas/"):
            response = client.get(path)
            assert (response.status_code, response["Location"]) == (301, "/categories/oceans/")

    @pytest.mark.parametrize("path", ["", "feeds/rss.xml", "feeds/atom.xml", "feeds/feed.json"])
    def test_is_not_there_without_published_articles(self, client, path):
        create_article(keywords=["Wells"], status="new")

        assert client.get(f"/tags/wells/{path}").status_code == 404
        assert client.get(f"/tags/nothing/{path}").status_code == 404
        assert live_pages(["/tags/wells/", f"/tags/wells/{path}"]) == {}

    def test_has_feeds(self, client):
        create_article(title="Ebb", keywords=["Wells"])

        feed = client.get("/tags/wells/feeds/feed.json").json()

        assert [item["title"] for item in feed["items"]] == ["Ebb"]
        assert feed["home_page_url"].endswith("/tags/wells/")
        assert list(live_pages(["/tags/wells/", "/tags/wells/feeds/rss.xml", "/tags/none/"])) == [
            "/tags/wells/",
            "/tags/wells/feeds/rss.xml",
        ]


class TestTags:
    def test_have_slugs_of_their_own_in_any_script(self):
        create_article(keywords=["C", "C++", "c#", "Über", "uber", "机器学习", "تعلم الآلة", "!!!"])

        slugs = dict(Tag.objects.values_list("name", "slug"))

        assert slugs["C"] == "c"
        assert slugs["C++"] == "cplusplus"
        assert {slugs["Über"], slugs["uber"]} == {"uber", "uber-2"}
        assert slugs["机器学习"] == "机器学习"
        assert slugs["تعلم الآلة"] == "تعلم-الآلة"
        assert all(slugs.values())

    def test_keep_their_slug_when_their_articles_change(self):
        article = create_article(keywords=["Web Dev"])
        article.keywords = ["webdev", "other"]
        article.save()
        article.delete()
        create_article(keywords=["WEBDEV"])

        assert list(Tag.objects.order_by("pk").values_list("name", "slug")) == [
            ("Web Dev", "web-dev"),
            ("other", "other"),
        ]

    def test_are_spelled_like_titles(self, client):
        create_article(title="TinyPilot at home", keywords=["tinypilot"])
        article = create_article(title="Selling it", keywords=["tinypilot"])

        assert "<bdi>TinyPilot</bdi>" in client.get(article.get_absolute_url()).content.decode()
