"""The state that an import keeps across batches, and discards with a failed batch."""

from datetime import UTC
from unittest.mock import Mock

import pytest

from blog.imports.known_files import BatchKnownFiles, KnownFile, KnownFiles
from blog.imports.report import ImportOptions, Outcome, StatusRule
from blog.imports.run import import_in_batches
from blog.imports.sources import find_source, read_file
from blog.imports.workers import FileWorkers
from blog.imports.writer import ImportWriter
from blog.models import Article, Category, ImportRun
from tests.support.import_files import outcomes, write


def prepared(folder, **options):
    """Return the folder's source, and its files as workers hand them on."""
    source = find_source(folder, "")
    with FileWorkers(1, UTC, **options) as workers:
        return source, list(
            workers.prepare([read_file(source, file) for file in source.files], lambda _: False)
        )


@pytest.mark.django_db
@pytest.mark.both_databases
class TestKnownFiles:
    @pytest.fixture
    def files(self, folder):
        write(folder, "a.md")
        return KnownFiles(find_source(folder, ""))

    def known(self, files, path, digest="1"):
        return KnownFile(files.source.name, path, str(files.source.root), digest, None)

    def test_additions_of_a_batch_are_known_only_to_it(self, files):
        batch = BatchKnownFiles(files)
        batch.add(self.known(files, "a.md"))

        assert batch.at("a.md") in batch.with_digest("1")
        assert (files.at("a.md"), list(files.with_digest("1"))) == (None, [])

    @pytest.mark.parametrize("is_committed", [False, True])
    def test_changed_file_is_not_found_by_its_old_digest(self, files, is_committed):
        batch = BatchKnownFiles(files)
        batch.add(self.known(files, "gone.md"))
        if is_committed:
            files.merge_changes(batch)
            batch = BatchKnownFiles(files)
        batch.add(self.known(files, "a.md"), before=self.known(files, "gone.md"))

        for seen in (batch, files):
            if seen is files:
                files.merge_changes(batch)
            assert seen.at("gone.md") is None
            assert list(seen.with_digest("1")) == [self.known(files, "a.md")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
class TestSourceWriter:
    def test_category_deleted_between_batches_is_recreated(self, folder):
        write(folder, "a.md", slug="a", category="Sea")
        write(folder, "b.md", slug="b", category="Sea")
        source, (first, second) = prepared(folder)
        writer = ImportWriter(source, ImportOptions())
        writer.write([first])
        Article.objects.all().delete()
        Category.objects.all().delete()

        reports = writer.write([second])

        assert outcomes(reports) == ["created"]
        assert Article.objects.get().primary_category.name == "Sea"

    @pytest.mark.parametrize("what", ["blog.page_cache.invalidate", "blog.imports.writer.save_results"])
    def test_failure_after_the_commit_is_none_of_the_batch(self, folder, monkeypatch, what):
        names = ("a.md", "b.md", "c.md")
        for name in names:
            write(folder, name, slug=name[0], date="2026-03-01")
        source, files = prepared(folder, examines=True)
        monkeypatch.setattr("blog.imports.writer.CHECKED_AT_ONCE", 1)
        monkeypatch.setattr(what, Mock(side_effect=ValueError("the test says no")))
        writer = ImportWriter(source, ImportOptions(status=StatusRule.AS_FILE))

        reports = writer.write(files[:2])

        assert outcomes(reports) == ["created"] * 2
        run = ImportRun.objects.get()
        assert (run.counted, run.entries.count()) == (2, 2)
        (report,) = import_in_batches(source, ImportOptions(), batch=run)
        assert outcomes(report) == ["created"]
        assert Article.objects.count() == 3

    def test_dry_run_gives_each_slug_once_over_all_batches(self, folder):
        write(folder, "a.md", title="One", slug="a")
        write(folder, "b.md", title="Two", slug="a")
        source, files = prepared(folder)
        writer = ImportWriter(source, ImportOptions(dry_run=True))

        reports = [report for file in files for report in writer.write([file])]

        assert [report.slug for report in reports] == ["a", "a-2"]
        assert {report.outcome for report in reports} == {Outcome.CREATED}
        assert not Article.objects.exists()
        assert not ImportRun.objects.exists()
