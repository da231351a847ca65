"""Each action in the admin and each import records versions with action and user."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.category_merge import merge_categories, rename_category
from blog.articles.versions.contents import article_contents, with_current_names
from blog.articles.versions.history import latest_imported_version, version_contents
from blog.models import Article, Category, Version
from tests.support import factories
from tests.support.admin_pages import ADD, LIST, create_article, page_of, press, shown_form
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

TOMORROW = dt.timedelta(days=1)
ACTS = {}


def does(what):
    """Register a function as an action to test. It returns the article that it changed."""

    def register(function):
        ACTS[function.__name__] = function, what
        return function

    return register


def stored(article):
    return Article.objects.get(pk=article.pk)


def save(client, article, button="_continue", **typed):
    client.post(page_of(article), shown_form(client, page_of(article)) | {button: "1"} | typed)
    return article


@does("saved")
def save_words(client):
    return save(client, create_article(), title="Ebb")


@does("saved")
def save_rows(client):
    article, category = create_article(), factories.create_category("Sea")
    rows = {"category_links-0-category": category.pk, "category_links-0-level": 0}
    return save(client, article, **{"category_links-TOTAL_FORMS": 1} | rows)


@does("published")
def save_and_publish(client):
    return save(client, create_article(), "_publish", title="Ebb")


@does("scheduled")
def save_and_schedule(client):
    return save(client, create_article(published_at=timezone.now() + TOMORROW), "_publish")


@does("unpublished")
def save_and_unpublish(client):
    return save(client, factories.create_article(), "_unpublish")


@does("published")
def publish_from_the_list(client):
    article = create_article()
    press(client, "publish", article)
    return article


@does("unpublished")
def unpublish_from_the_list(client):
    article = factories.create_article()
    press(client, "unpublish", article)
    return article


@does("scheduled")
def schedule(client):
    article = create_article()
    address = reverse("admin:blog_article_schedule", query={"article": article.pk})
    shown = shown_form(client, address)
    client.post(address, shown | {"_schedule": "1"})
    return article


@does("bulk")
def feature(client):
    article = create_article()
    press(client, "feature", article)
    return article


@does("submitted")
def submit(client):
    article = create_article()
    client.post(reverse("admin:blog_article_submit", args=[article.pk]), {"note": "Ready."})
    return article


@does("unpublished")
def move_to_the_trash(client):
    article = factories.create_article()
    client.post(LIST, {"action": "move_to_trash", "_selected_action": article.pk, "confirmed": "yes"})
    return article


class TestActs:
    @pytest.mark.parametrize("name", ACTS)
    def test_actions_record_one_version_with_action_and_user(self, admin_client, admin_user, name):
        function, what = ACTS[name]

        article = function(admin_client)

        first, kept = article.versions.order_by("number")
        assert (first.action, first.by) == ("first", None)
        assert (kept.action, kept.by, kept.by_name) == (what, admin_user, "admin")
        assert version_contents(kept) == article_contents(stored(article))

    def test_adding_an_article_records_the_first_version(self, admin_client, admin_user):
        form = shown_form(admin_client, ADD)
        admin_client.post(ADD, form | {"title": "Ebb", "slug": "ebb", "body": "Water."})

        kept = Version.objects.get()

        assert (kept.action, kept.by, kept.number) == ("saved", admin_user, 1)
        assert version_contents(kept)["title"] == "Ebb"

    def test_returning_an_article_records_the_note(self, admin_client):
        article = submit(admin_client)

        admin_client.post(reverse("admin:blog_article_return", args=[article.pk]), {"note": "The date?"})

        assert list(article.versions.order_by("number").values_list("action", "note")) == [
            ("first", ""),
            ("submitted", "Ready."),
            ("returned", "The date?"),
        ]

    def test_changed_provenance_records_the_reason(self, admin_client):
        article = create_article(generated_by="Gemini")

        save(admin_client, article, provenance="people", provenance_reason="Ida wrote it.", note="And well.")

        kept = article.versions.newest_first().first()
        reason = "Provenance: people instead of Gemini (as stated in the file), because Ida wrote it."
        assert (kept.action, kept.note) == ("saved", f"{reason}\nAnd well.")
        assert version_contents(kept)["provenance"] == "people"

    def test_actions_without_changes_and_rejected_ones_record_nothing(self, admin_client):
        article = save(admin_client, create_article())

        save(admin_client, article)
        save(admin_client, article, title="")

        assert article.versions.count() == 1

    def test_restoring_from_the_trash_records_nothing(self, admin_client):
        article = move_to_the_trash(admin_client)

        admin_client.post(reverse("admin:blog_article_restore", args=[article.pk]))

        assert article.versions.count() == 2


class TestNamesOfCategories:
    @pytest.fixture
    def article(self):
        sea = factories.create_category("Sea")
        return create_article(primary_category=sea, categories={sea: Category.Level.GENERAL})

    def test_renaming_a_category_records_no_version(self, article):
        sea = Category.objects.get()
        sea.name = "Seas"
        rename_category(sea)
        merge_categories([sea], factories.create_category("Ocean"))

        assert article.versions.count() == 0

    def test_renamed_category_is_no_difference(self, article):
        before = article_contents(stored(article))
        sea, ocean = Category.objects.get(), factories.create_category("Ocean")

        merge_categories([sea], ocean)
        ocean.name = "Oceans"
        rename_category(ocean)

        named, now = with_current_names(before, article_contents(stored(article)))
        assert named == now
        assert named["primary_category"] == {"id": ocean.pk, "name": "Oceans"}

    def test_names_of_deleted_rows_are_kept(self, article):
        before = article_contents(stored(article))
        article.category_links.all().delete()
        Article.objects.filter(pk=article.pk).update(primary_category=None)
        Category.objects.all().delete()

        assert with_current_names(before) == [before]


class TestImports:
    def test_import_records_the_first_version(self, tmp_path):
        (tmp_path / "tide.jpg").write_bytes(image_bytes())
        write(
            tmp_path,
            body="![Tides](https://images.example.com/1.jpg)\n\n![A tide](tide.jpg)\n\nWater.\n",
            image="https://images.example.com/2.jpg",
            imageAlt="A tide table",
            categories=[{"type": "general", "name": "Sea"}, {"type": "niche", "name": "Ebb"}],
            author="Ida Aas",
            keywords=["sea", "moon"],
            generatedBy="Gemini",
        )

        run(tmp_path)

        version = Version.objects.get()
        assert (version.action, version.number, version.by, version.by_name) == ("imported", 1, None, "")
        assert version_contents(version) == article_contents(Article.objects.get())
        assert version_contents(version)["categories"][1]["name"] == "Ebb"
        assert [link["address"] for link in version_contents(version)["body_images"]] == ["tide.jpg"]

    @pytest.mark.both_databases
    def test_import_of_a_changed_file_records_another_version(self, tmp_path):
        write(tmp_path)
        run(tmp_path)
        write(tmp_path, title="Ebb")

        run(tmp_path)

        article = Article.objects.get()
        assert [version_contents(version)["title"] for version in article.versions.order_by("number")] == [
            "Tides",
            "Ebb",
        ]
        assert latest_imported_version(article).number == 2

    def test_import_records_the_earlier_state_of_an_old_article(self, tmp_path):
        write(tmp_path)
        run(tmp_path)
        Version.objects.all().delete()
        write(tmp_path, title="Ebb")

        run(tmp_path)

        first, second = Version.objects.order_by("number")
        assert (first.action, version_contents(first)["title"]) == ("first", "Tides")
        assert (second.action, version_contents(second)["title"]) == ("imported", "Ebb")

    def test_unchanged_files_and_dry_runs_record_nothing(self, tmp_path):
        write(tmp_path)
        run(tmp_path, dry_run=True)
        assert Version.objects.count() == 0

        run(tmp_path)
        run(tmp_path)

        assert Version.objects.count() == 1

    def test_import_takes_the_same_queries_for_any_number_of_files(self, tmp_path):
        def queries(folder, number):
            for each in range(number):
                write(folder, f"{each}.md", title=f"{folder.name} {each}", slug=f"{folder.name}-{each}")
            with CaptureQueriesContext(connection) as captured:
                run(folder)
            kept = ("blog_version", 'FROM "blog_articlecategory"', 'FROM "blog_bodyimage"')
            return [query["sql"] for query in captured if any(name in query["sql"] for name in kept)]

        few, many = queries(tmp_path / "few", 2), queries(tmp_path / "many", 12)

        assert len(many) == len(few)
        assert Version.objects.count() == 14
