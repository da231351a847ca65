"""Restore an undone import: wherever nothing has changed since, everything is as before the undo."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from blog.articles.actions.trash import restore as take_out_of_trash
from blog.imports.report import StatusRule
from blog.imports.restore import finish_old_undos, finish_undo, is_restorable, plan_restore, restore_import
from blog.imports.undo import undo_import
from blog.models import (
    Article,
    Author,
    Category,
    HeldUpdate,
    Image,
    ImportEntry,
    ImportRun,
    Redirect,
    SourceFile,
)
from tests.imports.test_undo import a_file, edit, exported, lists_and_counts, media_files
from tests.support.durations import IS_LONG
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db
Kept = ImportEntry.Kept
PUBLIC = {"status": StatusRule.AS_FILE}
ROUNDS = 20 if IS_LONG else 1


def newest():
    return ImportRun.objects.first()


def undo(imported=None):
    return undo_import(imported or newest(), is_restorable=True)


def left():
    return dict(newest().entries.exclude(kept_reason="").values_list("file", "kept_reason"))


def publications():
    return set(Article.objects.in_use().values_list("slug", "status", "published_at"))


@pytest.fixture
def imported(folder):
    """An import of two new, two updated and two unchanged files, which it publishes."""
    for number in range(4):
        a_file(folder, number, "estuary", aliases=[f"/before/{number}/"])
    run(folder, **PUBLIC)
    for number in range(2, 4):
        a_file(folder, number, "sediment", slug=f"moved-{number}", aliases=["/x/"])
    for number in range(4, 6):
        a_file(folder, number, "plankton", aliases=[f"/later/{number}/"])
    run(folder, **PUBLIC)
    return newest()


class TestUnchanged:
    @pytest.mark.both_databases
    def test_everything_is_as_before_the_undo_and_can_be_undone_again(self, imported, tmp_path, admin_user):
        files, lists = exported(tmp_path), lists_and_counts()
        undo()
        undone = exported(tmp_path)
        assert undone != files

        assert plan_restore(newest()).number == 4
        assert restore_import(newest(), by=admin_user) == {"restored": 4, "left": 0}

        assert exported(tmp_path) == files
        now = lists_and_counts()
        redirects = lists.pop("redirects")
        assert redirects <= now.pop("redirects")  # readers may know the URLs of the time between
        assert now == lists
        assert newest().undone_at is None

        undo()
        assert exported(tmp_path) == undone
        undo(ImportRun.objects.last())
        assert not Article.objects.in_use().exists()

    def test_a_killed_restore_continues(self, imported, tmp_path, monkeypatch):
        files = exported(tmp_path)
        undo()
        monkeypatch.setattr("blog.imports.restore.ENTRIES_AT_ONCE", 1)

        def stop(done, total):
            raise KeyboardInterrupt

        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                restore_import(newest(), on_progress=stop)
            assert newest().undone_at
        restore_import(newest())

        assert exported(tmp_path) == files

    def test_a_withdrawn_file_waits_again(self, folder):
        write(folder)
        run(folder)
        Article.objects.update(status="published", published_at=timezone.now())
        write(folder, excerpt="Changed.")
        assert outcomes(run(folder)) == ["held"]
        undo()
        assert not HeldUpdate.objects.waiting().exists()

        restore_import(newest())

        assert HeldUpdate.objects.waiting().get().batch == newest()


class TestChangedSince:
    def test_it_is_left_and_named(self, imported, tmp_path, admin_user):
        undo()
        edit("article-2", excerpt="An editor wrote this.")
        take_out_of_trash(admin_user, Article.objects.filter(slug="article-4"))
        Article.objects.filter(slug="article-5").delete()
        between = exported(tmp_path)

        assert len(plan_restore(newest()).left) == 3
        assert restore_import(newest()) == {"restored": 1, "left": 3}

        assert left() == {"002.md": Kept.SINCE_UNDO, "004.md": Kept.SINCE_UNDO, "005.md": Kept.GONE}
        now = exported(tmp_path)
        different = {name for name in between.keys() | now.keys() if between.get(name) != now.get(name)}
        assert {name for name in different if name.endswith(".md")} == {"003.md"}

    def test_importing_again_creates_the_articles_again(self, imported, folder, tmp_path):
        files = exported(tmp_path)
        undo()

        again = outcomes(run(folder, **PUBLIC))

        assert again == ["unchanged", "unchanged", "updated", "updated", "created", "created"]
        assert exported(tmp_path) == files
        assert restore_import(ImportRun.objects.get(pk=imported.pk))["restored"] == 0
        assert exported(tmp_path) == files

    def test_the_files_are_no_source_to_recognise(self, folder):
        write(folder)
        run(folder, **PUBLIC)
        undo()

        assert outcomes(run(folder, source_name="other", **PUBLIC)) == ["created"]
        assert {slug for slug, *_ in publications()} == {"tides"}

    def test_an_article_that_lacks_an_approval_comes_back_as_new(self, folder, settings):
        a_file(folder, 1, "estuary", generatedBy="Gemini")
        run(folder, **PUBLIC)
        undo()
        settings.REQUIRE_REVIEW = True

        plan = plan_restore(newest())
        restore_import(newest())

        assert (plan.number, plan.as_new) == (1, 1)
        assert Article.objects.in_use().get().status == Article.Status.NEW

    def test_random_changes_are_kept_and_the_rest_is_restored(self, folder, tmp_path, admin_user):
        chance = random.Random(5)  # noqa: S311 -- the same changes each time, not a secret
        for number in range(4):
            a_file(folder, number, "estuary")
        run(folder, **PUBLIC)
        for _ in range(ROUNDS):
            word = chance.choice(("sediment", "plankton", "tides"))
            for number in chance.sample(range(8), 4):
                a_file(folder, number, word)
            run(folder, **PUBLIC)
            before = exported(tmp_path)
            undo()
            touched = set()
            for article in chance.sample(list(Article.objects.in_use()), 2):
                edit(article.slug, excerpt=f"{word} {chance.random()}")
                touched.add(article.source_file.path)
            between = exported(tmp_path)
            changed = {name for name in before | between if before.get(name) != between.get(name)}
            changed = {name for name in changed if name.endswith(".md")}

            restore_import(newest())

            now = exported(tmp_path)
            for name in changed | touched:
                assert now.get(name) == (between if name in touched else before).get(name), name


class TestEnd:
    def test_after_its_time_everything_is_deleted(self, imported):
        undo()
        undo(ImportRun.objects.last())
        assert all(map(is_restorable, ImportRun.objects.all()))

        finish_old_undos(timezone.now() + timedelta(days=29))
        assert Article.objects.count() == 6
        finish_old_undos(timezone.now() + timedelta(days=31))

        assert [list(model.objects.all()) for model in (Article, Category, Author, Image, SourceFile)] == [
            []
        ] * 5
        assert list(media_files()) == []
        assert not any(map(is_restorable, ImportRun.objects.all()))

    def test_an_article_that_somebody_restored_is_kept(self, imported, admin_user):
        undo()
        take_out_of_trash(admin_user, Article.objects.filter(slug="article-4"))

        finish_undo(newest())

        assert Article.objects.filter(slug="article-4").exists()
        assert not Article.objects.filter(slug="article-5").exists()

    def test_a_redirect_that_ended_comes_back_and_ends_again(self, folder):
        Redirect.objects.create(path="/articles/tides/", is_gone=True)
        write(folder, slug="tides", title="Tides")
        run(folder, **PUBLIC)
        assert not Redirect.objects.exists()

        undo()
        assert Redirect.objects.filter(path="/articles/tides/").exists()
        restore_import(newest())
        assert not Redirect.objects.exists()
        undo()

        assert Redirect.objects.filter(path="/articles/tides/").exists()
