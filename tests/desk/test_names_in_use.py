"""Rows used by articles are not deleted: the page lists the articles and alternatives."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from blog.models import Category
from tests.support import factories
from tests.support.admin_pages import create_article, page_of, text_of
from tests.support.changes import trash

pytestmark = pytest.mark.django_db

MODELS = ["category", "author", "series"]  # of images, see tests/images/test_links.py


def deletion_of(row):
    return page_of(row).replace("/change/", "/delete/")


def create_unused(model):
    if model == "image":
        return factories.create_image()
    return getattr(factories, f"create_{model}")("Ocean")


def create_used(model, number):
    """Return a row of the model that is used by this number of articles."""
    row = create_unused(model)
    use = {"category": {"categories": [row]}, "author": {"authors": [row]}}.get(model, {"series": row})
    return row, [create_article(title=f"Tide {n}", **use) for n in range(number)]


class TestRowsInUse:
    @pytest.mark.parametrize("model", MODELS)
    def test_deletion_lists_articles_with_links(self, admin_client, model):
        row, articles = create_used(model, 15)

        page = admin_client.get(deletion_of(row))

        assert f"“{row}” is used in 15 articles, so it cannot be deleted." in text_of(page)
        assert "and 5 more" in text_of(page)
        for article in articles[-10:]:
            assert f'href="{page_of(article)}"' in page.content.decode()
        assert "related" not in text_of(page)

    @pytest.mark.parametrize("model", MODELS)
    def test_deletion_of_several_lists_used_rows_and_deletes_nothing(self, admin_client, model):
        used, _ = create_used(model, 2)
        unused = type(used).objects.create(name="Lake")

        data = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
        page = admin_client.post(reverse(f"admin:blog_{model}_changelist"), data)

        assert f"“{used}” is used in 2 articles" in text_of(page)
        assert "Nothing was deleted" in text_of(page)
        assert type(used).objects.count() == 2

    @pytest.mark.both_databases
    def test_primary_category_counts_as_use(self, admin_client):
        sea = factories.create_category("Sea")
        trash(create_article(primary_category=sea))

        assert "is used in 1 article," in text_of(admin_client.get(deletion_of(sea)))

    def test_number_of_queries_is_constant(self, admin_client, django_assert_max_num_queries):
        sea, _ = create_used("category", 50)

        with django_assert_max_num_queries(20):
            admin_client.get(deletion_of(sea))

    def test_articles_have_no_links_without_permission(self, client, django_user_model):
        sea, (article,) = create_used("category", 1)
        user = django_user_model.objects.create_user("librarian", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__endswith="_category"))
        client.force_login(user)

        page = client.get(deletion_of(sea))

        assert "Tide 0" in text_of(page)
        assert page_of(article) not in page.content.decode()


class TestRowsNotInUse:
    @pytest.mark.parametrize("model", [*MODELS, "image", "page"])
    def test_are_deleted_after_confirmation(self, admin_client, model):
        row = factories.create_page(title="About") if model == "page" else create_unused(model)

        asked = admin_client.get(deletion_of(row))
        admin_client.post(deletion_of(row), {"post": "yes"})

        assert f"Delete “{row}”? This cannot be undone." in text_of(asked)
        assert "object" not in text_of(asked).lower()
        assert not type(row).objects.exists()

    def test_several_are_deleted_at_once(self, admin_client):
        rows = [factories.create_category(name) for name in ("Sea", "Lake")]
        url = reverse("admin:blog_category_changelist")
        data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}

        asked = admin_client.post(url, data)
        admin_client.post(url, data | {"post": "yes"})

        assert "Delete these items and everything listed with them?" in text_of(asked)
        assert not Category.objects.exists()
