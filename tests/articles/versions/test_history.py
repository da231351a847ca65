"""Versions: recorded for each change, read unchanged, and restored as a new version."""

import copy
import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from blog.articles.actions.restore import restore, write_contents
from blog.articles.changes import changing
from blog.articles.models import StaleArticleError
from blog.articles.versions.contents import FIELDS, article_contents, digest_of
from blog.articles.versions.history import (
    DamagedVersionError,
    ensure_first_versions,
    latest_imported_version,
    record_versions,
    version_before,
    version_contents,
)
from blog.base.models import AppendOnlyError
from blog.images.models import store_image
from blog.models import Article, Category, Redirect, Version
from tests.support.changes import record_version, unpublish
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    return User.objects.create_user("mara", first_name="Mara", last_name="Lindqvist")


@pytest.fixture
def article(article_of_class):
    return copy.deepcopy(article_of_class)


@pytest.fixture(scope="class")
def article_of_class(rows_of_class):
    return create_article(
        title="Tides",
        slug="tides",
        body="One.\n\nTwo.\n",
        excerpt="In short.",
        keywords=["sea", "moon"],
        hero_image=create_image(alt="A tide table", credit_creator="Tove"),
        primary_category=create_category("Oceans"),
        categories={
            create_category("Sea"): Category.Level.GENERAL,
            create_category("Ebb"): Category.Level.NICHE,
        },
        authors=[create_author("Ida Aas"), create_author("Bo Ek")],
        published_at=dt.datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=dt.UTC),
    )


def saved(article, **changes):
    """Save changes with another instance of the article, and record a version."""
    row = Article.objects.get(pk=article.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return record_version(row)


def queries_of(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


class TestContents:
    def test_contents_are_all_that_readers_see_and_read_from_the_database(self, article):
        article.title = "Never saved"

        contents = version_contents(record_version(article))

        assert tuple(contents) == FIELDS
        assert (contents["title"], contents["slug"], contents["status"]) == ("Tides", "tides", "published")
        assert (contents["body"], contents["keywords"]) == ("One.\n\nTwo.\n", ["sea", "moon"])
        assert contents["published_at"] == "2026-03-01T10:00:00.123456+00:00"
        assert contents["hero_image"]["alt"] == "A tide table"
        assert contents["hero_image"]["credit"] == ["Tove", "", ""]
        assert contents["primary_category"]["name"] == "Oceans"
        levels = [(entry["name"], entry["level"]) for entry in contents["categories"]]
        assert levels == [("Sea", "general"), ("Ebb", "niche")]
        assert [entry["name"] for entry in contents["authors"]] == ["Ida Aas", "Bo Ek"]

    def test_order_of_keys_does_not_change_the_digest(self, article):
        contents = article_contents(article)

        assert digest_of(dict(reversed(contents.items()))) == digest_of(contents)
        assert digest_of(contents | {"title": "Tide"}) != digest_of(contents)

    def test_contents_include_images_in_the_text(self):
        image = store_image(image_bytes())
        article = create_article(body=f"![A tide]({image.url})")

        (link,) = version_contents(record_version(article))["body_images"]

        assert link == {"address": image.url, "id": image.pk, "file": image.file.name}


class TestKeeping:
    def test_versions_have_numbers_from_one_and_a_user_whose_name_stays(self, article, mara):
        first = record_version(article, action=Version.Action.IMPORTED)
        article.title = "Ebb"
        article.save()
        second = record_version(article, by=mara, note="A better word.")
        mara.delete()

        assert (first.number, first.by, first.by_name, first.action) == (1, None, "", "imported")
        stored = article.versions.get(number=2)
        assert (stored.by, stored.by_name) == (None, "Mara Lindqvist")
        assert (second.action, second.note) == ("saved", "A better word.")

    def test_save_without_changes_records_nothing(self, article):
        first = record_version(article)

        assert record_version(article) == first
        assert record_version(article, note="Looked through.").number == 2
        assert record_version(article, action=Version.Action.SUBMITTED).number == 3

    @pytest.mark.both_databases
    def test_each_version_is_read_unchanged(self, article):
        kept = []
        for number in range(30):
            body = f"{article.body}\n\n".join(f"Paragraph {part} of {number % 7}." for part in range(number))
            kept.append(saved(article, body=body or "None.", title=f"Tides {number}"))

        for number, version in enumerate(article.versions.with_contents().order_by("number")):
            assert version_contents(version)["title"] == f"Tides {number}"
            assert digest_of(version_contents(version)) == version.digest == kept[number].digest

    def test_stores_a_small_change_small_against_a_whole_version(self, article):
        first = saved(article, body="".join(f"Word{number} " for number in range(2000)))
        second = saved(article, title="Tides and moons")
        third = saved(article, title="Tides, moons")
        fourth = saved(article, body="".join(f"Other{number * 7} " for number in range(2000)))

        assert (first.base, second.base, third.base, fourth.base) == (None, first, first, None)
        assert len(second.data) < len(first.data) / 20

    def test_is_in_the_transaction_of_the_change(self, article):
        def killed_half_way():
            with changing([article]):
                article.title = "Half"
                article.save()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            killed_half_way()

        assert Article.objects.get().title == "Tides"
        assert not Version.objects.exists()

    def test_first_version_is_recorded_before_a_change(self, article, mara):
        with changing([article], by=mara, action=Version.Action.BULK):
            unpublish(Article.objects.filter(pk=article.pk))

        now, before = article.versions.all()
        assert (before.action, version_contents(before)["status"]) == ("first", "published")
        assert (now.action, now.by, version_contents(now)["status"]) == ("bulk", mara, "new")

    def test_first_version_is_recorded_once(self):
        articles = create_articles(3)
        record_version(articles[0])

        assert ensure_first_versions(articles) == 2
        assert ensure_first_versions(articles) == 0

    def test_returns_versions_in_the_order_of_the_articles(self):
        articles = create_articles(5)[::-1]

        assert [version.article for version in record_versions(articles)] == articles

    def test_deleted_article_records_nothing(self, article):
        key = article.pk
        article.delete()
        article.pk = key

        assert record_versions([article]) == []


class TestCost:
    def test_30th_version_costs_as_much_as_the_second(self, article):
        record_version(article)
        few = queries_of(lambda: saved(article, title="Ebb"))
        for number in range(30):
            record_version(article, note=f"Read it for the {number}th time.")

        assert queries_of(lambda: saved(article, title="Tides 30")) == few

    def test_list_takes_one_query_and_reading_one_more(self, article):
        for number in range(20):
            saved(article, title=f"Tides {number}")

        assert queries_of(lambda: [str(version.action) for version in article.versions.for_list()]) == 1
        version = article.versions.with_contents().get(number=17)
        assert queries_of(lambda: version_contents(version)) == 0


class TestAppendOnly:
    @pytest.mark.both_databases
    def test_a_version_is_never_saved_again_nor_deleted_once_approved(self, article):
        version = record_version(article)
        version.approve()
        version.note = "Another story."

        for change in (
            version.save,
            lambda: article.versions.update(note="Another story."),
            version.delete,
            lambda: article.versions.all().delete(),
        ):
            with pytest.raises(AppendOnlyError):
                change()
        kept = article.versions.get()
        assert (kept.note, kept.is_approved) == ("", True)

    @pytest.mark.both_databases
    def test_numbers_are_unique(self, article):
        record_version(article)

        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.create(article=article, number=1, action="saved", data=b"", digest="")

    def test_versions_are_deleted_with_their_article(self, article):
        saved(article, title="Tides 1")
        saved(article, title="Tides 2")
        article.versions.first().approve()
        other = create_article()
        record_version(other)

        Article.objects.filter(pk=article.pk).delete()

        assert [version.article for version in Version.objects.all()] == [other]

    @pytest.mark.parametrize("damage", [b"", b"nonsense", None])
    def test_damaged_version_is_detected(self, article, damage):
        version = record_version(article)
        version.data = damage if damage is not None else record_version(create_article()).data

        with pytest.raises(DamagedVersionError):
            version_contents(version)


class TestRestoring:
    def test_restores_text_and_links_as_a_new_version(self, article, mara):
        before = record_version(article)
        article.title, article.body, article.keywords = "Ebb", "Other.", []
        article.hero_image = article.primary_category = None
        article.save()
        article.category_links.all().delete()
        article.author_links.all().delete()
        record_version(article)

        restored, missing = restore(article, before, by=mara, note="The old one was better.")

        assert missing == []
        assert (restored.number, restored.action) == (3, "restored")
        assert (restored.by, restored.note) == (mara, "The old one was better.")
        assert restored.digest == before.digest
        assert article.versions.count() == 3

    @pytest.mark.parametrize("is_suggested", [True, False])
    def test_restores_whether_a_flag_was_only_suggested(self, article, is_suggested):
        article.is_featured, article.featured_is_suggested = True, is_suggested
        article.save()
        before = record_version(article)
        article.is_featured, article.featured_is_suggested = False, False
        article.save()

        restore(article, before)

        article.refresh_from_db()
        assert (article.is_featured, article.featured_is_suggested) == (True, is_suggested)

    def test_with_state_restores_status_and_date(self, article):
        before = record_version(article)
        article.status, article.published_at = "new", None
        article.save()

        write_contents(article, version_contents(before), action=Version.Action.UNDONE, with_state=True)

        row = Article.objects.get()
        assert (row.status, row.published_at) == ("published", article.published_at)
        assert article.versions.first().digest == before.digest

    @pytest.mark.parametrize("is_taken", [False, True])
    def test_restored_slug_leaves_a_redirect_and_gets_a_number_if_it_is_taken(self, article, is_taken):
        before = record_version(article)
        article.slug = "ebb"
        article.save()
        if is_taken:
            create_article(slug="tides")

        restore(article, before)

        slug = Article.objects.get(pk=article.pk).slug
        assert (slug, Redirect.objects.get().path) == ("tides-2" if is_taken else "tides", "/articles/ebb/")

    def test_finds_merged_renamed_and_deleted_names(self, article):
        before = record_version(article)
        sea, ebb = (link.category for link in article.category_links.all())
        article.category_links.all().delete()
        sea.name = "The Sea"
        sea.save()
        oceans = article.primary_category
        article.primary_category = None
        article.save()
        oceans.delete()
        sea.add_alias(oceans)
        ebb.delete()

        restore(article, before)

        row = Article.objects.get()
        assert row.primary_category == sea
        assert [str(link.category) for link in row.category_links.all()] == ["The Sea", "Ebb"]

    def test_deleted_remote_image_is_created_again(self, article):
        before = record_version(article)
        image = article.hero_image
        article.hero_image = None
        article.save()
        image.delete()

        restore(article, before)

        again = Article.objects.get().hero_image
        assert (again.source, again.alt, again.credit_creator) == (image.source, "A tide table", "Tove")

    def test_missing_image_is_reported(self):
        image = store_image(image_bytes())
        article = create_article(hero_image=image)
        before = record_version(article)
        article.hero_image = None
        article.save()
        image.delete()

        _restored, missing = restore(article, before)

        assert missing == [f"the image {image.url}, which no longer exists"]
        assert Article.objects.get(pk=article.pk).hero_image is None

    def test_shows_images_again_that_the_text_names_by_a_path(self):
        image = store_image(image_bytes())
        article = create_article(body="Words.")
        article.images_by_address = {"sea.png": image}
        article.body = "![The sea](sea.png)"
        article.save()
        before = record_version(article)
        article.body = "Words."
        article.save()
        assert not article.body_image_links.exists()

        restore(article, before)

        assert image.url in Article.objects.get(pk=article.pk).body_html
        assert article.body_image_links.get().image == image

    def test_restoring_an_outdated_instance_or_the_version_of_another_is_rejected(self, article):
        before = record_version(article)
        stale = Article.objects.get()
        article.title = "Ebb"
        article.save()

        with pytest.raises(StaleArticleError):
            restore(stale, before)
        with pytest.raises(ValueError, match="another"):
            restore(article, record_version(create_article()))
        assert article.versions.count() == 1


class TestComparedWith:
    @pytest.mark.both_databases
    def test_version_before_has_the_next_lower_number(self, article):
        first = record_version(article)
        second = saved(article, title="Ebb")

        assert version_before(second) == first
        assert version_before(first) is None

    def test_latest_imported_version_is_the_last_from_a_file(self, article):
        assert latest_imported_version(article) is None
        record_version(article, action=Version.Action.IMPORTED)
        accepted = record_version(article, action=Version.Action.ACCEPTED)
        saved(article, title="Ebb")

        assert latest_imported_version(article) == accepted
