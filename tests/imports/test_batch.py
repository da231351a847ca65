"""An article belongs to the import that created it, and every file of an import has an entry."""

import gc
import warnings
from zipfile import ZipFile

import pytest
from django.urls import reverse

from blog.imports.report import ImportOptions, StatusRule
from blog.models import Article, Image, ImportRun, SourceFile
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def entries(batch):
    return list(batch.entries.values_list("file", "outcome"))


class TestMembership:
    @pytest.mark.both_databases
    def test_an_article_stays_with_its_first_batch_and_each_lists_what_it_did(self, folder):
        write(folder, "tides.md")
        run(folder)
        write(folder, "tides.md", body="Other words.\n")
        run(folder)

        run(folder)

        last, later, first = ImportRun.objects.all()
        assert Article.objects.get().source_file.batch == first
        assert (first.created, later.updated, last.unchanged) == (1, 1, 1)
        assert [entries(batch) for batch in (first, later, last)] == [
            [("tides.md", outcome)] for outcome in ("created", "updated", "unchanged")
        ]

    def test_moved_and_changed_files_do_not_count_as_created(self, folder):
        write(folder, "tides.md")
        run(folder)
        (folder / "tides.md").rename(folder / "ebb.md")
        run(folder)
        Article.objects.get().save()
        write(folder, "ebb.md", title="Another title")

        run(folder, on_conflict=ImportOptions().on_conflict)

        third, second, first = ImportRun.objects.all()
        assert SourceFile.objects.get().batch == first
        assert entries(second) == [("ebb.md", "updated")]
        assert entries(third) == [("ebb.md", "updated")]

    def test_duplicate_name_in_an_archive_is_listed_twice(self, folder):
        archive = folder / "posts.zip"
        with warnings.catch_warnings(), ZipFile(archive, "w") as members:
            warnings.simplefilter("ignore")  # zipfile's own, of the second
            for title in ("Tides", "Others"):
                members.writestr("tides.md", f"---\ntitle: {title}\n---\nWater.\n")

        reports = run(archive)

        assert entries(ImportRun.objects.get()) == [(report.file, report.outcome) for report in reports]
        assert len(reports) == 2

    @pytest.mark.both_databases
    def test_a_long_title_of_a_file_that_is_skipped_is_cut(self, folder):
        for name in ("a.md", "b.md"):
            write(folder, name, title="Long " * 100)

        run(folder)

        assert [outcome for _, outcome in entries(ImportRun.objects.get())] == ["created", "skipped"]

    @pytest.mark.both_databases
    def test_deleted_article_belongs_to_the_import_that_recreates_it(self, folder):
        write(folder)
        run(folder)
        Article.objects.get().delete()

        run(folder)

        assert Article.objects.get().source_file.batch == ImportRun.objects.first()


class TestAdmin:
    def test_the_list_of_a_batch_holds_what_it_created_and_updated(self, folder, admin_client):
        write(folder, "tides.md")
        run(folder, status=StatusRule.NEW)
        write(folder, "tides.md", body="Other words.\n")
        write(folder, "ebb.md", title="Ebb", slug="ebb")
        run(folder)
        later, first = ImportRun.objects.all()
        address = reverse("admin:blog_article_changelist")

        shown = {
            batch: admin_client.get(address, {"batch": batch.pk}).context["cl"].result_list
            for batch in (first, later)
        }

        assert [article.slug for article in shown[first]] == ["tides"]
        assert sorted(article.slug for article in shown[later]) == ["ebb", "tides"]


def number_of_rows():
    """Return the number of rows of texts that are in memory, in use or not."""
    return sum(type(each) in (Article, Image, SourceFile) for each in gc.get_objects())


class TestMemory:
    def test_an_import_leaves_no_rows_to_the_garbage_collection(self, folder):
        """They would wait for it, those of thousands of files with their texts."""
        write(folder, image="https://images.example.com/sea.jpg", body="![Ebb](ebb.png)\n\nWater goes.\n")
        (folder / "ebb.png").write_bytes(image_bytes())
        gc.collect()
        kept = number_of_rows()  # by tests before this one
        gc.disable()
        try:
            run(folder, checks=True)
            left = number_of_rows() - kept
        finally:
            gc.enable()

        assert not left
