"""Corrections: dated notes to readers, which another row can retract."""

import pytest

from blog.articles.actions.corrections import add_correction, retract_correction
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.undo import latest_undoable, undo
from blog.models import Correction, UndoableAction
from tests.support.admin_pages import page_of
from tests.support.factories import create_article, create_articles
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db
WIDE = "The tunnel is two metres wide, not three."


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


def surfaces(client, article):
    addresses = ("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json", "/corrections/")
    addresses = (article.get_absolute_url(), article.get_markdown_url(), *addresses)
    return {address: WIDE in client.get(address).content.decode() for address in addresses}


class TestCorrection:
    def test_correction_is_shown_wherever_the_article_is(self, client, editor):
        article = create_article(provenance="people")
        before = surfaces(client, article)

        add_correction(article, editor, WIDE)

        assert not any(before.values())
        assert all(surfaces(client, article).values())
        assert '"@type": "CorrectionComment"' in client.get(article.get_absolute_url()).content.decode()

    def test_several_can_be_undone_after_a_later_change_was(self, editor):
        article = create_article()
        add_correction(article, editor, WIDE)
        add_correction(article, editor, "It is older.")
        seen, changes = {article.pk: article.lock_version}, {article.pk: {"title": "New"}}
        edit_articles(editor, seen, changes, "{} changed".format)

        for _ in range(3):
            undo(editor, latest_undoable(editor).pk)

        assert latest_undoable(editor) is None
        assert not Correction.objects.active().exists()

    def test_retracted_correction_is_not_shown_and_undo_reverts_either(self, client, editor):
        article = create_article()
        add_correction(create_article(status="new"), editor, WIDE)
        retract_correction(add_correction(article, editor, WIDE), editor)
        told = [any(surfaces(client, article).values())]

        for _ in range(2):
            undo(editor, UndoableAction.objects.undoable_by(editor).first().pk)
            told.append(surfaces(client, article)["/corrections/"])

        assert told == [False, True, False]


class TestPage:
    def test_costs_the_same_for_any_number(self, client, editor, django_assert_max_num_queries):
        for article in create_articles(25):
            add_correction(article, editor, WIDE)

        with django_assert_max_num_queries(6):
            page = client.get("/corrections/").content.decode()

        assert page.count(WIDE) == 20
        assert client.get("/corrections/?page=2").content.decode().count(WIDE) == 5
        assert client.get("/corrections/?page=3").status_code == 404

    def test_page_exists_without_corrections_but_not_in_the_sitemap(self, client):
        create_article()

        assert "Nothing has been corrected yet." in client.get("/corrections/").content.decode()
        assert "/corrections/" not in client.get("/sitemap.xml").content.decode()


class TestDesk:
    def test_editor_adds_and_retracts_a_correction(self, client, editor):
        article = create_article()
        address = page_of(article).replace("/change/", "/corrections/")

        client.post(address, {"text": WIDE})
        added = client.get(address).content.decode()
        refused = client.post(address, {"text": " "})
        client.post(address, {"retract": Correction.objects.get().pk})

        assert WIDE in added
        assert refused.context["form"].errors
        assert address in client.get(page_of(article)).content.decode()
        assert WIDE not in client.get("/corrections/").content.decode()
