"""Setting the provenance of many articles: confirmation, message, history and undo."""

import html as html_entities

import pytest
from django.contrib.admin.models import LogEntry

from blog.articles.actions.undo import undo
from blog.articles.versions.history import version_contents
from blog.models import Article, UndoableAction
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, post_action, text_of
from tests.support.changes import trash
from tests.support.html_forms import form_data
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

REASON = "Ida wrote all of it."


def read(response) -> str:
    return html_entities.unescape(text_of(response))


def show(client, *articles, **typed):
    """Choose articles in the list and ask what would change; return the response."""
    form = form_data(post_action(client, "attribute", *articles).content.decode())
    return client.post(LIST, form | {"provenance": "people", "reason": REASON} | typed, follow=True)


def confirm(client, page, **typed):
    form = form_data(page.content.decode())
    return client.post(LIST, form | {"_attribute": "1"} | typed, follow=True)


def said():
    return {str(article.written_by) for article in Article.objects.all()}


class TestAsking:
    def test_confirmation_counts_the_changes(self, admin_client):
        trashed = create_article()
        trash(trashed)
        articles = [
            *(factories.create_article(generated_by="Gemini") for _ in range(2)),
            create_article(generated_by="Gemini"),
            create_article(),
            create_article(provenance="people"),
        ]

        page = read(show(admin_client, *articles))

        assert "Change who wrote 5 articles?" in page
        assert (
            "5 articles: 3 will lose their AI labels; 1 will stay without an AI label; 2 are public, "
            "so readers will see the change immediately; 1 unchanged." in page
        )
        assert said() == {"file", "people"}

    def test_confirmation_states_who_gets_a_label(self, admin_client):
        articles = [create_article(), create_article(generated_by="Gemini")]

        page = read(show(admin_client, *articles, provenance="machine", machine="Claude"))

        assert "2 articles: 1 will get an AI label; 1 will keep its AI label." in page

    def test_form_rejects_missing_and_invalid_values(self, admin_client, subtests):
        for typed, words in [
            ({"reason": " "}, "This field is required"),
            ({"provenance": "robots"}, "Select a valid choice"),
            ({"machine": "Gemini"}, "“Written by” is not set to AI"),
        ]:
            with subtests.test(typed=typed, words=words), rolled_back():
                page = show(admin_client, create_article(), **typed)

                assert words in read(page)
                confirm(admin_client, page)
                assert said() == {"file"}

    def test_changed_answer_is_confirmed_again(self, admin_client):
        page = show(admin_client, create_article())

        again = confirm(admin_client, page, provenance="machine")

        assert "1 will get an AI label" in read(again)
        assert said() == {"file"}


class TestDoing:
    def test_keeps_the_reason_and_skips_articles_changed_since(self, admin_client, admin_user):
        articles = [create_article(generated_by="Gemini"), create_article(), create_article()]
        page = show(admin_client, *articles)
        articles[2].save()

        done = read(confirm(admin_client, page))

        assert "2 articles were marked as written by people." in done
        assert "1 article was skipped because it changed after you opened the page." in done
        notes = [article.versions.newest_first().first() for article in articles[:2]]
        expected = [
            f"Provenance: people instead of Gemini (as stated in the file), because {REASON}",
            f"Provenance: people instead of not stated, because {REASON}",
        ]
        assert [(version.note, version.by) for version in notes] == [(note, admin_user) for note in expected]
        assert version_contents(notes[0])["provenance"] == "people"
        assert sorted(LogEntry.objects.values_list("change_message", flat=True)) == sorted(expected)


class TestUndo:
    def test_undo_restores_provenance_exactly(self, admin_client, admin_user):
        articles = [
            create_article(generated_by="Gemini"),
            factories.create_article(provenance="machine", machine="Claude"),
        ]
        before = list(Article.objects.order_by("pk").values())
        confirm(admin_client, show(admin_client, *articles))
        assert said() == {"people"}

        undo(admin_user, UndoableAction.objects.latest("pk").pk)

        after = list(Article.objects.order_by("pk").values())
        assert [row | {"lock_version": 0} for row in after] == [row | {"lock_version": 0} for row in before]
