"""The history of an article: list, compare and restore versions."""

import html

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from blog.articles.models import StaleArticleError
from blog.articles.provenance import WrittenBy
from blog.articles.versions.contents import article_contents
from blog.articles.versions.history import version_contents
from blog.desk.articles import history
from blog.models import Article, Category, Version
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, page_of, text_of
from tests.support.changes import publish, record_version, trash, unpublish
from tests.support.html_forms import form_data
from tests.support.import_files import run, write
from tests.support.queries import count_queries
from tests.support.roles import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


def history_of(article, **query):
    return reverse("admin:blog_article_history", args=[article.pk], query=query or None)


def read(response) -> str:
    return html.unescape(text_of(response))


def stored(article):
    return Article.objects.get(pk=article.pk)


def change(article, *, by=None, note="", **fields):
    """Save the article with these fields, and record a version."""
    article = stored(article)
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    record_version(article, by=by, note=note)
    return article


def restore(client, article, number, **typed):
    url = reverse("admin:blog_article_restore_version", args=[article.pk])
    return client.post(url, {"version": number} | typed, follow=True)


@pytest.fixture
def article():
    article = create_article(title="Tides", body="One.\n\nTwo.\n\nThree.\n\nFour is a number.\n\nFive.\n")
    record_version(article)
    return article


@pytest.fixture
def mara():
    return User.objects.create_user("mara", first_name="Mara", last_name="Lindqvist")


class TestList:
    def test_is_newest_first_with_user_action_and_note(self, admin_client, article, mara):
        change(article, by=mara, note="No source.", title="Ebb")

        page = read(admin_client.get(history_of(article)))

        assert page.index("Now: Saved No. 2") < page.index("Saved No. 1")
        assert "Mara Lindqvist : No source." in page

    def test_says_what_changed_since_the_previous_version(self, admin_client, article):
        change(article, title="Ebb", body="One.\n\nThree.\n\nFour is a big number.\n\nFive.\n")

        page = read(admin_client.get(history_of(article)))

        assert "Title changed, 1 word removed, 1 word added" in page

    def test_says_what_changed_across_pages(self, admin_client, article, monkeypatch):
        monkeypatch.setattr(history, "LISTED", 1)
        change(article, title="Ebb")

        assert "Title changed" in read(admin_client.get(history_of(article, page=1)))

    def test_keeps_names_of_deleted_users(self, admin_client, article, mara):
        change(article, by=mara, title="Ebb")
        mara.delete()

        assert "Mara Lindqvist" in read(admin_client.get(history_of(article)))

    def test_ends_with_the_imported_version(self, admin_client, tmp_path):
        write(tmp_path)
        run(tmp_path)
        article = change(Article.objects.get(), title="Ebb")

        page = admin_client.get(history_of(article)).content.decode()

        foot = page[page.index('class="as-imported"') :]
        assert 'href="?version=1"' in foot[: foot.index("</p>")]

    def test_is_paginated(self, admin_client, article, monkeypatch):
        monkeypatch.setattr(history, "LISTED", 10)
        for number in range(14):
            change(article, title=f"Ebb {number}")

        first, second = (admin_client.get(history_of(article, page=page)) for page in (1, 2))

        assert "No. 15," in read(first)
        assert "No. 5," not in read(first)
        assert "No. 5," in read(second)
        assert read(second).index("No. 5,") < read(second).index("No. 1,")

    def test_message_without_versions(self, admin_client):
        page = read(admin_client.get(history_of(create_article())))

        assert "No versions yet." in page

    def test_query_count_is_independent_of_version_count(self, admin_client, article):
        def queries():
            return count_queries(admin_client.get, history_of(article))

        change(article, title="Ebb")
        queries()
        few = queries()
        for number in range(10):
            change(article, title=f"Flood {number}")

        assert article.versions.count() == 12
        assert queries() == few


class TestComparing:
    def test_default_is_the_previous_version(self, admin_client, article):
        change(article, title="Ebb and flood", body="One.\n\nTwo.\n\nThree.\n\nFour is a figure.\n\nFive.\n")

        page = admin_client.get(history_of(article)).content.decode()

        assert "<del>Tides</del>" in page
        assert "<ins>Ebb and flood</ins>" in page
        assert "Four is a <del>number</del><ins>figure</ins>." in page
        assert "2 paragraphs unchanged" in page

    def test_form_chooses_any_other_version(self, admin_client, article):
        change(article, title="Ebb")
        change(article, title="Flood")

        page = admin_client.get(history_of(article, version=3, against=1)).content.decode()

        assert "From version 1 to version 3" in page
        assert "<del>Tides</del>" in page
        assert form_data(page)["against"] == "1"

    def test_compares_with_the_current_version(self, admin_client, article):
        change(article, title="Ebb")
        change(article, title="Flood")

        page = admin_client.get(history_of(article, version=1, against="now")).content.decode()

        assert "<del>Tides</del>" in page
        assert "<ins>Flood</ins>" in page

    def test_compares_with_the_imported_version(self, admin_client, tmp_path):
        write(tmp_path)
        run(tmp_path)
        article = change(Article.objects.get(), title="Ebb")
        change(article, title="Flood")

        page = admin_client.get(history_of(article, against="imported")).content.decode()

        assert "From version 1 to version 3" in page

    def test_shows_fields_in_words_before_and_after(self, admin_client, article):
        image = factories.create_image(alt="A tide table", source="https://example.com/t.jpg")
        change(article, is_featured=True, keywords=["sea"], hero_image=image, status="new")

        page = read(admin_client.get(history_of(article)))

        assert "Featured no yes" in page
        assert "Keywords nothing sea" in page
        assert "A tide table https://example.com/t.jpg" in page

    def test_renamed_category_is_no_difference(self, admin_client):
        sea = factories.create_category("Sea")
        article = create_article(categories={sea: Category.Level.GENERAL})
        record_version(article)
        sea.name = "Seas"
        sea.save()
        change(article, title="Ebb")

        page = read(admin_client.get(history_of(article)))

        assert "From version 1 to version 2: Title ." in page.replace("Title.", "Title .")

    @pytest.mark.parametrize("query", [{"version": "x"}, {"version": 99}, {"against": "99999999999999"}])
    def test_unknown_version_shows_the_newest(self, admin_client, article, query):
        change(article, title="Ebb")

        page = read(admin_client.get(history_of(article, **query)))

        assert "Version 2: Saved" in page
        assert "From version 1 to version 2" in page

    def test_damaged_version_shows_a_message(self, admin_client, article):
        change(article, title="Ebb")
        Version.objects.filter(number=1)._update_stored(data=b"x", base=None)

        page = admin_client.get(history_of(article))

        assert page.status_code == 200
        assert "is damaged. It cannot be shown or restored." in read(page)


class TestRestoring:
    def test_adds_a_version_with_all_fields(self, admin_client, admin_user, article):
        before = article_contents(stored(article))
        sea = factories.create_category("Sea")
        changed = change(article, title="Ebb", body="Else.\n", excerpt="Short.", keywords=["sea"])
        changed.category_links.create(category=sea)
        record_version(changed)

        page = restore(admin_client, article, 1, note="It was better.")

        newest = article.versions.newest_first().first()
        assert article_contents(stored(article)) == before == version_contents(newest)
        assert (newest.action, newest.by, newest.note) == ("restored", admin_user, "It was better.")
        assert newest.number == 4
        assert "Version 1 was restored as version 4" in read(page)
        assert "Version 1 was restored. It was better." in read(page)

    def test_asks_before_readers_see_another_version(self, admin_client, article):
        publish(change(article, title="Ebb"))

        asked = restore(admin_client, article, 1)
        title = stored(article).title
        restore(admin_client, article, 1, confirmed="on")

        assert "the article is public" in read(asked)
        assert (title, stored(article).title) == ("Ebb", "Tides")

    @pytest.mark.parametrize("number", ["", "x", "0", "99", str(2**40)])
    def test_unknown_version_changes_nothing(self, admin_client, article, number):
        page = restore(admin_client, article, number)

        assert "Not restored" in read(page)
        assert article.versions.count() == 1

    def test_refuses_a_note_that_is_too_long(self, admin_client, article):
        change(article, title="Ebb")

        page = restore(admin_client, article, 1, note="x" * 501)

        assert "at most 500 characters" in read(page)
        assert stored(article).title == "Ebb"

    def test_changed_provenance_needs_a_reason(self, admin_client, article):
        change(article, generated_by="Gemini")

        assert "Give the reason" in read(restore(admin_client, article, 1))
        assert stored(article).generated_by == "Gemini"
        restore(admin_client, article, 1, note="Ida wrote it.")
        assert stored(article).generated_by == ""
        note = "Provenance: not stated instead of Gemini (as stated in the file), because Ida wrote it."
        assert article.versions.newest_first().first().note == note

    def test_restores_provenance(self, admin_client, article):
        change(article, written_by=WrittenBy("machine", "Gemini"))
        change(article, written_by=WrittenBy("people"))

        restore(admin_client, article, 2, note="It is the machine's text again.")

        assert str(stored(article).written_by) == "machine=Gemini"

    def test_writers_do_not_restore_editors_fields(self, client, django_user_model, article):
        change(article, title="Ebb", generated_by="Gemini", is_featured=True)
        change(article, title="Flood", generated_by="", is_featured=False)
        log_in(client, "Writer", django_user_model)

        restore(client, article, 2)

        restored = stored(article)
        assert (restored.title, restored.generated_by, restored.is_featured) == ("Ebb", "", False)

    def test_publishes_nothing(self, admin_client):
        article = factories.create_article()
        record_version(article)
        unpublish(stored(article))
        record_version(article)

        restore(admin_client, article, 1)

        assert stored(article).status == "new"

    def test_empty_version_of_a_published_article_is_rejected(self, admin_client):
        article = create_article(body="")
        record_version(article)
        article = change(article, body="Words.")
        publish(article)

        page = restore(admin_client, article, 1, confirmed="on")

        assert "no visible content" in read(page)
        assert stored(article).body == "Words."

    def test_concurrent_save_is_rejected(self, admin_client, article, monkeypatch):
        change(article, title="Ebb")

        def save(*args, **kwargs):
            raise StaleArticleError

        monkeypatch.setattr(Article, "save", save)

        assert "someone else just saved the article" in read(restore(admin_client, article, 1))

    def test_damaged_version_is_rejected(self, admin_client, article):
        change(article, title="Ebb")
        Version.objects.filter(number=1)._update_stored(data=b"x", base=None)

        assert "this version is damaged" in read(restore(admin_client, article, 1))
        assert stored(article).title == "Ebb"


class TestSaving:
    def test_query_count_is_independent_of_version_count(self, admin_client, article):
        def queries(title):
            form = form_data(admin_client.get(page_of(article)).content.decode())
            number = count_queries(
                admin_client.post, page_of(article), form | {"title": title, "_continue": "1"}
            )
            assert stored(article).title == title
            return number

        queries("Ebb")
        few = queries("Flood")
        base = article.versions.get(number=1)
        rows = article.versions.get(number=2)
        Version.objects.bulk_create(
            Version(
                article=article, number=number, base=base, data=rows.data, digest=rows.digest, action="saved"
            )
            for number in range(4, 54)
        )

        assert queries("Moon") == few


class TestPermanentDeletion:
    def test_confirmation_counts_versions_without_listing_them(self, admin_client, article):
        for title in ("Ebb", "Flood"):
            change(article, title=title)
        article = stored(article)
        trash(article)

        page = read(admin_client.get(page_of(article).replace("/change/", "/delete/")))
        data = {"action": "delete_selected", "_selected_action": article.pk}
        list_page = read(admin_client.post(LIST + "?state=trash", data))

        for text in (page, list_page):
            assert "3 versions in the history" in text
            assert f"Version: {article.pk}" not in text
