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
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.articles.previews import LIFETIME, SEPARATOR, find_preview, preview_link, signer
from blog.models import Article
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, page_of, shown_form, text_of
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

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_states_that_it_is_a_preview_and_when_it_expires(self, client, create):
        page = client.get(path_of(create()))

        day = timezone.localtime(timezone.now() + LIFETIME)
        assert "Preview." in text_of(page)
        assert f"until {day.day} {day:%B %Y}" in text_of(page)

    def test_shows_the_date_that_readers_will_see(self, client):
        article = scheduled(published_at=dt.datetime(2199, 5, 4, 12, tzinfo=dt.UTC))

        assert "4 May 2199" in text_of(client.get(path_of(article)))

    def test_needs_no_session_and_sets_no_cookie(self, client):
        page = client.get(path_of(create_article()))

        assert page.status_code == 200
        assert not page.cookies

    def test_shows_what_is_saved_now(self, client):
        article = create_article(body="Old words.")
        path = path_of(article)
        article.body = "New words."
        article.save()

        assert "New words." in text_of(client.get(path))

    def test_changes_nothing(self, client):
        article = create_article()
        before = Article.objects.filter(pk=article.pk).values().get()

        client.get(path_of(article))

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

    def test_head_answers_as_get_does(self, client):
        path = path_of(create_article())

        head, get = client.head(path), client.get(path)

        assert (head.status_code, head.content) == (200, b"")
        moment = {"Expires": None}  # now, which goes on between the two
        assert dict(head.headers) | moment == dict(get.headers) | moment


class TestMachines:
    """A preview has no public URL, card, structured data or cached copy."""

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_headers_prevent_caching_indexing_and_referrers(self, client, create):
        page = client.get(path_of(create()))

        assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex' in page.content.decode()

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_the_page_gives_no_public_address_card_or_data(self, client, create):
        article = create(excerpt="Secret words.", share_quote="A quote.")

        html = client.get(path_of(article)).content.decode()

        for sign in ('rel="canonical"', 'property="og:', "twitter:card", "ld+json", "text/markdown"):
            assert sign not in html
        assert article.get_absolute_url() not in html
        assert quote(article.get_absolute_url(), safe="") not in html
        assert "/preview/" not in html

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

    def test_another_secret_key_ends_all_links(self, client, settings):
        path = path_of(create_article())
        assert client.get(path).status_code == 200

        settings.SECRET_KEY = "another"  # noqa: S105 -- a test's
        settings.SECRET_KEY_FALLBACKS = []

        assert client.get(path).status_code == 404

    def test_former_secret_key_keeps_links_and_logins(self, admin_client, client, settings):
        path = path_of(create_article())
        assert admin_client.get("/admin/").status_code == 200

        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

        assert (client.get(path).status_code, admin_client.get("/admin/").status_code) == (200, 200)
        settings.SECRET_KEY_FALLBACKS = []
        assert admin_client.get("/admin/").status_code == 200  # its session was signed with the new key

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

    def test_changes_nothing_that_readers_see(self, admin_client):
        article = factories.create_article()

        revoke(admin_client, article)

        after = Article.objects.get(pk=article.pk)
        assert (after.updated_at, after.status) == (article.updated_at, article.status)

    def test_saving_an_older_form_does_not_restore_the_links(self, client, admin_client):
        article = create_article()
        record_version(article)
        path = path_of(article)
        form = shown_form(admin_client, page_of(article)) | {"title": "Ebb"}
        revoke(admin_client, article)

        admin_client.post(page_of(article), form)

        assert Article.objects.get().title == "Ebb"
        assert client.get(path).status_code == 404

    def test_revoking_requires_a_csrf_token(self, admin_user):
        article, client = create_article(), Client(enforce_csrf_checks=True)
        client.force_login(admin_user)

        assert revoke(client, article).status_code == 403
        assert Article.objects.get().preview_key == article.preview_key

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

    @ways
    def test_new_links_of_trashed_articles_show_nothing(self, client, trash):
        article = create_article()

        trash(article)

        assert client.get(path_of(Article.objects.get(pk=article.pk))).status_code == 404

    def test_leaves_the_links_of_others_alone(self, client):
        article, other = create_article(), create_article()
        path = path_of(other)

        trash(Article.objects.filter(pk=article.pk))

        assert client.get(path).status_code == 200


class TestDesk:
    """The side panel with the link and the button to revoke links."""

    def link_on(self, client, article):
        found = re.search(r'<input type="url" value="([^"]+)"', client.get(page_of(article)).content.decode())
        return found and found[1]

    @pytest.mark.parametrize("create", [create_article, scheduled], ids=["new", "scheduled"])
    def test_shows_a_link_that_works(self, client, admin_client, create):
        article = create(title="Tides")

        link = self.link_on(admin_client, article)

        assert link.startswith("https://blog.example/preview/")
        assert "Tides" in text_of(client.get(link.removeprefix("https://blog.example")))

    def test_shows_no_link_for_published_articles(self, admin_client):
        assert self.link_on(admin_client, factories.create_article()) is None

    def test_its_link_is_not_part_of_the_form(self, admin_client):
        data = shown_form(admin_client, page_of(create_article()))

        assert "/preview/" not in json.dumps(data)

    def test_its_button_sends_the_form_that_revokes(self, admin_client):
        article = create_article()

        html = admin_client.get(page_of(article)).content.decode()

        url = reverse("admin:blog_article_revoke_previews", args=[article.pk])
        assert '<button class="button" form="revoke-previews">' in html
        assert f'<form method="post" action="{url}" id="revoke-previews">' in html

    def test_shows_a_writer_no_link_to_scheduled_articles(self, client, django_user_model):
        log_in(client, "Writer", django_user_model)
        mine, waiting = create_article(), scheduled()

        assert self.link_on(client, mine)
        assert self.link_on(client, waiting) is None
        assert "revoke-previews" not in client.get(page_of(waiting)).content.decode()

    def test_a_list_shows_no_link(self, admin_client):
        create_article()

        assert "/preview/" not in admin_client.get(LIST).content.decode().replace("markdownx/preview", "")
