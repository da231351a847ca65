"""The sitemap: every page worth finding, nothing else."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from blog.models import Redirect
from blog.page_cache.keys import known_query
from blog.reader import sitemaps
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
    create_page,
)

pytestmark = pytest.mark.django_db


def locations(response) -> list[str]:
    return re.findall("<loc>(.*?)</loc>", response.content.decode())


class TestSitemap:
    def test_it_holds_articles_categories_authors_and_lists(self, client):
        create_articles(3, categories=[create_category("Tides")], authors=[create_author("Ida Aas")])
        article = create_article(slug="sea")

        response = client.get("/sitemap.xml")

        assert response["Content-Type"] == "application/xml"
        found = locations(response)
        assert len(found) == len(set(found)) == 4 + 4 + 1 + 1
        assert {
            "https://blog.example/",
            "https://blog.example/archive/",
            f"https://blog.example{article.get_absolute_url()}",
            "https://blog.example/categories/tides/",
            "https://blog.example/authors/",
            "https://blog.example/authors/ida-aas/",
        } <= set(found)

    def test_articles_name_their_pictures_once(self, client):
        hero, inside = (create_image(source=f"https://pictures.example/{n}.jpg?a=1&b=2") for n in "ab")
        article = create_article(hero_image=hero)
        for image in (hero, inside):
            article.body_image_links.create(image=image, source=image.source)
        create_article()

        page = client.get("/sitemap.xml").content.decode()

        assert re.findall("<image:loc>(.*?)</image:loc>", page) == [
            "https://pictures.example/a.jpg?a=1&amp;b=2",
            "https://pictures.example/b.jpg?a=1&amp;b=2",
        ]

    def test_every_address_in_it_is_a_page(self, client):
        category, author = create_category("Ωkeanos"), create_author("Ida Aas")
        create_articles(3, categories=[category], authors=[author])
        create_page()

        for address in locations(client.get("/sitemap.xml")):
            page = client.get(address.removeprefix("https://blog.example"))
            assert page.status_code == 200
            assert f'rel="canonical" href="{address}"' in page.content.decode()
            assert "noindex" not in page.content.decode()
            assert '<meta name="description" content="' in page.content.decode()

    def test_unpublished_articles_leave_no_trace(self, client):
        category, author = create_category("Tides"), create_author("Ida Aas")
        moment = datetime(2025, 1, 6, tzinfo=UTC)
        create_articles(3, categories=[category], authors=[author], published_at=moment, updated_at=moment)
        hidden = {
            "categories": [category, create_category("Marsupials")],
            "authors": [author, create_author("Hidden")],
        }
        create_articles(3, status="new", updated_at=moment + timedelta(days=9), **hidden)
        create_articles(3, published_at=timezone.now() + timedelta(days=1), **hidden)

        response = client.get("/sitemap.xml")

        assert len(locations(response)) == 4 + 3 + 1 + 1
        assert set(re.findall("<lastmod>(.*?)</lastmod>", response.content.decode())) == {"2025-01-06"}

    def test_thin_categories_and_old_addresses_stay_out(self, client):
        create_articles(2, categories=[create_category("Tides")])
        Redirect.objects.create(path="/old/", article=create_article())

        page = client.get("/sitemap.xml").content.decode()

        assert "tides" not in page
        assert "/old/" not in page

    def test_a_change_is_dated(self, client):
        published = datetime(2025, 1, 6, tzinfo=UTC)
        create_articles(
            3,
            categories=[create_category("Tides")],
            published_at=published,
            updated_at=published + timedelta(days=2),
        )

        page = client.get("/sitemap.xml").content.decode()

        assert page.count("<lastmod>2025-01-08</lastmod>") == 3 + 3 + 1


class TestLargeSite:
    @pytest.fixture(autouse=True)
    def little_room(self, monkeypatch):
        monkeypatch.setattr(sitemaps, "MOST_IN_ONE_FILE", 5)
        monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 4)

    @pytest.mark.both_databases
    def test_an_index_names_files_that_hold_every_address_once(self, client):
        create_articles(9)

        files = locations(client.get("/sitemap.xml"))

        assert files == [
            "https://blog.example/sitemap-pages.xml",
            "https://blog.example/sitemap-articles.xml",
            "https://blog.example/sitemap-articles.xml?page=2",
            "https://blog.example/sitemap-articles.xml?page=3",
        ]
        found = [
            at for file in files for at in locations(client.get(file.removeprefix("https://blog.example")))
        ]
        assert len(found) == len(set(found)) == 3 + 9

    def test_each_file_is_another_page_for_the_page_cache(self, client):
        create_articles(9)

        queries = [urlsplit(file).query for file in locations(client.get("/sitemap.xml"))]

        assert [known_query(query.encode()) for query in queries] == queries

    @pytest.mark.parametrize(
        "path",
        [
            "/sitemap-none.xml",
            "/sitemap-articles.xml?page=2",
            "/sitemap-articles.xml?page=0",
            "/sitemap-pages.xml?page=x",
        ],
    )
    def test_other_files_do_not_exist(self, client, path):
        assert client.get(path).status_code == 404
