"""The error summary above a form of the admin, with a link to each field."""

import re

import pytest
from django.urls import reverse

from tests.support import factories
from tests.support.admin_pages import ADD, create_article, page_of, shown_form
from tests.support.roles import confirm
from tests.support.rolling_back import rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


def summary_of(page) -> dict[str, str | None]:
    """Return {text: id of the linked element}. The element must be on the page."""
    html = page.content.decode()
    summary = re.search(r'<div class="error-summary".*?</div>', html, re.DOTALL)[0]
    found = {}
    for entry in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL):
        link = re.search(r'href="#([^"]+)"', entry)
        found[re.sub(r"<[^>]+>", "", entry)] = link and link[1]
        assert link is None or f'id="{link[1]}"' in html
    return found


class TestErrorSummary:
    def test_links_to_each_field(self, admin_client):
        article = create_article()
        data = shown_form(admin_client, page_of(article))

        page = admin_client.post(page_of(article), data | {"title": "", "published_at_0": "31.31.2026"})

        assert summary_of(page) == {
            "Title: This field is required.": "id_title",
            "Published at: Enter a valid date.": "id_published_at_0",
        }

    def test_names_the_row_of_a_table(self, admin_client):
        article = create_article(categories=[factories.create_category()])
        data = shown_form(admin_client, page_of(article)) | {"category_links-0-category": ""}

        page = admin_client.post(page_of(article), data)

        assert summary_of(page) == {
            "Category, row 1: This field is required.": "id_category_links-0-category"
        }

    def test_links_to_duplicate_rows(self, admin_client):
        sea, lake = factories.create_category(), factories.create_category()
        article = create_article(categories=[sea])
        level = "category_links-{}-level"
        rows = {"category_links-0-category": lake.pk, "category_links-TOTAL_FORMS": 3}
        rows |= {"category_links-1-category": lake.pk, level.format(1): 9}
        rows |= {"category_links-2-category": sea.pk, level.format(2): 9}
        data = shown_form(admin_client, page_of(article)) | rows

        twice = admin_client.post(page_of(article), data)
        again = admin_client.post(page_of(article), data | {"category_links-1-category": sea.pk})

        words = "The article already has this category at this level."
        assert f"Article categories: {words}" in summary_of(twice)
        assert words in str(summary_of(again))

    def test_shows_errors_without_a_field(self, admin_client):
        article = create_article()
        data = shown_form(admin_client, page_of(article))
        article.save()

        back = admin_client.post(page_of(article), data | {"_back": "1"})  # from the comparison
        ((sentence, anchor),) = summary_of(back).items()

        assert sentence.startswith("Someone else saved this")
        assert anchor is None

    def test_is_on_every_form(self, admin_client, subtests):
        for model, bad, anchor in [
            ("category", {"name": ""}, "id_name"),
            ("author", {"url": "no address"}, "id_url"),
            ("image", {"source": ""}, "id_upload"),
            ("redirect", {"path": ""}, "id_path"),
            ("page", {"slug": "a b"}, "id_slug"),
            ("siteidentity", {"email": "nobody"}, "id_email"),
        ]:
            with subtests.test(model=model, bad=bad, anchor=anchor), rolled_back():
                tables = shown_form(admin_client, reverse(f"admin:blog_{model}_add"))

                page = admin_client.post(reverse(f"admin:blog_{model}_add"), tables | bad)

                assert anchor in summary_of(page).values()

    @pytest.mark.parametrize("model", ["user", "group"])
    def test_is_on_djangos_forms(self, admin_client, model):
        confirm(admin_client)

        assert summary_of(admin_client.post(reverse(f"admin:auth_{model}_add"), {}))

    def test_is_above_a_rejected_list_of_redirects(self, admin_client):
        page = admin_client.post(reverse("admin:blog_redirect_import"), {})

        assert summary_of(page) == {"File: This field is required.": "id_file"}

    def test_is_above_the_form_to_merge_categories(self, admin_client):
        sea = factories.create_category()
        data = {"action": "merge", "_selected_action": sea.pk, "confirmed": "yes"}

        page = admin_client.post(reverse("admin:blog_category_changelist"), data)

        assert summary_of(page) == {"Merge into: Choose the category to keep.": "id_target"}

    def test_is_hidden_without_errors(self, admin_client):
        assert "error-summary" not in admin_client.get(ADD).content.decode()
