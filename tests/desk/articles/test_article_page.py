"""The edit page of an article."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from blog.models import Article, Author, Category, ImportEntry
from tests.support.admin_pages import (
    ADD,
    LIST,
    attach_source_file,
    create_article,
    page_of,
    shown_form,
    text_of,
)
from tests.support.queries import count_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


class TestArticlePage:
    def test_saving_unchanged_form_keeps_article_identical(self, admin_client):
        stored = {
            "title": "  Tides, \u00a0twice ",
            "body": "\n\n  leading blank lines\r\nCRLF, a lone\rCR\n\ttab <b>&amp;</b>\n\n\ntrailing \n \n",
            "excerpt": "\nFirst line is blank. ",
            "meta_description": " cut...\n",
            "share_quote": '"Half a quote, #tag\n',
            "language": " EN_us ",
            "provenance": "machine",
            "machine": "Gemini ",
            "is_featured": True,
            "is_trending": True,
            "keywords": ["one, two", " padded ", "", "two\nlines", "one, two"],
            "translators": ["Ida Aas"],
            "published_at": dt.datetime(2026, 3, 1, 10, 20, 30, 678901, tzinfo=dt.UTC),
        }
        article = create_article(**stored)

        response = admin_client.post(page_of(article), shown_form(admin_client, page_of(article)))

        assert response.status_code == 302, response.context["errors"]
        article.refresh_from_db()
        assert {name: getattr(article, name) for name in stored} == stored

    def test_saving_unchanged_logs_no_changed_field(self, admin_client):
        article = create_article(body="one\r\ntwo\n", keywords=["a, b"])

        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)))

        assert LogEntry.objects.get().get_change_message() == "No fields changed."

    def test_saves_date_in_repeated_hour(self, admin_client):
        twice = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # 02:30 in Berlin, and so is 01:30 UTC
        article = create_article(status="published", published_at=twice)

        with timezone.override("Europe/Berlin"):
            response = admin_client.post(page_of(article), shown_form(admin_client, page_of(article)))

        article.refresh_from_db()
        assert response.status_code == 302
        assert article.published_at == twice

    def test_typed_text_keeps_its_spaces_and_keywords_their_commas(self, admin_client):
        article = create_article(body="old", keywords=["tides"])
        typed = {
            "body": "\r\n  new\r\n\r\n",
            "keywords": "tides\r\nFundy, Bay of\r\n\r\n",
            "translators": "Ida Aas\r\nBo Lind",
            "status": "published",
        }

        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)) | typed)

        article.refresh_from_db()
        assert article.body == "\n  new\n\n"
        assert article.keywords == ["tides", "Fundy, Bay of"]
        assert article.translators == ["Ida Aas", "Bo Lind"]
        assert article.status == "new"  # which is no field

    def test_publish_also_saves_the_form(self, admin_client):
        article = create_article()
        data = shown_form(admin_client, page_of(article)) | {"title": "Neap tides", "_publish": "Publish"}

        page = admin_client.post(page_of(article), data, follow=True)

        article.refresh_from_db()
        assert (article.title, article.is_published) == ("Neap tides", True)
        assert page.redirect_chain[-1][0] == page_of(article)
        assert "was saved and published" in text_of(page)

    def test_publish_works_for_a_new_article(self, admin_client):
        data = shown_form(admin_client, ADD) | {
            "title": "Ebb",
            "slug": "ebb",
            "body": "Out.",
            "_publish": "Publish",
        }

        admin_client.post(ADD, data)

        assert Article.objects.published().get().slug == "ebb"

    def test_unpublish_hides_and_keeps_the_date(self, admin_client):
        then = dt.datetime(2026, 3, 1, 10, 0, 0, 5, tzinfo=dt.UTC)
        article = create_article(status="published", published_at=then)
        data = shown_form(admin_client, page_of(article)) | {"_unpublish": "Unpublish"}

        admin_client.post(page_of(article), data)

        article.refresh_from_db()
        assert (article.status, article.published_at) == ("new", then)

    def test_offers_matching_button_and_public_page(self, admin_client):
        found = {}
        for name, fields in {
            "new": {},
            "scheduled": {"status": "published", "published_at": timezone.now() + dt.timedelta(days=1)},
            "published": {"status": "published", "published_at": timezone.now()},
        }.items():
            html = admin_client.get(page_of(create_article(**fields))).content.decode()
            offers = ('name="_publish"', 'name="_unpublish"', "viewsitelink", "#id_title")
            found[name] = [offer in html for offer in offers]

        assert found == {
            "new": [True, False, False, False],
            "scheduled": [False, True, False, False],
            "published": [False, True, True, False],
        }
        assert "#id_title" in admin_client.get(ADD).content.decode()  # whose slug follows the title

    def test_new_categories_and_authors_go_last(self, admin_client):
        article = create_article()
        first, second = Category.objects.create(name="Sea"), Category.objects.create(name="Moon")
        article.category_links.create(category=first, level=1, position=3)
        author = Author.objects.create(name="Idris")
        data = shown_form(admin_client, page_of(article)) | {
            "category_links-TOTAL_FORMS": "2",
            "category_links-1-category": second.pk,
            "category_links-1-level": 4,
            "author_links-TOTAL_FORMS": "1",
            "author_links-0-author": author.pk,
        }

        response = admin_client.post(page_of(article), data)

        assert response.status_code == 302, response.context["errors"]
        assert [(link.category.name, link.level) for link in article.category_links.all()] == [
            ("Sea", 1),
            ("Moon", 4),
        ]
        assert article.byline == [author]

    def test_duplicate_category_is_a_form_error(self, admin_client):
        article, category = create_article(), Category.objects.create(name="Sea")
        data = shown_form(admin_client, page_of(article)) | {"category_links-TOTAL_FORMS": "2"}
        for row in (0, 1):
            data |= {f"category_links-{row}-category": category.pk, f"category_links-{row}-level": 1}

        page = admin_client.post(page_of(article), data)

        assert page.status_code == 200
        assert "duplicate" in text_of(page)

    def test_shows_file_other_keys_and_import_warnings(self, admin_client):
        article = create_article()
        source = attach_source_file(article, extra={"layout": "<post>", "weights": [1, 2]})
        ImportEntry.objects.create(
            batch=source.batch,
            article=article,
            file="tides.md",
            outcome="created",
            warnings=["slug taken"],
            notices=[["slug_taken", "tides-2"]],
        )

        page = text_of(admin_client.get(page_of(article)))

        for words in ("2026/tides.md", "layout &lt;post&gt;", "weights [1, 2]", "a different one: tides-2"):
            assert words in page

    def test_every_field_of_a_row_has_an_accessible_name(self, admin_client):
        article = create_article()
        article.category_links.create(category=Category.objects.create(name="Sea"))

        page = admin_client.get(page_of(article)).content.decode()

        assert 'aria-label="Category, row 1"' in page
        assert '<th class="original">' not in page

    def test_query_count_grows_by_one_per_category(self, admin_client):
        article = create_article(body="![a](/media/a.png) " * 50)
        page = page_of(article)
        admin_client.get(page)

        queries = count_queries(admin_client.get, page)

        assert queries <= 29


class TestProvenance:
    """Changing who wrote an article needs a reason and is recorded in the history."""

    def change(self, client, article, **typed):
        return client.post(page_of(article), shown_form(client, page_of(article)) | typed)

    @pytest.mark.parametrize("status", ["new", "published"])
    def test_is_not_changed_without_a_reason(self, admin_client, status):
        article = create_article(generated_by="Gemini", status=status, published_at=timezone.now())
        form = shown_form(admin_client, page_of(article))

        for provenance, machine, reason in (("people", "", ""), ("machine", "Claude", "   ")):
            typed = {"provenance": provenance, "machine": machine, "provenance_reason": reason}
            page = admin_client.post(page_of(article), form | typed)

            assert "Give the reason for changing who wrote this article." in text_of(page)
            assert Article.objects.get().provenance == "file"

    def test_history_records_both_values_and_reason(self, admin_client, admin_user):
        article = create_article(generated_by="Gemini", status="published", published_at=timezone.now())

        self.change(admin_client, article, provenance="people", provenance_reason="Ida wrote <all> of it.")

        entry = LogEntry.objects.get(change_message__contains="because")
        history = admin_client.get(page_of(article).replace("/change/", "/history/"))
        said = "Provenance: people instead of Gemini (as stated in the file), because Ida wrote <all> of it."
        assert (entry.change_message, entry.user) == (said, admin_user)
        assert "Ida wrote &lt;all&gt; of it." in history.content.decode()
        assert Article.objects.get().machine_name == ""

    def test_keeps_statement_of_the_file(self, admin_client):
        article = create_article(generated_by="Gemini")

        self.change(
            admin_client, article, provenance="machine", machine="Claude", provenance_reason="It says so."
        )

        article.refresh_from_db()
        assert (article.machine_name, article.generated_by) == ("Claude", "Gemini")

    def test_unchanged_provenance_needs_no_reason(self, admin_client):
        article = create_article(generated_by="Gemini")

        page = self.change(admin_client, article, title="Ebb", provenance_reason="None.")

        assert page.status_code == 302
        assert not LogEntry.objects.filter(change_message__contains="because").exists()

    def test_new_article_needs_no_reason(self, admin_client):
        form = shown_form(admin_client, ADD)
        typed = {"title": "Ebb", "slug": "ebb", "provenance": "machine", "machine": "Gemini"}

        page = admin_client.post(ADD, form | typed)

        assert page.status_code == 302
        assert Article.objects.get().machine_name == "Gemini"
        assert "provenance_reason" not in form

    def test_choosing_people_clears_the_model_name(self, admin_client):
        article = create_article(provenance="machine", machine="Gemini")

        self.change(admin_client, article, provenance="people", provenance_reason="Ida wrote it.")

        assert str(Article.objects.get().written_by) == "people"

    def test_model_name_requires_ai(self, admin_client):
        page = self.change(admin_client, create_article(), machine="Gemini", provenance_reason="So it is.")

        assert "“Written by” is not set to AI" in text_of(page)
        assert Article.objects.get().machine == ""

    def test_is_a_filter_of_the_list(self, admin_client):
        articles = {
            "machine": [create_article(generated_by="Gemini"), create_article(provenance="machine")],
            "people": [create_article(generated_by="Gemini", provenance="people")],
            "unsaid": [create_article()],
        }

        for value, expected in articles.items():
            page = admin_client.get(LIST, {"written_by": value})
            assert set(page.context["cl"].result_list) == set(expected)
