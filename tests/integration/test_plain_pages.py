"""Plain pages: who sees them, which addresses they may have, and how they are edited."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import get_resolver, reverse

from blog.imports.report import StatusRule
from blog.models import Article, FooterLink, Page, Redirect, SiteIdentity
from blog.site.pages import StalePageError, reserved_slugs, validate_free_address
from blog.site.redirect_lists import export_redirects, import_redirects
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.factories import create_article, create_page
from tests.support.import_files import run, write
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

ADD = reverse("admin:blog_page_add")


def text(response) -> str:
    return response.content.decode()


class TestReaders:
    def test_see_a_published_page_at_the_root_of_the_site(self, client):
        create_page(
            title="About us", slug="about", body="We write about *tides*.", meta_description="Who we are"
        )

        page = text(client.get("/about/"))

        assert "<h1><bdi>About us</bdi></h1>" in page
        assert "<p>We write about <em>tides</em>.</p>" in page
        assert '<meta name="description" content="Who we are">' in page
        assert '<link rel="canonical" href="https://blog.example/about/">' in page

    def test_see_its_title_with_the_quotation_marks_of_its_language(self, client):
        german = create_page(title='Was "wir" tun', slug="wir", language="de")
        FooterLink.objects.create(site=SiteIdentity.objects.create(name="Site"), page=german)

        page = text(client.get("/wir/"))

        shown = "Was „wir“ tun"
        assert f"<h1><bdi>{shown}</bdi></h1>" in page
        assert f"<title>{shown} " in page
        assert f'<meta property="og:title" content="{shown}">' in page
        assert f'"name":"{shown}"' in page.replace('": "', '":"')
        assert f'<a href="/wir/">{shown}</a>' in text(client.get("/"))

    def test_get_the_answer_of_an_address_that_never_was_for_a_draft(self, client):
        create_page(slug="about", is_published=False)

        draft, never = client.get("/about/"), client.get("/never/")

        assert draft.status_code == never.status_code == 404
        assert draft.content == never.content
        assert draft.headers == never.headers

    def test_get_the_text_without_what_could_run(self, client):
        create_page(slug="about", title=HOSTILE, body=f"{HOSTILE} [a](javascript:evil())")

        page = text(client.get("/about/"))

        assert find_active_markup(page) == []
        assert "evil-mark" in page

    def test_find_the_page_without_the_slash(self, client):
        create_page(slug="über-uns")

        assert client.get("/über-uns", follow=True).status_code == 200

    def test_find_it_in_the_sitemap_and_no_draft(self, client):
        create_page(slug="about")
        create_page(slug="draft", is_published=False)

        page = text(client.get("/sitemap.xml"))

        assert re.findall("<loc>(.*?)</loc>", page) == ["https://blog.example/about/"]

    def test_see_a_page_in_its_own_language(self, client):
        create_page(slug="about", language="ar")

        assert '<article class="article" lang="ar" dir="rtl">' in text(client.get("/about/"))

    def test_pay_a_query_for_the_page_and_none_for_more_of_them(self, client, django_assert_num_queries):
        for number in range(3):
            create_page(slug=f"page-{number}")

        # The site, the masthead's categories (general ones, then any), whether there are authors, the page.
        with django_assert_num_queries(5):
            client.get("/page-1/")


class TestAddress:
    def test_every_word_at_which_another_address_begins_is_reserved(self):
        patterns = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
        assert {"admin/", "sitemap.xml"} <= set(patterns)

        assert {
            "admin",
            "articles",
            "categories",
            "archive",
            "authors",
            "feeds",
            "health",
        } <= reserved_slugs()
        assert {"media", "preview", "static", "search"} <= reserved_slugs()

    @pytest.mark.parametrize("slug", ["admin", "articles", "archive", "health", "static", "media", "feeds"])
    def test_a_reserved_one_is_refused_in_words(self, admin_client, slug):
        page = admin_client.post(ADD, shown_form(admin_client, ADD) | {"title": "Mine", "slug": slug})

        assert f"“{slug}” is reserved." in text_of(page)
        assert not Page.objects.exists()

    @pytest.mark.parametrize("slug", ["about", "imprint", "über-uns", "2024", "admin-notes", "_"])
    def test_any_other_word_is_free_and_leads_to_the_page(self, client, slug):
        validate_free_address(slug)
        page = create_page(slug=slug)

        assert client.get(page.get_absolute_url()).context["page"] == page

    def test_what_is_no_word_is_refused(self):
        with pytest.raises(ValidationError):
            Page(title="A", slug="a/b").full_clean()

    def test_no_redirect_is_placed_over_a_page(self):
        create_page(slug="about")
        article = create_article()

        report = import_redirects(f"/about/,{article.get_absolute_url()}".encode())

        assert [reason for _line, reason in report.problems] == [
            "The page /about/ exists, so the redirect would have no effect."
        ]

    def test_an_old_address_without_a_page_still_leads_on(self, client):
        article = create_article()
        Redirect.objects.create(path="/old-post/", article=article)

        assert client.get("/old-post/").url == article.get_absolute_url()

    def test_a_published_page_that_moves_is_still_found_at_its_old_address(self, client):
        page = create_page(slug="about")
        page.slug = "about-us"
        page.save()

        assert client.get("/about/").url == "/about-us/"

        page.slug = "about"
        page.save()

        assert client.get("/about/").status_code == 200
        assert client.get("/about-us/").url == "/about/"

    def test_the_old_address_of_a_draft_tells_nobody_of_it(self, client):
        moved = create_page(slug="about")
        moved.slug, moved.is_published = "about-us", False
        moved.save()
        draft = create_page(slug="plan", is_published=False)
        draft.slug = "plans"
        draft.save()

        assert client.get("/about/").content == client.get("/never/").content
        assert list(Redirect.objects.values_list("path", flat=True)) == ["/about/"]

    def test_a_list_of_redirects_may_lead_to_a_page(self, client):
        create_page(slug="about")

        report = import_redirects(b"/old/,/about/")

        assert (report.created, report.problems) == (1, [])
        assert client.get("/old/").url == "/about/"
        assert "/old/,/about/" in export_redirects(Redirect.objects.all())

    def test_old_addresses_of_files_are_kept_off_pages_only(self, client, folder):
        create_page(slug="about")
        write(folder, aliases=["/about/", "/tides/"])

        run(folder, status=StatusRule.PUBLISHED)

        assert client.get("/about/").status_code == 200
        assert client.get("/tides/").url == Article.objects.get().get_absolute_url()


class TestEditing:
    @pytest.fixture
    def editor(self, client, django_user_model):
        return log_in(client, "Editor", django_user_model)

    def test_an_editor_writes_and_publishes(self, client, editor):
        form = shown_form(client, ADD)

        client.post(ADD, form | {"title": "About", "slug": "about", "body": "# Hi\r\n", "is_published": "on"})

        assert Page.objects.get().body == "# Hi\n"
        assert client.get("/about/").status_code == 200

    def test_an_unchanged_form_changes_nothing(self, client, editor):
        page = create_page(body="a \r\n\n b", language="en")
        before = Page.objects.values().get()

        client.post(page_of(page), shown_form(client, page_of(page)))

        after = Page.objects.values().get()
        assert after | {"lock_version": 1} == before

    def test_a_stale_copy_is_not_saved(self):
        page = create_page()
        stale = Page.objects.get()
        page.save()

        with pytest.raises(StalePageError):
            stale.save()

    def test_the_editors_preview_is_for_those_who_write_pages(self, client, editor):
        page = client.post(reverse("markdownx_markdownify"), {"content": "*tides*"})

        assert "<em>tides</em>" in text(page)


class TestDeriving:
    def test_the_command_renders_pages_again(self):
        page = create_page(body="*tides*")
        Page.objects.update(body_html="", render_version=0)

        call_command("derive_articles", verbosity=0)

        derived = Page.objects.get()
        assert (derived.body_html, derived.render_version) == (page.body_html, page.render_version)
        assert derived.lock_version == page.lock_version

    def test_the_date_of_the_last_change_moves_with_the_words_alone(self):
        page = create_page(title="About")
        before = page.updated_at

        page.is_published = False
        page.save()
        unmoved = page.updated_at
        page.title = "About us"
        page.save()

        assert unmoved == before
        assert page.updated_at > before
