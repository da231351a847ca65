"""The question before a bulk fix or an undo that would end approvals."""

import pytest
from django.urls import reverse

from blog.models import Article, UndoableAction
from tests.support.admin_pages import attach_source_file, text_of
from tests.support.approvals import approve
from tests.support.findings import TITLE, described_by_title
from tests.support.html_forms import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

FIX = reverse("admin:blog_article_bulk_fix")
UNDO = reverse("admin:blog_article_undo")


@pytest.fixture
def articles(admin_user):
    """An import of four articles, of which the first two are approved."""
    articles = described_by_title(4, generated_by="Gemini")
    batch = attach_source_file(articles[0]).batch
    for article in articles[1:]:
        source = attach_source_file(article, f"{article.slug}.md")
        source.batch = batch
        source.save()
        article.import_entries.update(batch=batch)
    approve(admin_user, *articles[:2])
    return articles


def asked(client, articles):
    scope = f"batch:{articles[0].source_file.batch_id}"
    return client.post(FIX, {"scope": scope, "finding": TITLE, "fix": "mark_decorative"})


def fixed():
    return list(Article.objects.order_by("pk").values_list("hero_is_decorative", flat=True))


class TestBulkFix:
    def test_asks_before_approvals_end(self, admin_client, articles):
        page = text_of(asked(admin_client, articles))

        assert fixed() == [False] * 4
        for words in ("4 articles would change 2 approvals would end", "Skip these 2", "Approved by admin"):
            assert words in page

    def test_skips_approved_articles_by_default(self, admin_client, articles):
        form = form_data(asked(admin_client, articles).content.decode())

        admin_client.post(FIX, form)

        assert fixed() == [False, False, True, True]
        assert Article.objects.reviewed().count() == 2

    @pytest.mark.parametrize(
        ("choice", "changed"), [("all", [True] * 4), ("choose", [True, False, True, True])]
    )
    def test_changes_them_if_chosen(self, admin_client, articles, choice, changed):
        form = form_data(asked(admin_client, articles).content.decode())

        admin_client.post(FIX, form | {"how": choice, "skip": articles[1].pk})

        assert fixed() == changed

    def test_skips_what_was_approved_since_the_question(self, admin_client, admin_user, articles):
        form = form_data(asked(admin_client, articles).content.decode())
        approve(admin_user, articles[2])

        admin_client.post(FIX, form | {"how": "all"})

        assert fixed() == [True, True, False, True]

    def test_does_not_ask_if_no_approval_ends(self, admin_client, articles):
        Article.objects.update(reviewed_digest="")

        asked(admin_client, articles)

        assert fixed() == [True] * 4


class TestUndo:
    @pytest.mark.parametrize(("how", "left"), [("skip", [True, False]), ("all", [False, False])])
    def test_asks_before_approvals_end(self, admin_client, admin_user, articles, how, left):
        Article.objects.update(reviewed_digest="")
        asked(admin_client, articles)
        approve(admin_user, articles[0])
        number = {"number": UndoableAction.objects.get().pk}

        page = admin_client.post(UNDO, number)
        unchanged = fixed()
        admin_client.post(UNDO, form_data(page.content.decode()) | {"how": how})

        assert "Undo in 3, skip 1" in text_of(page)
        assert unchanged == [True] * 4
        assert fixed()[:2] == left

    def test_does_not_ask_if_no_approval_ends(self, admin_client, articles):
        Article.objects.update(reviewed_digest="")
        asked(admin_client, articles)

        admin_client.post(UNDO, {"number": UndoableAction.objects.get().pk})

        assert fixed() == [False] * 4
