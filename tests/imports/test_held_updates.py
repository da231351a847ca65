"""Held updates: one per article, recognised when imported again, decided on once."""

from datetime import UTC, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.articles.actions.restore import write_contents
from blog.articles.versions.contents import article_contents
from blog.articles.versions.merge import merge
from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from blog.imports.comparison import RowsByName, contents_of_fields
from blog.imports.held import decide_update, hold_update, reopen_update
from blog.imports.held_images import held_image, keep_held_image
from blog.models import Article, Category, HeldUpdate
from tests.support.changes import publish
from tests.support.factories import create_article, create_category
from tests.support.import_files import run, write

State = HeldUpdate.State


@pytest.fixture
def mara(db):
    return User.objects.create_user("mara", first_name="Mara")


@pytest.fixture
def article(db):
    return create_article(title="Tides")


def hold(article, data=b"Other words.", **options):
    source = {"source_name": "posts", "root": "/posts", "path": "tides.md"}
    return hold_update(article, data=data, digest=data.hex(), **source | options)


class TestHolding:
    def test_newer_file_replaces_the_older(self, article):
        older = hold(article, images={"sea.png": b"old", "moon.png": b"moon"})
        with_images = dict(older.images)
        newer = hold(article, b"Newer words.", images={"moon.png": b"moon"})

        assert (newer.pk, bytes(HeldUpdate.objects.get().data)) == (older.pk, b"Newer words.")
        assert held_image(newer.images["moon.png"]) == b"moon"
        assert newer.images["moon.png"] == with_images["moon.png"]

    @pytest.mark.both_databases
    def test_database_allows_one_waiting_update(self, article):
        hold(article)

        with pytest.raises(IntegrityError), transaction.atomic():
            HeldUpdate.objects.create(article=article, digest="other")


class TestDeciding:
    def test_records_user_and_time(self, article, mara):
        held = hold(article)

        assert decide_update(held, State.DECLINED, by=mara)

        assert (held.state, held.decided_by, held.decided_by_name) == ("declined", mara, "Mara")
        assert held.decided_at is not None
        assert not HeldUpdate.objects.waiting().exists()

    def test_is_possible_only_once(self, article, mara):
        held = hold(article)
        same = HeldUpdate.objects.get()
        decide_update(held, State.ACCEPTED, by=mara)

        assert not decide_update(same, State.DECLINED, by=mara)
        assert HeldUpdate.objects.get().state == "accepted"

    def test_applies_only_to_the_file_that_was_shown(self, article, mara):
        looked_at = hold(article)
        hold(article, b"Newer words.")

        assert not decide_update(looked_at, State.ACCEPTED, by=mara)
        assert HeldUpdate.objects.get().is_waiting

    def test_can_be_reopened_until_a_newer_file_waits(self, article, mara):
        held = hold(article)
        decide_update(held, State.DECLINED, by=mara)

        assert reopen_update(held)
        assert HeldUpdate.objects.waiting().get() == held

        decide_update(held, State.DECLINED, by=mara)
        hold(article, b"Newer words.")
        assert not reopen_update(held)


class TestImages:
    @pytest.fixture
    def digest(self):
        return keep_held_image(b"a picture")

    def test_are_stored_once_without_a_url(self, client, db, digest):
        assert keep_held_image(b"a picture") == digest
        assert held_image(digest) == b"a picture"
        (folder,) = default_storage.listdir("held")[0]
        assert default_storage.listdir(f"held/{folder}")[1] == [digest]
        assert client.get(f"/media/held/{folder}/{digest}").status_code == 404

    @pytest.mark.django_db(transaction=True)
    def test_of_a_replaced_file_are_deleted_unless_used(self):
        held = hold(create_article(), images={"sea.png": b"sea", "moon.png": b"moon"})
        other = hold(create_article(), images={"moon.png": b"moon"})
        sea, moon = held.images["sea.png"], held.images["moon.png"]

        hold(held.article, b"Newer words.")

        with pytest.raises(FileNotFoundError):
            held_image(sea)
        assert held_image(moon) == b"moon"
        assert other.images["moon.png"] == moon

    @pytest.mark.django_db(transaction=True)
    def test_of_a_decided_file_are_kept_for_a_day(self):
        held = hold(create_article(), images={"sea.png": b"sea"})
        decide_update(held, State.DECLINED, by=None)
        digest = held.images["sea.png"]
        hold(create_article())
        assert held_image(digest) == b"sea"
        HeldUpdate.objects.filter(pk=held.pk).update(decided_at=timezone.now() - timedelta(days=2))

        hold(create_article())

        with pytest.raises(FileNotFoundError):
            held_image(digest)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "delete", [Article.delete, lambda article: Article.objects.filter(pk=article.pk).delete()]
    )
    def test_are_deleted_with_their_article_unless_used(self, delete):
        held = hold(create_article(), images={"sea.png": b"sea", "moon.png": b"moon"})
        hold(create_article(), images={"moon.png": b"moon"})

        delete(held.article)

        with pytest.raises(FileNotFoundError):
            held_image(held.images["sea.png"])
        assert held_image(held.images["moon.png"]) == b"moon"


class TestContentsOfAFile:
    KEYS = {
        "excerpt": "In short.",
        "category": "Sea",
        "categories": [{"type": "general", "name": "Sea"}, {"type": "niche", "name": "Ebb"}],
        "keywords": ["sea", "moon"],
        "author": ["Ida Aas"],
        "image": "https://pictures.example/1.jpg",
        "imageAlt": "A tide table",
        "imageCredit": "Photo by [Tove](https://pictures.example/@tove) on Example",
        "generatedBy": "Gemini",
        "featured": True,
    }

    def fields(self, path):
        return read_fields(parse_document(path.read_bytes()), path=path.name, time_zone=UTC)

    @pytest.fixture
    def imported(self, db, folder):
        write(folder, **self.KEYS)
        run(folder)
        return Article.objects.get()

    def test_that_was_imported_are_those_of_its_article(self, imported, folder):
        now = article_contents(imported)

        assert contents_of_fields(self.fields(folder / "tides.md"), now, RowsByName()) == now

    def test_are_those_of_the_article_after_its_categories_were_renamed(self, imported, folder):
        sea = Category.objects.get(name="Sea")
        sea.name = "Oceans"
        sea.save()
        now = article_contents(Article.objects.get())

        assert contents_of_fields(self.fields(folder / "tides.md"), now, RowsByName()) == now

    def test_keep_fields_that_files_cannot_set(self, imported, folder):
        publish(imported)
        imported.slug = "tides-2"
        imported.save()
        now = article_contents(imported)

        found = contents_of_fields(self.fields(folder / "tides.md"), now, RowsByName())

        assert (found["status"], found["published_at"], found["slug"]) == (
            "published",
            now["published_at"],
            "tides-2",
        )

    def test_merge_with_what_an_editor_changed(self, imported, folder):
        base = article_contents(imported)
        imported.title = "High Tides"
        imported.save()
        keys = self.KEYS | {"excerpt": "Anew.", "categories": [{"type": "niche", "name": "Moons"}]}
        file = write(folder, **keys, body="Water comes and goes twice a day.\n")

        merged = merge(
            base, article_contents(imported), contents_of_fields(self.fields(file), base, RowsByName())
        )
        write_contents(imported, merged.contents)

        row = Article.objects.get()
        assert merged.is_clean
        assert (row.title, row.excerpt) == ("High Tides", "Anew.")
        assert row.body == "\nWater comes and goes twice a day.\n"
        assert [(str(link.category), link.level) for link in row.category_links.all()] == [("Moons", 4)]
        assert row.versions.first().action == "merged"

    def test_name_a_new_category_without_a_key(self, imported, folder):
        create_category("Known")
        file = write(folder, **self.KEYS | {"categories": ["known", "Unknown"]})

        found = contents_of_fields(self.fields(file), article_contents(imported), RowsByName())["categories"]

        assert [(entry["id"] is None, entry["name"]) for entry in found] == [
            (False, "Known"),
            (True, "Unknown"),
        ]
