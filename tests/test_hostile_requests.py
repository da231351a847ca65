"""Requests that guess, frame or forge: nobody learns what there is, nor acts in an editor's name."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import Article
from tests.factories import create_article, create_author, create_category

pytestmark = pytest.mark.django_db

ELSEWHERE = {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "https://evil.example/"}


class TestGuessing:
    """Threat 21: addresses made of numbers and keys."""

    @pytest.mark.parametrize(
        "pattern",
        [
            "/articles/{article.pk}/",
            "/articles/{article.uid}/",
            "/articles/{article.pk}.md",
            "/categories/{topic.pk}/",
            "/authors/{author.pk}/",
            "/preview/{article.pk}/",
            "/preview/{article.preview_key}/",
            "/media/{article.pk}",
        ],
    )
    def test_a_key_is_no_address(self, client, pattern):
        topic, author = create_category("Tides"), create_author("Ida Aas")
        article = create_article(categories=[topic], authors=[author])

        found = client.get(pattern.format(article=article, topic=topic, author=author))
        lost = client.get(re.sub(r"{\w+\.\w+}", "nothing", pattern))

        assert found.status_code == lost.status_code == 404
        assert found.content == lost.content

    def test_no_page_links_to_a_key(self, client):
        topic, author = create_category("Tides"), create_author("Ida Aas")
        articles = [
            create_article(slug=f"tides-{word}", categories=[topic], authors=[author]) for word in "abc"
        ]
        keys = {
            str(key) for row in (*articles, topic, author) for key in (row.pk, getattr(row, "uid", row.pk))
        }

        for path in (
            "/",
            articles[0].get_absolute_url(),
            topic.get_absolute_url(),
            author.get_absolute_url(),
        ):
            page = client.get(path).content.decode()
            pieces = {
                piece
                for link in re.findall(r'(?:href|src|action)="/([^"]*)"', page)
                for piece in link.split("/")
            }

            assert pieces & keys == set(), path


class TestFraming:
    """Threat 20: pages within pages of others."""

    @pytest.mark.parametrize("path", ["/", "/articles/tides/", "/admin/login/", "/nothing/", "/archive/"])
    def test_no_page_may_be_framed(self, client, path):
        create_article(slug="tides")

        response = client.get(path)

        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


class TestForging:
    """Threat 20: forms of another site, sent by an editor's own browser."""

    @pytest.mark.parametrize(
        "pattern",
        [
            "/admin/blog/article/add/",
            "/admin/blog/article/{pk}/change/",
            "/admin/blog/article/{pk}/delete/",
            "/admin/blog/article/",
            "/admin/blog/category/add/",
            "/admin/logout/",
            "/admin/password_change/",
            reverse("markdownx_upload"),
            reverse("markdownx_markdownify"),
        ],
    )
    def test_change_nothing(self, django_user_model, pattern):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(django_user_model.objects.create_superuser("editor"))
        article = create_article(title="Kept")
        before = Article.objects.values().get()

        response = browser.post(
            pattern.format(pk=article.pk), {"post": "yes", "title": "Forged"}, **ELSEWHERE
        )

        assert response.status_code == 403
        assert Article.objects.values().get() == before

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_no_page_may_be_read_by_another_site(self, client, django_user_model, method):
        client.force_login(django_user_model.objects.create_superuser("editor"))

        for path in ("/", "/feeds/feed.json", "/admin/", "/admin/blog/article/"):
            response = getattr(client, method)(path, **ELSEWHERE)

            assert not [name for name in response.headers if name.startswith("Access-Control-")], path
