"""The articles offered after @ in the text."""

from html import unescape

import pytest
from django.urls import reverse

from blog.desk.articles.editor import preview
from blog.models import Article
from tests.support import factories
from tests.support.changes import trash
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

TITLES = reverse("admin:blog_article_titles")


def offered(client, words, **query):
    return client.get(TITLES, {"q": words} | query).json()["articles"]


def titles(client, words, **query):
    return [article["title"] for article in offered(client, words, **query)]


class TestOfferedArticles:
    @pytest.mark.both_databases
    def test_contain_all_words_in_their_titles_and_those_that_begin_so_come_first(self, admin_client):
        for title in ["Advice", "A History of Ice", "Ice for Calcutta", "The Ice of History", "Tides"]:
            factories.create_article(title=title)

        in_order = ["Ice for Calcutta", "A History of Ice", "The Ice of History", "Advice"]
        assert titles(admin_client, "ice") == in_order
        assert titles(admin_client, " history  ICE") == ["A History of Ice", "The Ice of History"]
        assert titles(admin_client, "ice%") == []

    def test_need_two_characters(self, admin_client):
        factories.create_article(title="Ice")

        assert [titles(admin_client, words) for words in ("", "i", " i ", "ic")] == [[], [], [], ["Ice"]]

    def test_are_at_most_eight_in_few_queries(self, admin_client, django_assert_max_num_queries):
        factories.create_articles(10, title="Ice", status="new")

        with django_assert_max_num_queries(8):
            assert len(titles(admin_client, "ice")) == 8

    def test_are_neither_the_edited_article_nor_in_the_trash(self, admin_client):
        edited, other, trashed = factories.create_articles(3, title="Ice")
        trash(Article.objects.filter(pk=trashed.pk))

        found = offered(admin_client, "ice", article=edited.pk)

        assert [other.get_absolute_url() in article["markdown"] for article in found] == [True]

    def test_have_their_state_unless_readers_can_see_them(self, admin_client):
        factories.create_article(title="Ice 1")
        factories.create_article(title="Ice 2", status="new")

        assert [article["state"] for article in offered(admin_client, "ice")] == ["", "New"]

    @pytest.mark.parametrize(
        "title",
        [
            "Ice [and] fire](x)",
            "<script>alert(1)</script> ice",
            "Ice *and* _fire_ `code` ~~no~~",
            r"Ice \[ &lt; AT&T | 5 < 6",
        ],
    )
    def test_have_markdown_that_shows_the_title(self, admin_client, title):
        factories.create_article(title=title, slug="ice")

        [found] = offered(admin_client, "ice")

        html = preview(f"See {found['markdown']}.")
        words = html.partition('<a href="/articles/ice/">')[2].partition("</a>")[0]
        assert unescape(words) == title

    def test_are_for_those_who_may_see_articles(self, client, django_user_model):
        log_in(client, "staff", django_user_model)

        assert client.get(TITLES, {"q": "ice"}).status_code == 403


class TestLink:
    def test_stays_valid_when_the_slug_changes(self, admin_client):
        article = factories.create_article(title="Ice", slug="ice")
        [found] = offered(admin_client, "ice")

        article.slug = "cold-ice"
        article.save()

        assert '<a href="/articles/cold-ice/">' in preview(f"See {found['markdown']}.")
