"""What readers see of translations: links, hreflang, and a home for each language."""

import re

import pytest
from django.core.exceptions import ValidationError

from blog.models import Page
from blog.site.live_pages import live_pages
from tests.support.factories import create_article, create_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def tides():
    """An article in English, its translations into German and French, and one that is not published."""
    article = create_article(title="Tides", slug="tides")
    for language, fields in {"de": {}, "fr": {}, "it": {"status": "new"}}.items():
        other = create_article(
            title=f"Tides {language}", slug=f"tides-{language}", language=language, **fields
        )
        other.set_translation_group(article)
    return article


def page(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def alternates(html) -> dict[str, str]:
    found = re.findall(r'<link rel="alternate" hreflang="(.*?)" href="https?://[^/]*(.*?)">', html)
    return dict(found)


class TestArticle:
    @pytest.mark.both_databases
    def test_leads_to_its_published_translations(self, client, tides):
        html = page(client, "/articles/tides-de/")

        links = re.findall(r'<a href="([^"]*)" hreflang="(\w+)" lang="\w+"><bdi>(.*?)</bdi>', html)
        assert links == [("/articles/tides/", "en", "English"), ("/articles/tides-fr/", "fr", "Français")]

    def test_names_all_of_them_in_the_head_as_each_other_does(self, client, tides):
        expected = {
            "de": "/articles/tides-de/",
            "en": "/articles/tides/",
            "fr": "/articles/tides-fr/",
            "x-default": "/articles/tides/",
        }

        for path in ("/articles/tides/", "/articles/tides-de/", "/articles/tides-fr/"):
            assert alternates(page(client, path)) == expected
        assert page(client, "/sitemap.xml").count("<xhtml:link") == 3 * 4

    def test_names_none_without_published_translations(self, client):
        article = create_article(slug="weirs")
        create_article(slug="weirs-de", language="de", status="new").set_translation_group(article)

        html = page(client, "/articles/weirs/")

        assert "hreflang" not in html
        assert "Also in" not in html

    def test_is_not_named_if_another_one_has_its_language(self, client, tides):
        create_article(slug="second", language="de").set_translation_group(tides)

        assert alternates(page(client, "/articles/second/")) == {}
        assert alternates(page(client, "/articles/tides/"))["de"] == "/articles/tides-de/"


class TestHome:
    def test_of_a_language_lists_its_articles(self, client, tides):
        create_article(title="Nur deutsch", language="DE")

        html = page(client, "/de/")

        assert re.findall(r"<h2><a [^>]*><bdi[^>]*>(.*?)</bdi>", html) == ["Nur deutsch", "Tides de"]
        assert '<h1 lang="de"><bdi>Deutsch</bdi></h1>' in html

    def test_of_each_language_names_the_others(self, client, tides):
        homes = {"de": "/de/", "en": "/", "fr": "/fr/", "x-default": "/"}

        assert alternates(page(client, "/")) == alternates(page(client, "/de/")) == homes
        assert {"/de/", "/fr/"} < set(
            re.findall(r"<loc>https?://[^/]*(.*?)</loc>", page(client, "/sitemap.xml"))
        )

    def test_page_lists_the_site_s_language_and_those_without_a_home(self, client, tides):
        create_article(title="Tutto in italiano", slug="italiano", language="it")
        create_article(title="Featured", slug="featured", language="de", is_featured=True)

        html = page(client, "/")

        listed = set(re.findall(r'href="/articles/([\w-]+)/"', html))
        assert listed == {"tides", "italiano", "featured"}

    def test_page_lists_all_languages_if_none_is_the_site_s(self, client, settings, tides):
        settings.LANGUAGE_CODE = "nl"
        tides.language = "en"
        tides.save()

        listed = set(re.findall(r'href="/articles/([\w-]+)/"', page(client, "/")))
        assert listed == {"tides", "tides-de", "tides-fr"}

    def test_of_the_site_s_language_is_the_home_page(self, client, tides):
        response = client.get("/en/")

        assert (response.status_code, response["Location"]) == (301, "/")

    def test_is_not_there_without_published_translations(self, client):
        article = create_article(slug="weirs", language="de")
        create_article(slug="weirs-it", language="it", status="new").set_translation_group(article)
        create_article(language="fr")

        for path in ("/it/", "/fr/", "/en/", "/de/"):
            assert client.get(path).status_code == 404
        assert live_pages(["/it/", "/fr/", "/en/"]) == {}
        assert "hreflang" not in page(client, "/")

    def test_is_reserved_against_pages(self, client, tides):
        for slug in ("de", "pt-br"):
            with pytest.raises(ValidationError, match="reserved"):
                Page(title="Page", slug=slug).full_clean()
        create_page(slug="it", title="Information technology")  # from before

        assert "Information technology" in page(client, "/it/")
        assert live_pages(["/it/", "/de/"]).keys() == {"/it/", "/de/"}
