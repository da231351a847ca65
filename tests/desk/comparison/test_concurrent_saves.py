"""Two editors save the same article or page: changes are merged, conflicts compared."""

import datetime as dt
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import F

from blog.articles.actions.category_merge import merge_categories
from blog.models import Article, Category, Version
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.factories import (
    create_article,
    create_author,
    create_category,
    create_image,
    create_page,
    create_series,
)
from tests.support.html_forms import form_data
from tests.support.injected_markup import HOSTILE, find_active_markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

WORDS = "Water comes and goes.\r\n\r\nTwice a day, here.\r\n\r\nThe moon pulls it.\r\n"


def save(client, row, form, **changes):
    """Submit the form of the row's page with these changes; return the response."""
    response = client.post(page_of(row), form | {"_continue": "1"} | changes)
    row.refresh_from_db()
    return response


def decide(client, row, page, *choices, words="", press="_continue"):
    """Make the choices in the comparison, in order, and save; return the response."""
    html = page.content.decode()
    names = list(dict.fromkeys(re.findall(r'name="(choice-\w+-\d+)"', html)))
    chosen = dict(zip(names, choices, strict=True))
    written = {f"{name}-words": words for name, choice in chosen.items() if choice == "other"}
    response = client.post(page_of(row), form_data(html) | chosen | written | {press: "1"})
    row.refresh_from_db()
    return response


def words_of(response):
    return text_of(response).replace(" ,", ",")


@pytest.fixture
def sea():
    return create_category("Sea")


@pytest.fixture
def article(sea):
    return create_article(
        title="Tides",
        body=WORDS.replace("\r\n", "\n"),
        excerpt="In short.",
        keywords=["sea, deep"],
        published_at=dt.datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=dt.UTC),
        categories={sea: 1},
        authors=[create_author("Ida")],
    )


@pytest.fixture
def jonah(client, django_user_model):
    user = django_user_model.objects.create_superuser("jonah", first_name="Jonah", last_name="Petrie")
    client.force_login(user)
    return client


class TestMerge:
    def test_saves_without_asking_and_reports(self, admin_client, admin_user, jonah, article, sea):
        mine = shown_form(admin_client, page_of(article))
        image, series = create_image(), create_series()
        theirs = {"excerpt": "Theirs.", "keywords": "theirs", "language": "de", "slug": "theirs"}
        theirs |= {"is_featured": "on", "published_at_0": "2026-04-02"}
        theirs |= {"primary_category": sea.pk, "hero_image": image.pk}
        theirs |= {"series": series.pk, "series_part": "2", "body": WORDS.replace("moon", "sun")}
        save(jonah, article, mine | theirs)
        ours = {"title": "Mine", "body": WORDS.replace("Water", "Ice"), "_continue": "1"}

        response = admin_client.post(page_of(article), mine | ours, follow=True)

        article.refresh_from_db()
        assert response.redirect_chain
        assert article.title == "Mine"
        assert article.body.split("\n\n") == [
            *("Ice comes and goes.", "Twice a day, here.", "The sun pulls it.\n")
        ]
        assert (article.excerpt, article.keywords, article.language) == ("Theirs.", ["theirs"], "de")
        assert (article.slug, article.is_featured) == ("theirs", True)
        assert (article.primary_category, article.hero_image) == (sea, image)
        assert (article.series, article.series_part) == (series, 2)
        assert article.published_at.date() == dt.date(2026, 4, 2)
        assert re.search(
            r"Jonah Petrie saved changes while you were editing \([^)]*Excerpt", text_of(response)
        )
        newest = article.versions.newest_first().first()
        assert (newest.number, newest.action, newest.by) == (3, Version.Action.MERGED, admin_user)
        said = LogEntry.objects.order_by("-pk")[0].get_change_message()
        assert said == "Changed Title and Text."

    def test_keeps_cleared_fields_and_microseconds(self, admin_client, jonah, article):
        opened, published_at = shown_form(admin_client, page_of(article)), article.published_at
        save(jonah, article, opened, title="Theirs")

        save(admin_client, article, opened, excerpt="", keywords="")

        assert (article.title, article.excerpt, article.keywords) == ("Theirs", "", [])
        assert article.published_at == published_at

    def test_pages_are_merged(self, admin_client, jonah):
        page = create_page(title="About", meta_description="Short.")
        mine = shown_form(admin_client, page_of(page))
        save(jonah, page, mine, meta_description="Theirs.", language="de")

        save(admin_client, page, mine, title="Mine")

        assert (page.title, page.meta_description, page.language) == ("Mine", "Theirs.", "de")

    def test_unread_merge_is_not_published(self, admin_client, jonah):
        article = create_article(title="Tides", status="new")
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, excerpt="Unread.")

        page = admin_client.post(page_of(article), mine | {"title": "Mine", "_publish": "1"}, follow=True)

        article.refresh_from_db()
        assert (article.title, article.excerpt, article.status) == ("Mine", "Unread.", "new")
        assert "Not published: review the merged changes first" in text_of(page)

    def test_stays_published_if_the_other_published_it(self, admin_client, jonah):
        article = create_article(title="Tides", status="new")
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, _publish="1")

        save(admin_client, article, mine, title="Mine", _publish="1")

        assert (article.title, article.status) == ("Mine", "published")

    def test_is_published_if_only_the_lock_version_changed(self, admin_client):
        article = create_article(title="Tides", status="new")
        save(admin_client, article, shown_form(admin_client, page_of(article)), language="de")
        mine = shown_form(admin_client, page_of(article))
        Article.objects.filter(pk=article.pk).update(lock_version=F("lock_version") + 1)

        save(admin_client, article, mine, title="Mine", _publish="1")

        assert (article.title, article.status) == ("Mine", "published")


class TestCategoriesAndAuthors:
    def names(self, article):
        links = article.category_links.values_list("category__name", "level")
        return set(links), {author.name for author in article.authors.all()}

    def test_rows_of_the_other_keep_their_order(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        ice, bo = create_category("Ice"), create_author("Bo")
        save(
            jonah,
            article,
            mine
            | {"category_links-0-category": ice.pk, "category_links-0-level": 2}
            | {"author_links-TOTAL_FORMS": 2, "author_links-1-author": bo.pk},
        )

        save(admin_client, article, mine, title="Mine")

        assert self.names(article) == ({("Ice", 2)}, {"Ida", "Bo"})

    def test_rows_removed_by_the_other_stay_removed(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine | {"category_links-0-DELETE": "on", "author_links-0-DELETE": "on"})

        save(admin_client, article, mine, title="Mine")

        assert (article.title, *self.names(article)) == ("Mine", set(), set())

    def test_rows_added_by_both_are_kept(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        ice, fog, bo = create_category("Ice"), create_category("Fog"), create_author("Bo")

        def added(category):
            return {"category_links-TOTAL_FORMS": 2, "category_links-1-category": category.pk} | {
                "category_links-1-level": 2
            }

        save(jonah, article, mine | added(ice))

        save(
            admin_client,
            article,
            mine | added(fog) | {"author_links-TOTAL_FORMS": 2, "author_links-1-author": bo.pk},
        )

        assert self.names(article) == ({("Sea", 1), ("Ice", 2), ("Fog", 2)}, {"Ida", "Bo"})

    def test_merged_categories_use_the_new_name(self, admin_client, jonah, article, sea):
        save(admin_client, article, shown_form(admin_client, page_of(article)), language="de")
        mine = shown_form(admin_client, page_of(article))
        merge_categories([sea], create_category("Ocean"))
        save(jonah, article, shown_form(jonah, page_of(article)) | {"excerpt": "Theirs."})

        save(admin_client, article, mine, title="Mine")

        assert (article.title, *self.names(article)) == ("Mine", {("Ocean", 1)}, {"Ida"})


class TestConflict:
    @pytest.fixture
    def compared(self, admin_client, jonah, article):
        """The comparison after a second save, with the title and a paragraph to decide."""
        mine = shown_form(admin_client, page_of(article))
        theirs = mine | {"title": "Theirs", "excerpt": "Theirs.", "body": WORDS.replace("Water", "Fire")}
        save(jonah, article, theirs)
        changes = {"title": "Mine", "keywords": "mine", "body": WORDS.replace("Water", "Ice")}
        return save(admin_client, article, mine, **changes)

    def test_is_compared_and_saved_as_one_version(self, admin_client, compared, article):
        text, before = words_of(compared), (article.title, article.lock_version)

        response = decide(admin_client, article, compared, "ours", "theirs")

        assert "You and Jonah Petrie both changed this article" in text
        assert "2 merged, 2 to decide" in text
        assert "Jonah Petrie, saved" in text
        assert before == ("Theirs", 2)
        assert response.status_code == 302
        assert (article.title, article.body[:4]) == ("Mine", "Fire")
        assert (article.excerpt, article.keywords) == ("Theirs.", ["mine"])
        assert [version.action for version in article.versions.order_by("number")] == [
            *("first", "saved", "merged")
        ]

    def test_own_version_is_saved(self, admin_client, compared, article):
        decide(admin_client, article, compared, "theirs", "other", words="Air comes and goes.")

        assert (article.title, article.body[:4]) == ("Theirs", "Air ")

    def test_is_shown_until_decided_and_keeps_choices(self, admin_client, compared, article):
        names = list(dict.fromkeys(re.findall(r'name="(choice-\w+-\d+)"', compared.content.decode())))
        data = form_data(compared.content.decode())
        chosen = {names[0]: "ours", f"{names[1]}-words": "Air.", "_continue": "1"}

        again = admin_client.post(page_of(article), data | chosen)

        assert "Some differences still need a decision" in text_of(again)
        kept = form_data(again.content.decode())
        assert (kept[names[0]], kept[f"{names[1]}-words"], kept["keywords"]) == ("ours", "Air.", "mine")

    def test_one_button_chooses_a_side_for_all(self, admin_client, compared, article):
        data = form_data(compared.content.decode())

        for side, title in (("ours", "Mine"), ("theirs", "Theirs")):
            with transaction.atomic():
                chosen = admin_client.post(page_of(article), data | {"_all": side})
                save(admin_client, article, form_data(chosen.content.decode()))
                transaction.set_rollback(True)

            assert "2 of 2 decided." in text_of(chosen)
            assert article.title == title

    def test_is_compared_again_after_a_third_save(self, admin_client, jonah, compared, article):
        save(jonah, article, shown_form(jonah, page_of(article)) | {"language": "de"})

        again = decide(admin_client, article, compared, "ours", "theirs")
        assert "The article changed after you opened this page" in text_of(again)
        save(admin_client, article, form_data(again.content.decode()))

        assert (article.title, article.language, article.keywords) == ("Mine", "de", ["mine"])

    def test_back_returns_to_the_form(self, admin_client, compared, article):
        data = form_data(compared.content.decode())

        edit = admin_client.post(page_of(article), data | {"_back": "1"})
        form = form_data(edit.content.decode())

        assert (form["title"], form["keywords"], form["body"]) == (
            "Mine",
            "mine",
            WORDS.replace("Water", "Ice"),
        )
        assert "Save again to merge both versions" in text_of(edit)
        assert "You and Jonah Petrie both changed" in text_of(save(admin_client, article, form))

    def test_is_published_after_the_decision(self, admin_client, jonah):
        article = create_article(title="Tides", status="new")
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, title="Theirs")
        page = admin_client.post(page_of(article), mine | {"title": "Mine", "_publish": "1"})

        assert "Save and publish" in text_of(page)
        decide(admin_client, article, page, "ours", press="_publish")

        assert (article.title, article.status) == ("Mine", "published")

    def test_own_second_window_is_a_conflict(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article))
        save(admin_client, article, mine, title="First")

        page = save(admin_client, article, mine, title="Second")

        assert "This article was changed twice" in text_of(page)
        assert article.title == "First"

    def test_pages_are_compared(self, admin_client, jonah):
        row = create_page(title="About")
        mine = shown_form(admin_client, page_of(row))
        save(jonah, row, mine, title="Theirs")

        page = save(admin_client, row, mine, title="Mine", language="de")
        decide(admin_client, row, page, "ours")

        assert "You and Jonah Petrie both changed this page" in text_of(page)
        assert (row.title, row.language) == ("Mine", "de")

    def test_keeps_typed_rows(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, title="Theirs")
        bo = create_author("Bo")
        page = save(
            admin_client,
            article,
            mine | {"author_links-TOTAL_FORMS": 2, "author_links-1-author": bo.pk, "title": "Mine"},
        )

        decide(admin_client, article, page, "theirs")

        assert {author.name for author in article.authors.all()} == {"Ida", "Bo"}


class TestOwnVersion:
    @pytest.fixture
    def compared(self, admin_client, jonah, article):
        """Return a function that makes two editors change the same field, and returns the comparison."""

        def compared(ours, theirs):
            opened = shown_form(admin_client, page_of(article))
            save(jonah, article, opened | theirs)
            return save(admin_client, article, opened | ours)

        return compared

    def test_image_is_chosen_from_the_newest(self, admin_client, compared, article):
        one, two, three = (create_image(alt=alt) for alt in ("One", "Two", "Three"))
        page = compared({"hero_image": one.pk}, {"hero_image": two.pk})

        decide(admin_client, article, page, "other", words=str(three.pk))

        assert article.hero_image == three

    def test_categories_have_levels(self, admin_client, compared, article):
        ice = create_category("Ice")
        page = compared({"category_links-0-level": 2}, {"category_links-0-level": 3})

        refused = decide(admin_client, article, page, "other", words="Nothing")
        decide(admin_client, article, page, "other", words="Sea (niche)\r\nIce (general)")

        assert "There is no “Nothing” here." in text_of(refused)
        links = article.category_links.values_list("category__name", "level")
        assert set(links) == {("Sea", Category.Level.NICHE), (ice.name, Category.Level.GENERAL)}


class TestNothingIsLost:
    def test_unknown_base_is_compared(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article)) | {"title": "Mine", "body": "Mine.\r\n"}
        save(admin_client, article, shown_form(admin_client, page_of(article)) | {"title": "Theirs"})

        for forged in ("", "99", "nonsense", "9" * 40):
            page = save(admin_client, article, mine | {"opened": forged})
            assert "2 to decide" in text_of(page)
        assert (article.title, article.body) == ("Theirs", WORDS.replace("\r\n", "\n"))

    def test_forged_base_of_a_page_is_compared(self, admin_client):
        row = create_page(title="About")
        mine = shown_form(admin_client, page_of(row)) | {"opened": '{"title": []}', "title": "Mine"}
        save(admin_client, row, shown_form(admin_client, page_of(row)) | {"title": "Theirs"})

        page = save(admin_client, row, mine)

        assert "1 to decide" in text_of(page)

    def test_invalid_values_are_kept(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, excerpt="Theirs.")

        page = save(admin_client, article, mine, title="", language="no language", body="Mine.\r\n")
        form = form_data(page.content.decode())
        mended = save(admin_client, article, form, title="Mine", language="de")

        assert (form["body"], form["language"]) == ("Mine.\r\n", "no language")
        assert mended.status_code == 302
        assert (article.title, article.excerpt, article.body) == ("Mine", "Theirs.", "Mine.\n")


class TestHostile:
    def test_typed_text_is_escaped(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        fields = ("title", "excerpt", "share_quote", "body")

        def typed(whose):
            # Readers see nothing of the paragraph with HOSTILE.
            return dict.fromkeys(fields, f"{whose}.\n\n{HOSTILE}")

        save(jonah, article, mine | typed("Theirs"))

        page = save(admin_client, article, mine | typed("Mine"))

        assert "4 to decide" in text_of(page)
        assert find_active_markup(page.content.decode()) == []

    def test_unknown_fields_are_ignored(self, admin_client, jonah, article):
        mine = shown_form(admin_client, page_of(article))
        save(jonah, article, mine, title="Theirs")
        forged = {"choice-x-1": "ours", "choice-x-1-words": HOSTILE, "status": "published", HOSTILE: "1"}

        page = save(admin_client, article, mine | forged, title="Mine")
        decide(admin_client, article, page, "ours")

        assert find_active_markup(page.content.decode()) == []
        assert article.title == "Mine"
