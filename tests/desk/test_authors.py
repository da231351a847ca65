"""Proposed changes of public author pages, which an Editor accepts or declines."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from blog.models import Author, AuthorProposal
from tests.support.admin_pages import text_of
from tests.support.factories import create_article, create_author
from tests.support.html_forms import form_data
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:blog_author_changelist")


@pytest.fixture
def author():
    author = create_author("Tove", bio="Writes about ice.")
    create_article(authors=[author])
    AuthorProposal.objects.create(author=author, name="Tove Berg", bio="Writes\nabout <b>snow</b>.")
    return author


@pytest.fixture
def page(author):
    return reverse("admin:blog_author_change", args=[author.pk])


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


def decide(client, page, decision, **typed):
    data = form_data(client.get(page).content.decode()) | {"decision": decision} | typed
    return client.post(page, data, follow=True)


class TestDecision:
    def test_the_proposal_is_shown(self, client, editor, page):
        shown = client.get(page)

        assert "Tove Berg" in text_of(shown)
        assert "about &lt;b&gt;snow&lt;/b&gt;." in shown.content.decode()

    def test_accepting_changes_the_page(self, client, editor, author, page):
        decide(client, page, "accept")

        author.refresh_from_db()
        assert (author.name, author.bio) == ("Tove Berg", "Writes\nabout <b>snow</b>.")
        assert not AuthorProposal.objects.exists()
        assert LogEntry.objects.filter(change_message="Proposed change accepted.").exists()

    def test_declining_leaves_the_page(self, client, editor, author, page):
        decide(client, page, "decline")

        author.refresh_from_db()
        assert (author.name, author.bio) == ("Tove", "Writes about ice.")
        assert not AuthorProposal.objects.exists()

    def test_another_change_leaves_it_waiting(self, client, editor, author, page):
        decide(client, page, "", bio="Other words.")

        author.refresh_from_db()
        assert author.bio == "Other words."
        assert AuthorProposal.objects.exists()

    def test_a_name_that_was_taken_meanwhile_is_refused(self, client, editor, author, page):
        create_author("Tove Berg")

        answer = decide(client, page, "accept")

        assert "Another author already has this name." in text_of(answer)
        assert Author.objects.get(pk=author.pk).name == "Tove"

    def test_without_a_proposal_there_is_nothing_to_decide(self, client, editor):
        shown = client.get(reverse("admin:blog_author_change", args=[create_author("Ida").pk]))

        assert "Your decision" not in text_of(shown)

    def test_a_writer_neither_sees_nor_decides(self, client, django_user_model, author, page):
        log_in(client, "Writer", django_user_model)

        assert "Tove Berg" not in text_of(client.get(page))
        assert client.post(page, {"decision": "accept"}).status_code == 403
        assert AuthorProposal.objects.exists()


def test_the_list_is_filtered_by_what_waits(client, editor, author):
    create_author("Ida")

    assert list(client.get(LIST, {"proposal": "yes"}).context["cl"].result_list) == [author]


def test_the_dashboard_leads_editors_to_what_waits(client, editor, page):
    assert f'href="{page}"' in client.get(reverse("admin:index")).content.decode()
