"""Two editors have one article or page open: who saves last replaces what they changed, and nothing else."""

import datetime as dt
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.factories import create_article, create_author, create_category, create_image, create_page
from tests.support.html_forms import form_data

pytestmark = pytest.mark.django_db


def save_over(client, row, form, **changes):
    """Save a form that was opened before, be refused, look at the other version, and save it in its place."""
    refused = client.post(page_of(row), form | changes)
    html = refused.content.decode()
    seen = re.search(r'name="replaced_version" value="(\d+)"', html)[1]
    saved = client.post(page_of(row), form_data(html) | {"replaced_version": seen})
    assert saved.status_code == 302, text_of(saved)
    row.refresh_from_db()
    return refused


@pytest.fixture
def sea():
    return create_category("Sea")


@pytest.fixture
def article(sea):
    return create_article(
        title="Tides",
        body="one\r\ntwo\n",
        excerpt="In short.",
        keywords=["sea, deep"],
        published_at=dt.datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=dt.UTC),
        categories={sea: 1},
        authors=[create_author("Ida")],
    )


class TestSavingOver:
    def test_leaves_the_other_fields_to_the_other(self, admin_client, article, sea):
        mine = shown_form(admin_client, page_of(article))
        image = create_image()
        theirs = {"excerpt": "Theirs.", "keywords": "theirs", "language": "de", "slug": "theirs"}
        theirs |= {"is_featured": "on", "published_at_0": "2026-04-02"}
        theirs |= {"primary_category": sea.pk, "hero_image": image.pk}
        admin_client.post(page_of(article), mine | theirs)

        save_over(admin_client, article, mine, title="Mine", body="mine\r\n")

        assert (article.title, article.body) == ("Mine", "mine\n")
        assert (article.excerpt, article.keywords, article.language) == ("Theirs.", ["theirs"], "de")
        assert (article.slug, article.is_featured) == ("theirs", True)
        assert (article.primary_category, article.hero_image) == (sea, image)
        assert article.published_at.date() == dt.date(2026, 4, 2)

    def test_takes_what_both_changed_and_says_so_before(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        theirs = mine | {"title": "Theirs", "excerpt": "Theirs.", "is_trending": "on"}
        admin_client.post(page_of(article), theirs)

        refused = save_over(admin_client, article, mine, title="Mine", body="mine\r\n")

        assert "Both of you have changed: Title." in text_of(refused)
        assert (article.title, article.excerpt, article.is_trending) == ("Mine", "Theirs.", True)

    def test_empties_what_was_emptied(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article)) | {"excerpt": "", "keywords": ""}
        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)) | {"title": "Theirs"})

        save_over(admin_client, article, mine)

        assert (article.title, article.excerpt, article.keywords) == ("Theirs", "", [])

    def test_leaves_a_date_to_its_microsecond(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        published_at = article.published_at
        admin_client.post(page_of(article), mine | {"title": "Theirs"})

        with timezone.override("Europe/Berlin"):
            save_over(admin_client, article, mine, excerpt="Mine.")

        assert (article.published_at, article.title, article.excerpt) == (published_at, "Theirs", "Mine.")

    def test_logs_what_was_changed_and_no_more(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        admin_client.post(page_of(article), mine | {"title": "Theirs", "is_featured": "on"})

        save_over(admin_client, article, mine, body="mine\r\n")

        assert LogEntry.objects.order_by("-pk")[0].get_change_message() == "Changed Text."

    @pytest.mark.parametrize("forged", ["", "title=0 nonsense ===", "\u200b=x", "title"])
    def test_saves_all_of_a_form_whose_start_is_not_known(self, admin_client, article, forged):
        mine = shown_form(admin_client, page_of(article)) | {"started_from": forged}
        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)) | {"title": "Theirs"})

        save_over(admin_client, article, mine, excerpt="Mine.")

        assert (article.title, article.excerpt) == ("Tides", "Mine.")

    def test_of_a_page_leaves_the_other_fields_too(self, admin_client):
        page = create_page(title="About", meta_description="Short.")
        mine = shown_form(admin_client, page_of(page))
        admin_client.post(page_of(page), mine | {"meta_description": "Theirs.", "language": "de"})

        save_over(admin_client, page, mine, title="Mine")

        assert (page.title, page.meta_description, page.language) == ("Mine", "Theirs.", "de")


class TestCategoriesAndAuthors:
    def names(self, article):
        links = article.category_links.values_list("category__name", "level")
        return set(links), {author.name for author in article.authors.all()}

    def test_of_the_other_stay_where_they_were_left(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        ice, bo = create_category("Ice"), create_author("Bo")
        admin_client.post(
            page_of(article),
            mine
            | {"category_links-0-category": ice.pk, "category_links-0-level": 2}
            | {"author_links-TOTAL_FORMS": 2, "author_links-1-author": bo.pk},
        )

        save_over(admin_client, article, mine, title="Mine")

        assert self.names(article) == ({("Ice", 2)}, {"Ida", "Bo"})

    def test_that_the_other_took_away_stay_away(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        admin_client.post(
            page_of(article), mine | {"category_links-0-DELETE": "on", "author_links-0-DELETE": "on"}
        )

        save_over(admin_client, article, mine, title="Mine")

        assert (article.title, *self.names(article)) == ("Mine", set(), set())

    def test_of_a_form_without_a_start_are_all_saved(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        mine = {name: value for name, value in mine.items() if not name.startswith("initial-")}
        admin_client.post(page_of(article), mine | {"title": "Theirs"})

        save_over(admin_client, article, mine, **{"category_links-0-level": 3})

        assert self.names(article) == ({("Sea", 3)}, {"Ida"})

    def test_that_were_changed_are_saved(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        ice, bo = create_category("Ice"), create_author("Bo")
        admin_client.post(page_of(article), mine | {"title": "Theirs", "category_links-0-level": 2})

        changes = {"author_links-TOTAL_FORMS": "2", "author_links-1-author": bo.pk}
        save_over(admin_client, article, mine, **changes, **{"category_links-0-category": ice.pk})

        assert (article.title, *self.names(article)) == ("Theirs", {("Ice", 1)}, {"Ida", "Bo"})
