"""Requests that guess, pry, frame or forge: nobody learns what there is, nor acts in an editor's name."""

import re
import socket

import pytest
from django.test import Client
from django.urls import reverse

from blog.articles import previews
from blog.exports.articles import export_article
from blog.models import Article
from blog.reader import sharing
from tests.support.changes import trash, unpublish
from tests.support.factories import create_article, create_author, create_category
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

ELSEWHERE = {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "https://evil.example/"}


class TestGuessing:
    """Threat 21: addresses made of numbers and keys."""

    PATTERNS = (
        "/articles/{article.pk}/",
        "/articles/{article.uid}/",
        "/articles/{article.pk}.md",
        "/categories/{category.pk}/",
        "/authors/{author.pk}/",
        "/preview/{article.pk}/",
        "/preview/{article.preview_key}/",
        "/media/{article.pk}",
    )

    def test_a_key_is_no_address(self, client):
        category, author = create_category("Tides"), create_author("Ida Aas")
        article = create_article(categories=[category], authors=[author])

        for pattern in self.PATTERNS:
            found = client.get(pattern.format(article=article, category=category, author=author))
            lost = client.get(re.sub(r"{\w+\.\w+}", "nothing", pattern))

            assert found.status_code == lost.status_code == 404, pattern
            assert found.content == lost.content, pattern

    def test_no_page_links_to_a_key(self, client):
        category, author = create_category("Tides"), create_author("Ida Aas")
        articles = [
            create_article(slug=f"tides-{word}", categories=[category], authors=[author]) for word in "abc"
        ]
        keys = {
            str(key) for row in (*articles, category, author) for key in (row.pk, getattr(row, "uid", row.pk))
        }

        for path in (
            "/",
            articles[0].get_absolute_url(),
            category.get_absolute_url(),
            author.get_absolute_url(),
        ):
            page = client.get(path).content.decode()
            pieces = {
                piece
                for link in re.findall(r'(?:href|src|action)="/([^"]*)"', page)
                for piece in link.split("/")
            }

            assert pieces & keys == set(), path


class TestPrying:
    """Threat 18: somebody who knows a removed page requests it in other ways."""

    @pytest.fixture
    def hidden(self):
        return create_article(title="Wombat", slug="wombat", body="Wombat words.")

    @pytest.mark.parametrize("how", [unpublish, trash])
    def test_a_copy_that_a_browser_kept_is_not_confirmed(self, client, hidden, how):
        """A 304 would tell that the article is still here, unchanged."""
        known = {ending: client.get(f"/articles/wombat{ending}") for ending in ("/", ".md")}
        how(hidden)

        for ending, page in known.items():
            kept = {
                "if-none-match": page.get("ETag", "*"),
                "if-modified-since": page.get("Last-Modified", ""),
            }
            for ask in (client.get, client.head):
                lost = ask(f"/articles/wombat{ending}", headers=kept)
                never = ask(f"/articles/never{ending}", headers=kept)

                assert (lost.status_code, lost.content) == (404, never.content), ending
                assert lost.headers == never.headers, ending

    def test_no_parameter_shows_it(self, client, hidden):
        unpublish(hidden)

        for query in (
            "?preview=1",
            "?preview=true&status=new",
            "?draft=1&version=1",
            "?format=json",
            "?_popup=1&_to_field=slug",
            "?page=1",
            "?nocache=1",
        ):
            lost, never = client.get(f"/articles/wombat/{query}"), client.get(f"/articles/never/{query}")

            assert (lost.status_code, lost.content, lost.headers) == (404, never.content, never.headers), (
                query
            )

    def test_no_other_spelling_tells_of_it(self, client, hidden):
        unpublish(hidden)

        for path in (
            "/articles/Wombat/",
            "/articles/wombat",
            "/articles/wombat.json",
            "/articles/wombat/feed/",
        ):
            lost = client.get(path)
            never = client.get(re.sub("wombat", "nevers", path, flags=re.IGNORECASE))

            assert (lost.status_code, lost.content) == (never.status_code, never.content), path
            assert lost.get("Location", "").replace("wombat", "nevers") == never.get("Location", ""), path

    def test_its_share_card_is_gone_with_it(self, client, hidden):
        card = sharing.article_image(hidden).address.removeprefix("https://blog.example")
        known = client.get(card)
        assert known.status_code == 200

        unpublish(hidden)
        lost, never = client.get(card), client.get(card.replace(str(hidden.uid), str(hidden.preview_key)))

        assert (lost.status_code, lost.content) == (never.status_code, never.content)
        assert lost.status_code == 404


class TestNamesThatTurnInside:
    """Threats 10 and 11: a name is public when it is looked at, and a private machine's when it is asked.

    Galley asks nobody: whatever a text names, no name is looked up and no connection made.
    """

    NAMES = (
        "127.0.0.1.nip.io",
        "localtest.me",
        "rebind.evil.example",
        "10.0.0.1.sslip.io",
        "[2606:4700::1111]",
    )

    @pytest.fixture
    def article(self, folder, monkeypatch):
        images = "".join(f"![The tide](https://{name}/x.png)\n\n" for name in self.NAMES)
        links = "".join(
            f"<iframe src='https://{name}/'></iframe> <https://{name}/>\n\n" for name in self.NAMES
        )
        write(
            folder,
            image=f"https://{self.NAMES[0]}/x.png",
            imageCredit=f"Photo by [Ida](https://{self.NAMES[1]}/) on Elsewhere",
            canonical=f"https://{self.NAMES[2]}/",
            body=images + links,
        )

        def refuse(*args, **kwargs):
            raise AssertionError(f"asked for {args}")

        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.setattr(socket, "gethostbyname", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)
        [report] = run(folder, status="published")
        assert report.outcome == "created"
        return Article.objects.get()

    def test_neither_page_share_card_nor_preview_asks_them(self, client, article):
        pages = ("/articles/tides/", "/articles/tides.md", "/", "/feeds/rss.xml", "/feeds/feed.json")
        found = {path: client.get(path).status_code for path in pages}
        card = client.get(sharing.article_image(article).address.removeprefix("https://blog.example"))
        unpublish(article)
        preview = client.get(previews.preview_link(article).removeprefix("https://blog.example"))

        assert found == dict.fromkeys(pages, 200)
        assert (card.status_code, preview.status_code) == (200, 200)

    def test_neither_the_editors_page_nor_saving_does(self, admin_client, article):
        address = reverse("admin:blog_article_change", args=[article.pk])

        assert admin_client.get(address).status_code == 200
        article.body += "\nMore.\n"
        article.save()

    def test_neither_a_second_import_nor_the_export_does(self, folder, article):
        write(folder, body=f"![Ebb](https://{self.NAMES[2]}/y.png)\n")

        [report] = run(folder, status="as-file")

        assert report.outcome == "updated"
        assert self.NAMES[2].encode() in export_article(Article.objects.get())


class TestForging:
    """Threat 20: forms of another site, sent by an editor's own browser."""

    PATTERNS = (
        "/admin/blog/article/add/",
        "/admin/blog/article/{pk}/change/",
        "/admin/blog/article/{pk}/delete/",
        "/admin/blog/article/",
        "/admin/blog/category/add/",
        "/admin/logout/",
        "/admin/password_change/",
        reverse("markdownx_upload"),
        reverse("markdownx_markdownify"),
    )

    def test_change_nothing(self, django_user_model):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(django_user_model.objects.create_superuser("editor"))
        article = create_article(title="Kept")
        before = Article.objects.values().get()

        for pattern in self.PATTERNS:
            data = {"post": "yes", "title": "Forged"}
            response = browser.post(pattern.format(pk=article.pk), data, **ELSEWHERE)

            assert response.status_code == 403, pattern
        assert Article.objects.values().get() == before
