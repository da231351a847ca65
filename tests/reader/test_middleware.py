"""Old addresses lead on, but only to what readers may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Redirect
from tests.support.factories import create_article, create_category

pytestmark = pytest.mark.django_db


class TestOldAddress:
    def test_a_renamed_article_is_found(self, client):
        article = create_article(slug="old")
        article.slug = "new"
        article.save()

        response = client.get("/articles/old/?utm_source=x")

        assert (response.status_code, response["Location"]) == (301, "/articles/new/")

    def test_head_is_led_on_and_post_is_not(self, client):
        Redirect.objects.create(path="/old/post/", article=create_article())

        assert client.head("/old/post/").status_code == 301
        assert client.post("/old/post/").status_code == 404

    def test_its_markdown_moves_with_it(self, client):
        Redirect.objects.create(path="/articles/old/", article=create_article(slug="new"))

        assert client.get("/articles/old.md")["Location"] == "/articles/new.md"
        assert client.get("/articles/old/feeds/rss.xml").status_code == 404

    def test_a_categorys_feeds_move_with_it(self, client):
        category = create_category("New")
        create_article(categories=[category])
        Redirect.objects.create(path="/categories/old/", category=category)

        assert client.get("/categories/old/")["Location"] == "/categories/new/"
        assert client.get("/categories/old/feeds/atom.xml")["Location"] == "/categories/new/feeds/atom.xml"
        assert client.get("/categories/old.md").status_code == 404

    @pytest.mark.parametrize("stored", ["/días/", "/d%C3%ADas/"])
    def test_letters_are_found_in_either_spelling(self, client, stored):
        Redirect.objects.create(path=stored, article=create_article())

        assert client.get("/días/").status_code == 301

    def test_an_address_gone_for_good_says_so(self, client):
        Redirect.objects.create(path="/old/", is_gone=True)

        response = client.get("/old/")

        assert response.status_code == 410
        assert "Page removed" in response.content.decode()

    def test_a_page_that_exists_costs_no_look_up(self, client):
        article = create_article(slug="here")
        Redirect.objects.create(path="/articles/here/", article=create_article())

        assert client.get(article.get_absolute_url()).status_code == 200


class TestHiddenTarget:
    @pytest.mark.parametrize(
        "fields", [{"status": "new"}, {"published_at": timezone.now() + timedelta(days=1)}]
    )
    def test_it_is_the_404_of_an_address_that_never_was(self, client, fields):
        category = create_category("Marsupials")
        Redirect.objects.create(path="/old/", article=create_article(categories=[category], **fields))
        Redirect.objects.create(path="/old-topic/", category=category)
        never = client.get("/never/")

        for path in ("/old/", "/old.md", "/old-topic/"):
            response = client.get(path)
            assert (response.status_code, response.content) == (404, never.content)
            assert response.headers == never.headers


class TestNoLookUp:
    @pytest.mark.parametrize("path", ["/static/none.css", f"/media/images/ab/{'a' * 40}.png", "/media/none"])
    def test_files_cost_no_query(self, client, django_assert_num_queries, path):
        with django_assert_num_queries(0):
            assert client.get(path).status_code == 404

    @pytest.mark.parametrize("path", ["/" + "x" * 3000, "/a%00b/", "/%ff%fe/", "/admin/none/"])
    def test_odd_paths_are_no_fault(self, client, path):
        assert client.get(path).status_code in {302, 404}
