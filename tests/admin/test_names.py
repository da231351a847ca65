"""The admin's lists of categories and authors."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from tests.support.factories import create_article, create_author, create_category

pytestmark = pytest.mark.django_db


class TestNumberOfArticles:
    """The column by which editors find what is used most."""

    @pytest.mark.parametrize(
        ("create", "holder"), [(create_category, "categories"), (create_author, "authors")]
    )
    @pytest.mark.parametrize(("order", "names"), [("3", "bcda"), ("-3", "adcb")])
    def test_orders_the_list_by_it_with_each_row_once(self, admin_client, create, holder, order, names):
        for name, number in (("a", 12), ("b", 0), ("c", 1), ("d", 3)):
            row = create(name)
            for _ in range(number):
                create_article(**{holder: [row]})

        page = admin_client.get(reverse(f"admin:blog_{row._meta.model_name}_changelist"), {"o": order})

        assert "".join(row.name for row in page.context["cl"].result_list) == names

    def test_no_column_has_the_name_of_something_else_in_its_model(self):
        """Django would order the list by that, whatever the column says."""
        for model_admin in site._registry.values():
            columns = {name for name in model_admin.list_display if hasattr(model_admin, name)}

            assert columns.isdisjoint(field.name for field in model_admin.opts.get_fields()), model_admin
