"""Assignments on the proof, on the edit page and in the list."""

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.assignment import assign
from blog.desk.bookmark import bookmark_of
from blog.models import Article, Assignment
from tests.support.admin_pages import LIST, create_article, page_of, post_action, text_of
from tests.support.html_forms import form_data
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db


def proof_of(article):
    return reverse("admin:blog_article_proof", args=[article.pk])


def assign_on_page(client, article, to, **data):
    return client.post(reverse("admin:blog_article_assign", args=[article.pk]), {"to": to, **data})


@pytest.fixture
def mara(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


class TestOneArticle:
    def test_is_assigned_on_its_pages_and_stays_there(self, client, mara):
        article = create_article()

        from_proof = assign_on_page(client, article, mara.pk)
        from_edit = assign_on_page(client, article, "", from_edit_page=1)

        assert (from_proof.url, from_edit.url) == (
            f"{proof_of(article)}#assignment",
            f"{page_of(article)}#assignment",
        )
        assert list(article.assignments.values_list("to", flat=True)) == [mara.pk, None]

    def test_pages_name_the_person_to_writers(self, client, mara, django_user_model):
        article = create_article()
        assign(mara, [article.pk], mara)
        log_in(client, "Writer", django_user_model)

        for url in (proof_of(article), page_of(article)):
            page = client.get(url)
            assert page.context["assignment"]["name"] == "a-Editor"
            assert 'id="assigned-to"' not in page.content.decode()
        assert assign_on_page(client, article, "").status_code == 403

    def test_person_who_has_left_is_shown_but_not_offered(self, client, mara, django_user_model):
        article = create_article()
        left = django_user_model.objects.create_user("tove", is_staff=True)
        assign(mara, [article.pk], left)

        page = client.get(proof_of(article))
        refused = assign_on_page(client, create_article(), left.pk)

        assert "tove (no longer has access)" in text_of(page)
        assert str(left.pk) not in dict(page.context["assignment"]["people"])
        assert "Not assigned" in text_of(client.get(refused.url))
        assert Assignment.objects.count() == 1

    def test_unchanged_choice_of_a_person_who_has_left_changes_nothing(self, client, mara, django_user_model):
        article = create_article()
        left = django_user_model.objects.create_user("tove", is_staff=True)
        assign(mara, [article.pk], left)

        # Browsers leave out a field whose chosen option is disabled.
        client.post(reverse("admin:blog_article_assign", args=[article.pk]))

        assert Assignment.objects.get().to == left


class TestList:
    def test_selected_articles_are_assigned_and_undone(self, client, mara):
        articles = [create_article(), create_article()]

        form = form_data(post_action(client, "assign", *articles).content.decode())
        done = client.post(LIST, form | {"to": mara.pk}, follow=True)

        assert "2 articles were assigned to a-Editor." in text_of(done)
        assert set(Article.objects.assigned_to(mara)) == set(articles)
        client.post(reverse("admin:blog_article_undo"), form_data(done.content.decode()))
        assert not Article.objects.assigned_to(mara).exists()

    def test_mine_is_a_tab_and_a_filter(self, client, mara):
        create_article()
        article = create_article(title="For me")
        assert "Mine" not in [tab["name"] for tab in client.get(LIST).context["cl"].tabs()]
        assign(mara, [article.pk], mara)

        tab = client.get(LIST).context["cl"].tabs()[0]
        mine = client.get(LIST + tab["url"])

        assert (tab["name"], tab["number"]) == ("Mine", 1)
        assert list(mine.context["cl"].result_list) == [article]
        assert "for a-Editor" in text_of(mine)

    @pytest.mark.parametrize(("value", "number"), [("nobody", 1), ("x", 0), ("0", 0), ("9" * 30, 0)])
    def test_other_values_of_the_filter(self, client, mara, value, number):
        create_article()
        assign(mara, [create_article().pk], mara)

        assert client.get(LIST, {"assigned": value}).context["cl"].result_count == number
        assert client.get(LIST, {"assigned": mara.pk}).context["cl"].result_count == 1


def test_continue_takes_assigned_articles_first(mara):
    text = "Snow fell on the hill. It stayed until spring came.\n"
    mine, other = (create_article(body=text, generated_by="Gemini") for _ in range(2))
    assert bookmark_of(mara, timezone.now()).article == other

    assign(mara, [mine.pk], mara)

    bookmark = bookmark_of(mara, timezone.now())
    assert (bookmark.article, bookmark.query) == (mine, "assigned=me&state=check")
