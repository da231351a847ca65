"""Redirects from old paths of authors."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blog.models import Redirect
from blog.site.redirect_lists import import_redirects
from tests.support.admin_pages import text_of
from tests.support.factories import create_article, create_author, create_category, create_page
from tests.support.queries import count_queries


@pytest.fixture
def ida():
    author = create_author("Ida Aas", slug="ida")
    create_article(authors=[author])
    return author


@pytest.mark.django_db
class TestAuthors:
    def test_changed_slug_leaves_a_redirect(self, client, ida):
        for slug in ("ida-aas", "aas"):
            ida.slug = slug
            ida.save()

        for old in ("/authors/ida/", "/authors/ida-aas/"):
            response = client.get(old)
            assert (response.status_code, response["Location"]) == (301, "/authors/aas/")
        assert client.get("/authors/aas/").status_code == 200

    def test_restored_slug_redirects_from_the_temporary_one(self, client, ida):
        for slug in ("aas", "ida"):
            ida.slug = slug
            ida.save()

        assert client.get("/authors/ida/").status_code == 200
        assert client.get("/authors/aas/")["Location"] == "/authors/ida/"

    def test_author_without_published_articles_has_no_page(self, client):
        author = create_author(slug="ida")
        create_article(authors=[author], status="new")
        author.slug = "aas"
        author.save()

        assert client.get("/authors/ida/").status_code == 404

    @pytest.mark.parametrize("rest", ["feeds/rss.xml", "feeds/atom.xml"])
    def test_old_paths_of_feeds_are_not_redirected(self, client, ida, rest):
        ida.slug = "aas"
        ida.save()

        assert client.get(f"/authors/ida/{rest}").status_code == 404

    def test_redirects_are_deleted_with_the_author(self, ida):
        Redirect.objects.create(path="/old/", author=ida)
        ida.article_links.all().delete()

        ida.delete()

        assert not Redirect.objects.exists()


@pytest.mark.django_db
class TestLists:
    def test_lead_from_one_author_to_another_only_when_replacing(self, ida):
        other = create_author("Bo", slug="bo")
        create_article(authors=[other])
        Redirect.objects.create(path="/old/", author=ida)

        refused = import_redirects(b"/old/,/authors/bo/")
        replaced = import_redirects(b"/old/,/authors/bo/", replace=True)

        assert (len(refused.problems), replaced.updated) == (1, 1)
        assert Redirect.objects.get().author == other

    def test_lead_to_something_else_than_an_author_when_replacing(self, ida):
        article = create_article(slug="tides")
        Redirect.objects.create(path="/old/", author=ida)

        import_redirects(b"/old/,/articles/tides/", replace=True)

        assert Redirect.objects.get().target == article


@pytest.mark.django_db
class TestAdmin:
    ADD = reverse("admin:blog_redirect_add")
    LIST = reverse("admin:blog_redirect_changelist")

    def test_leads_to_an_author(self, client, admin_client, ida):
        admin_client.post(self.ADD, {"path": "/old/", "author": ida.pk})

        found = admin_client.get(self.LIST, {"q": "Aas"})
        assert client.get("/old/")["Location"] == "/authors/ida/"
        assert "Ida Aas" in text_of(found)

    def test_costs_the_same_for_few_and_many_rows(self, admin_client):
        def count(numbers):
            for number in numbers:
                Redirect.objects.create(path=f"/old/{number}/", author=create_author())
            return count_queries(admin_client.get, self.LIST)

        count(range(2))  # the first visit looks up more

        assert count(range(2, 4)) == count(range(4, 20))

    @pytest.mark.both_databases
    def test_leads_to_one_thing(self, ida):
        for other in ({"category": create_category()}, {"page": create_page()}, {"is_gone": True}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Redirect.objects.bulk_create([Redirect(path="/old/", author=ida, **other)])
