"""The account page, where users change only their own data."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from blog.desk.models import uses_letter_keys
from blog.models import Author, Preferences
from blog.page_cache.generation import current_generation
from tests.support import factories
from tests.support.admin_pages import create_article, text_of
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("admin:account")
PASSWORD = "of-ten-letters-and-more"  # noqa: S105 -- opens nothing


def send(client, form, **fields):
    return client.post(ACCOUNT, {"form": form} | fields, follow=True)


@pytest.fixture
def writer(client, django_user_model):
    return log_in(client, "Writer", django_user_model)


class TestPage:
    def test_page_is_linked_for_all_users(self, client, django_user_model):
        log_in(client, "staff", django_user_model)

        assert ACCOUNT in client.get(reverse("admin:index")).content.decode()

    def test_other_accounts_cannot_be_changed(self, client, writer, django_user_model):
        other = django_user_model.objects.create_user("mara", first_name="Mara")
        author = factories.create_author("Mara", user=other)

        for form in ("name", "author", "claim", "keys"):
            send(
                client,
                form,
                first_name="X",
                name="X",
                id=other.pk,
                user=other.pk,
                pk=author.pk,
                is_superuser="on",
            )

        other.refresh_from_db()
        author.refresh_from_db()
        writer.refresh_from_db()
        assert (other.first_name, author.name, author.user) == ("Mara", "Mara", other)
        assert not Preferences.objects.filter(user=other).exists()
        assert not writer.is_superuser

    @pytest.mark.parametrize("data", [{}, {"form": "no such"}, {"form": "author", "name": "X"}])
    def test_unknown_form_is_ignored(self, client, writer, data):
        assert client.post(ACCOUNT, data).status_code == 200
        assert not Author.objects.exists()


class TestName:
    def test_is_saved_and_logged(self, client, writer):
        page = send(client, "name", first_name="Tove", last_name="Berg")

        writer.refresh_from_db()
        assert writer.get_full_name() == "Tove Berg"
        assert "Your name was saved." in text_of(page)
        assert "Tove" in text_of(page)
        assert LogEntry.objects.get().get_change_message() == "Name changed."

    def test_too_long_name_is_rejected(self, client, writer):
        page = send(client, "name", first_name="x" * 151)

        writer.refresh_from_db()
        assert "at most 150 characters" in text_of(page)
        assert writer.first_name == ""


class TestPassword:
    def change(self, client, **fields):
        new = {"new_password1": "another-one-of-letters", "new_password2": "another-one-of-letters"}
        return send(client, "password", **{"old_password": PASSWORD} | new | fields)

    @pytest.fixture
    def known(self, client, writer):
        writer.set_password(PASSWORD)
        writer.save()
        client.force_login(writer)
        return writer

    def test_is_changed_with_the_old_password(self, client, known):
        page = self.change(client)

        known.refresh_from_db()
        assert known.check_password("another-one-of-letters")
        assert "Your password was changed." in text_of(page)
        assert client.get(ACCOUNT).status_code == 200  # still logged in

    @pytest.mark.parametrize(
        "fields",
        [
            {"old_password": "wrong"},
            {"new_password2": "not-the-same-letters"},
            {"new_password1": "short", "new_password2": "short"},
        ],
    )
    def test_is_not_changed_after_an_error(self, client, known, fields):
        page = self.change(client, **fields)

        known.refresh_from_db()
        assert known.check_password(PASSWORD)
        assert "Nothing was saved" in text_of(page)

    def test_wrong_old_passwords_close_it_also_for_the_right_one(self, client, known):
        statuses = [self.change(client, old_password="wrong").status_code for _ in range(6)]  # noqa: S106 -- of a test
        closed = self.change(client)

        known.refresh_from_db()
        assert known.check_password(PASSWORD)
        assert (statuses, closed.status_code) == ([200] * 6, 429)
        assert "Further attempts are refused until" in text_of(closed)

    def test_form_is_hidden_without_a_password(self, client, writer):
        writer.set_unusable_password()
        writer.save()
        client.force_login(writer)

        assert "old_password" not in client.get(ACCOUNT).content.decode()


class TestAuthorPage:
    def test_is_created_for_a_new_name(self, client, writer):
        send(client, "claim", name="Tove Berg")

        author = Author.objects.get()
        assert (author.name, author.slug, author.user) == ("Tove Berg", "tove-berg", writer)

    def test_existing_author_with_the_name_is_linked(self, client, writer):
        author = factories.create_author("Tove Berg")

        send(client, "claim", name="tove  berg")

        author.refresh_from_db()
        assert (author.user, Author.objects.count()) == (writer, 1)

    def test_author_of_another_account_is_not_linked(self, client, writer, django_user_model):
        other = django_user_model.objects.create_user("mara")
        factories.create_author("Mara", user=other)

        page = send(client, "claim", name="Mara")

        assert "belongs to another account" in text_of(page)
        assert Author.objects.get().user == other

    @pytest.mark.parametrize(("role", "is_linked"), [("Writer", False), ("Editor", True)])
    def test_author_of_published_articles_requires_change_author(
        self, client, django_user_model, role, is_linked
    ):
        author = factories.create_author("Mara")
        factories.create_article(authors=[author])
        user = log_in(client, role, django_user_model)

        page = send(client, "claim", name="Mara")

        author.refresh_from_db()
        assert (author.user == user) == is_linked
        assert ("already has published articles" in text_of(page)) == (not is_linked)

    def test_author_of_new_articles_can_be_linked(self, client, writer):
        author = factories.create_author("Mara")
        create_article(authors=[author])

        send(client, "claim", name="Mara")

        author.refresh_from_db()
        assert author.user == writer

    def test_creating_requires_add_author(self, client, django_user_model):
        log_in(client, "staff", django_user_model)

        page = send(client, "claim", name="Tove")

        assert "Ask an Editor to add one" in text_of(page)
        assert not Author.objects.exists()

    def test_account_has_at_most_one_author(self, client, writer):
        send(client, "claim", name="Tove")
        send(client, "claim", name="Berg")

        assert [author.name for author in Author.objects.all()] == ["Tove"]

    def test_own_name_and_text_are_saved(self, client, writer, django_capture_on_commit_callbacks):
        author = factories.create_author("Tove", user=writer)
        before = current_generation().number

        with django_capture_on_commit_callbacks(execute=True):
            page = send(client, "author", name="Tove Berg", bio="Writes about ice.", slug="mine", url="x:y")

        author.refresh_from_db()
        assert (author.name, author.bio, author.slug, author.url) == (
            "Tove Berg",
            "Writes about ice.",
            "tove",
            "",
        )
        assert "/tove/" in page.content.decode()
        assert current_generation().number != before

    def test_change_of_a_public_page_waits_for_an_editor(self, client, writer):
        author = factories.create_author("Tove", bio="Writes about ice.", user=writer)
        factories.create_article(authors=[author])

        page = send(client, "author", name="Elon Musk", bio="CEO")

        author.refresh_from_db()
        assert (author.name, author.bio) == ("Tove", "Writes about ice.")
        assert "Your changes wait for an Editor." in text_of(page)
        assert 'value="Elon Musk"' in page.content.decode()
        assert "Elon" not in client.get(author.get_absolute_url()).content.decode()

    def test_editor_changes_a_public_page_at_once(self, client, django_user_model):
        author = factories.create_author("Tove", user=log_in(client, "Editor", django_user_model))
        factories.create_article(authors=[author])

        send(client, "author", name="Tove Berg", bio="")

        author.refresh_from_db()
        assert author.name == "Tove Berg"

    def test_name_of_another_author_is_rejected(self, client, writer):
        factories.create_author("Mara")
        author = factories.create_author("Tove", user=writer)

        page = send(client, "author", name="MARA", bio="")

        author.refresh_from_db()
        assert author.name == "Tove"
        assert "is the same name" in text_of(page)


class TestKeys:
    def test_are_switched_off_and_on(self, client, writer):
        send(client, "keys")
        off = uses_letter_keys(writer)

        send(client, "keys", letter_keys="on")

        assert (off, uses_letter_keys(writer)) == (False, True)
