"""Preview links: validity, revoking, and headers for search engines and caches."""

import datetime as dt
import json
import re
import time
from unittest import mock
from urllib.parse import quote

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.articles.previews import LIFETIME, SEPARATOR, find_preview, preview_link, signer
from blog.models import Article
from tests.support import factories
from tests.support.admin_pages import create_article, page_of, shown_form, text_of
from tests.support.changes import publish, record_version, restore, trash
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db


def path_of(article):
    return preview_link(article).removeprefix("https://blog.example")


def revoke(client, article):
    return client.post(reverse("admin:blog_article_revoke_previews", args=[article.pk]), follow=True)


def scheduled(**fields):
    later = timezone.now() + dt.timedelta(days=3)
    return factories.create_article(**{"published_at": later} | fields)


def article_in(page):
    """Return the article's headline and text, without the ways to share it and what stands after it."""
    html = page.content.decode().partition("<article")[2]
    html = re.sub(r' data-passages?="[^"]*"', "", html)  # links to selected words, which a preview has not
    return re.split(r'<aside class="share"|</article>', html)[0].split()


class TestSigner:
    def test_reads_the_links_that_earlier_releases_sent(self):
        sent = signing.TimestampSigner(salt="blog.previews", sep=SEPARATOR).sign("article")

        assert signer().unsign(sent) == "article"


class TestPage:
    def test_shows_the_text_as_readers_will_see_it(self, client):
        body = "**Lead.**\n\n> **Pro Tip:** Wait.\n\n## One\n\nText[^1].\n\n## Two\n\n## Three\n\n[^1]: Note."
        category = factories.create_category("Sea")
        article = create_article(
            title="Tides", body=body, share_quote="Wait.", categories={category: 1}, generated_by="Gemini"
        )

        preview = client.get(path_of(article))
        publish(article)
        public = client.get(article.get_absolute_url())

        assert article_in(preview) == article_in(public)
        assert article.body_html.split() == article_in(preview)[-len(article.body_html.split()) - 1 : -1]
        for words in ("Tides", "Sea", "In this article", "AI-generated text.", "1 min read"):
            assert words in text_of(preview)

    def test_states_that_it_is_a_preview_when_it_expires_and_the_date_of_publication(self, client):
        page = client.get(path_of(scheduled(published_at=dt.datetime(2199, 5, 4, 12, tzinfo=dt.UTC))))

        day = timezone.localtime(timezone.now() + LIFETIME)
        for words in ("Preview.", f"until {day.day} {day:%B %Y}", "4 May 2199"):
            assert words in text_of(page)

    def test_shows_what_is_saved_now_without_a_session_and_changes_nothing(self, client):
        article = create_article(body="Old words.")
        path = path_of(article)
        article.body = "New words."
        article.save()
        before = Article.objects.filter(pk=article.pk).values().get()

        page = client.get(path)

        assert "New words." in text_of(page)
        assert not page.cookies
        assert Article.objects.filter(pk=article.pk).values().get() == before

    def test_redirects_to_the_public_page_of_a_published_article(self, client):
        article = create_article()
        path = path_of(article)
        publish(article)

        page = client.get(path)

        assert (page.status_code, page.url) == (302, article.get_absolute_url())
        assert "no-store" in page["Cache-Control"]

    def test_costs_the_same_queries_for_any_article(self, client):
        few = path_of(
            create_article(categories=[factories.create_category()], authors=[factories.create_author()])
        )
        many = path_of(
            create_article(
                categories=[factories.create_category() for _ in range(20)],
                authors=[factories.create_author() for _ in range(5)],
            )
        )
        counts = []
        for path in (few, many):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))

        assert counts[0] == counts[1]

    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
    def test_accepts_only_get_and_head(self, client, method):
        assert getattr(client, method)(path_of(create_article())).status_code == 405


class TestMachines:
    """A preview has no public URL, card, structured data or cached copy."""

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_it_prevents_caching_and_indexing_and_gives_no_public_address_card_or_data(self, client, create):
        article = create(excerpt="Secret words.", share_quote="A quote.")

        page = client.get(path_of(article))

        html = page.content.decode()
        assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex' in html
        signs = ('rel="canonical"', 'property="og:', "twitter:card", "ld+json", "text/markdown", "/preview/")
        addresses = (article.get_absolute_url(), quote(article.get_absolute_url(), safe=""))
        assert [sign for sign in (*signs, *addresses) if sign in html] == []

    @pytest.mark.parametrize(
        "path",
        [
            *("/", "/archive/", "/categories/", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json"),
            *("/sitemap.xml", "/sitemap-articles.xml", "/robots.txt"),
        ],
    )
    def test_no_list_names_the_link_or_the_article(self, client, path):
        article = create_article(title="Tides unseen")
        client.get(path_of(article))

        text = client.get(path).content.decode()

        assert "Tides unseen" not in text
        assert "preview" not in text


class TestNotFound:
    def answer(self, response):
        return response.status_code, response.content, dict(response.headers)

    def test_invalid_links_get_the_ordinary_404(self, client):
        article = create_article()
        good = path_of(article)
        token = good.split("/")[2]
        payload, stamp, signature = token.split(".")
        with mock.patch("django.core.signing.time.time", return_value=time.time() - 8 * 24 * 3600):
            expired = path_of(article)
        other = path_of(create_article()).split("/")[2].split(".")
        foreign = signing.TimestampSigner(salt="else", sep=".").sign(payload)
        gone = create_article()
        deleted = path_of(gone)
        gone.delete()
        wrong = {
            "expired": expired,
            "deleted": deleted,
            "signature of another": f"/preview/{payload}.{stamp}.{other[2]}/",
            "payload of another": f"/preview/{other[0]}.{stamp}.{signature}/",
            "later stamp": f"/preview/{payload}.zzzzzz.{signature}/",
            "made for something else": f"/preview/{foreign}/",
            "cut": good[:-3] + "/",
            "longer": good[:-1] + "A/",
            "uid": f"/preview/{article.uid}/",
            "dots": "/preview/.../",
            "odd letters": "/preview/%F0%9F%8C%8A.%00.%FF/",
            "long": f"/preview/{'a' * 5000}/",
        }

        expected = self.answer(client.get("/nothing/is/here/"))

        assert client.get(good).status_code == 200
        answers = {name: self.answer(client.get(path)) for name, path in wrong.items()}
        assert {
            name: "same" if got == expected else got[0] for name, got in answers.items()
        } == dict.fromkeys(wrong, "same")

    def test_a_link_works_for_seven_days(self, client):
        path, now = path_of(create_article()), time.time()
        week = LIFETIME.total_seconds()

        with mock.patch("django.core.signing.time.time", return_value=now + week - 60):
            assert client.get(path).status_code == 200
        with mock.patch("django.core.signing.time.time", return_value=now + week + 60):
            assert client.get(path).status_code == 404

    def test_another_secret_key_ends_all_links_unless_the_former_one_is_kept(self, client, settings):
        path = path_of(create_article())

        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
        assert client.get(path).status_code == 200
        settings.SECRET_KEY_FALLBACKS = []

        assert client.get(path).status_code == 404

    def test_forged_token_costs_no_query(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert find_preview("AAAA.1xW2t8.AAAA", Article.objects.all()) is None


class TestRevoking:
    def test_revokes_only_the_links_of_this_article(self, client, admin_client):
        article, other = create_article(), create_article()
        path, others_path = path_of(article), path_of(other)

        revoke(admin_client, article)

        article.refresh_from_db()
        assert client.get(path).status_code == 404
        assert client.get(others_path).status_code == 200
        assert client.get(path_of(article)).status_code == 200

    def test_revoking_is_confirmed_and_recorded_in_the_history(self, admin_client):
        article = create_article(title="Tides & moons")

        page = revoke(admin_client, article)
        history = admin_client.get(page_of(article).replace("/change/", "/history/"))

        assert "All existing preview links to “Tides &amp; moons”" in text_of(page)
        assert "Preview links revoked." in text_of(history)

    def test_saving_an_older_form_does_not_restore_the_links(self, client, admin_client):
        article = create_article()
        record_version(article)
        path = path_of(article)
        form = shown_form(admin_client, page_of(article)) | {"title": "Ebb"}
        revoke(admin_client, article)

        admin_client.post(page_of(article), form)

        assert Article.objects.get().title == "Ebb"
        assert client.get(path).status_code == 404

    def test_revoking_for_a_deleted_article_is_no_error(self, admin_client):
        article = create_article()
        article_pk = article.pk
        article.delete()

        url = reverse("admin:blog_article_revoke_previews", args=[article_pk])

        assert admin_client.post(url).url == reverse("admin:index")


class TestTrash:
    """Links to articles in the trash are invalid, also after they are restored."""

    ways = pytest.mark.parametrize(
        "trash",
        [lambda article: trash(article), lambda article: trash(Article.objects.filter(pk=article.pk))],
        ids=["one", "many"],
    )

    @ways
    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_trash_invalidates_links_permanently(self, client, trash, create):
        article = create()
        path = path_of(article)
        assert client.get(path).status_code == 200

        trash(article)
        in_trash = client.get(path).status_code
        restore(Article.objects.get(pk=article.pk))

        assert (in_trash, client.get(path).status_code) == (404, 404)
        assert client.get(path_of(Article.objects.get(pk=article.pk))).status_code == 200


class TestDesk:
    """The side panel with the link and the button to revoke links."""

    def link_on(self, client, article):
        found = re.search(r'<input type="url" value="([^"]+)"', client.get(page_of(article)).content.decode())
        return found and found[1]

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_shows_a_link_that_works_and_a_button_beside_the_form(self, client, admin_client, create):
        article = create(title="Tides")

        html = admin_client.get(page_of(article)).content.decode()

        link = self.link_on(admin_client, article)
        assert link.startswith("https://blog.example/preview/")
        assert "Tides" in text_of(client.get(link.removeprefix("https://blog.example")))
        assert "/preview/" not in json.dumps(shown_form(admin_client, page_of(article)))
        url = reverse("admin:blog_article_revoke_previews", args=[article.pk])
        assert '<button class="button" form="revoke-previews">' in html
        assert f'<form method="post" action="{url}" id="revoke-previews">' in html
        assert self.link_on(admin_client, factories.create_article()) is None

    def test_shows_a_writer_no_link_to_scheduled_articles(self, client, django_user_model):
        log_in(client, "Writer", django_user_model)
        mine, waiting = create_article(), scheduled()

        assert self.link_on(client, mine)
        assert self.link_on(client, waiting) is None
        assert "revoke-previews" not in client.get(page_of(waiting)).content.decode()
