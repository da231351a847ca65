"""The lists of categories and authors in the admin."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from tests.support.admin_pages import page_of, shown_form
from tests.support.factories import create_article, create_author, create_category, create_image
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db


class TestNumberOfArticles:
    """The column with the number of articles."""

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        ("create", "holder"), [(create_category, "categories"), (create_author, "authors")]
    )
    def test_list_can_be_ordered_by_it(self, admin_client, create, holder, subtests):
        for name, number in (("a", 12), ("b", 0), ("c", 1), ("d", 3)):
            row = create(name)
            for _ in range(number):
                create_article(**{holder: [row]})

        for order, names in [("3", "bcda"), ("-3", "adcb")]:
            with subtests.test(order=order, names=names):
                page = admin_client.get(
                    reverse(f"admin:blog_{row._meta.model_name}_changelist"), {"o": order}
                )

                assert "".join(row.name for row in page.context["cl"].result_list) == names

    def test_columns_do_not_shadow_model_attributes(self):
        """Otherwise, Django would order the list by that attribute."""
        for model_admin in site._registry.values():
            columns = {name for name in model_admin.list_display if hasattr(model_admin, name)}

            assert columns.isdisjoint(field.name for field in model_admin.opts.get_fields()), model_admin


class TestAuthors:
    def save(self, client, author, **changes):
        return client.post(page_of(author), shown_form(client, page_of(author)) | changes, follow=True)

    def test_image_and_ordered_links_are_saved(self, admin_client):
        ida, picture = create_author("Ida Aas"), create_image()
        ida.links.create(label="Notes", address="https://notes.example/")
        links = {
            "links-TOTAL_FORMS": "2",
            "links-1-label": "E-mail",
            "links-1-address": "mailto:ida@a.example",
        }

        self.save(admin_client, ida, picture=picture.pk, **links)

        ida.refresh_from_db()
        assert ida.picture == picture
        assert [(link.label, link.position) for link in ida.links.all()] == [("Notes", 1), ("E-mail", 2)]

    def test_invalid_link_is_rejected(self, admin_client, subtests):
        for address in [
            "javascript:evil()",
            "/about/",
            "//evil.example/",
            "mailto:nobody",
            "ftp://a.example/",
        ]:
            with subtests.test(address=address), rolled_back():
                ida = create_author("Ida Aas")

                page = self.save(admin_client, ida, **{"links-0-label": "Trap", "links-0-address": address})

                assert "Enter a URL that begins with https://, http:// or mailto:." in page.content.decode()
                assert not ida.links.exists()
