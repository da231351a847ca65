"""The frozen list: the order in which one works through articles, whatever becomes of the list meanwhile."""

import re

import pytest
from django.urls import reverse

from blog.models import Article, OpenedList
from tests.support.admin_pages import LIST, create_article, page_of, shown_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

BODY = "Snow fell on the hill. It stayed until spring came.\n\nThat is all there is to say.\n"
TO_REVIEW = {"_changelist_filters": "state=check&order=title"}


@pytest.fixture
def articles():
    return [
        create_article(title=title, body=BODY, generated_by="Gemini", hero_is_decorative=True)
        for title in ("A", "B", "C", "D")
    ]


def proof_of(article, **query):
    return reverse("admin:blog_article_proof", args=[article.pk], query=query or None)


def next_on(page):
    """Return the URL of the next article on a proof."""
    return re.search(r'href="([^"]+)" data-keys="j"', page.content.decode()).group(1).replace("&amp;", "&")


def place_on(page):
    place = page.context["place"]
    return place.number, place.total, place.before, place.after


def approve_on(client, page):
    html = page.content.decode()
    action = re.search(r'<form [^>]*id="approve"[^>]* action="([^"]+)"', html).group(1).replace("&amp;", "&")
    digest = page.context["article"].words_digest
    return client.post(
        action, {"digest": digest, "read": "1", "checked": "read", "shown": "read"}, follow=True
    )


class TestFrozenList:
    def test_approved_articles_keep_their_place(self, admin_client, articles):
        first, second, third, _fourth = articles

        page = approve_on(admin_client, admin_client.get(proof_of(first, **TO_REVIEW)))

        assert page.context["article"].pk == second.pk
        assert place_on(page) == (2, 4, first.pk, third.pk)

    def test_order_stays_although_another_article_now_sorts_first(self, admin_client, articles):
        first, _second, third, _fourth = articles
        page = admin_client.get(proof_of(first, **TO_REVIEW))
        Article.objects.filter(pk=third.pk).update(title="0")

        assert place_on(admin_client.get(next_on(page))) == (2, 4, first.pk, third.pk)

    def test_stays_over_the_edit_page(self, admin_client, articles):
        first, second, third, _fourth = articles
        page = admin_client.get(proof_of(first, **TO_REVIEW))
        edit = re.search(r'href="([^"]+)" data-keys="e"', page.content.decode()).group(1)
        form = shown_form(admin_client, edit.replace("&amp;", "&")) | {"title": "Z", "_next": "1"}

        page = admin_client.post(edit.replace("&amp;", "&"), form, follow=True)

        assert page.request["PATH_INFO"] == page_of(second)
        back = shown_form(admin_client, page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"])
        url = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
        page = admin_client.post(url, back | {"_proof": "1"}, follow=True)
        assert place_on(page) == (2, 4, first.pk, third.pk)

    def test_skips_articles_that_are_gone(self, admin_client, articles):
        first, second, third, fourth = articles
        page = admin_client.get(proof_of(first, **TO_REVIEW))
        Article.objects.filter(pk=second.pk).update(trashed_at="2026-01-01T00:00Z")
        third.delete()

        assert next_on(admin_client.get(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]))
        assert approve_on(admin_client, page).context["article"].pk == fourth.pk

    def test_opening_the_list_again_takes_it_as_it_is_now(self, admin_client, articles):
        first, _second, _third, fourth = articles
        page = approve_on(admin_client, admin_client.get(proof_of(first, **TO_REVIEW)))

        back = re.search(r'class="back"><a href="([^"]+)"', page.content.decode()).group(1)
        listed = admin_client.get(back.replace("&amp;", "&"), follow=True)
        assert listed.redirect_chain[-1][0] == f"{LIST}?state=check&order=title"
        place = place_on(admin_client.get(proof_of(fourth, **TO_REVIEW)))

        assert place[:2] == (3, 3)

    def test_list_of_another_user_is_not_used(self, admin_client, admin_user, articles, django_user_model):
        other = django_user_model.objects.create_user("other")
        opened = OpenedList.objects.open(other, "state=check", [articles[2].pk])
        filters = {"_changelist_filters": f"state=check&order=title&list={opened.pk}"}

        assert place_on(admin_client.get(proof_of(articles[0], **filters)))[:2] == (1, 4)

    def test_few_lists_are_kept(self, admin_user):
        for number in range(15):
            OpenedList.objects.open(admin_user, "state=check", [number])

        assert [opened.keys for opened in OpenedList.objects.order_by("pk")] == [[n] for n in range(5, 15)]
