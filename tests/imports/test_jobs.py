"""Imports in the browser: the import does what the dry run has shown."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from blog.jobs import RunningJob
from blog.models import Article, HeldUpdate, Image, ImportRun, Job, SourceFile, StagedImport
from blog.sandbox import calls
from tests.support.changes import publish
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write
from tests.support.staging import run_dry_run_job, run_import_job, stage

pytestmark = pytest.mark.django_db
State = StagedImport.State


def bring(folder, **fields):
    """Check a zip of the folder and import it; return the upload."""
    run_dry_run_job(staged := stage(folder, **fields))
    assert run_import_job(staged).state == Job.State.DONE
    return staged


def shown(staged):
    return dict(staged.files.values_list("path", "outcome"))


def entries(staged):
    return dict(staged.batch.entries.values_list("file", "outcome"))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("blog.imports.run.BATCH_SIZE", 2)
    monkeypatch.setattr("blog.imports.run.DRY_BATCH_SIZE", 2)


@pytest.fixture
def stop_after(monkeypatch, small_batches):
    """A function that lets jobs be stopped once this many files are done."""

    def stop_after(files):
        asked = property(lambda running: running.job.done >= files)
        monkeypatch.setattr(RunningJob, "stop_requested", asked)

    return stop_after


@pytest.fixture
def five(folder):
    for number in range(5):
        write(folder, f"{number}.md", title=f"Article {number}", slug=f"a{number}")
    return folder


class TestCheck:
    def test_it_reports_each_outcome_and_changes_nothing(self, folder):
        write(folder, "tides.md")
        write(folder, "ebb.md", title="Ebb")
        (folder / "broken.md").write_text("---\ntitle: [\n---\nText.\n")

        job = run_dry_run_job(staged := stage(folder))

        assert (job.state, staged.state, job.done) == (Job.State.DONE, State.CHECKED, 3)
        broken, ebb, tides = staged.files.all()
        assert (broken.path, broken.outcome) == ("broken.md", "rejected")
        assert "line 3" in broken.reason
        assert (ebb.path, ebb.outcome, ebb.title, ebb.slug) == ("ebb.md", "created", "Ebb", "tides")
        assert (tides.slug, tides.warnings, tides.article) == (
            "tides-2",
            ["the slug tides is taken: this article gets tides-2."],
            None,
        )
        assert tides.notices == [["slug_taken", "“tides” → “tides-2”"]]
        assert broken.notices[0][0] == "invalid"
        assert not Article.objects.exists()
        assert not ImportRun.objects.exists()

    def test_files_of_articles_name_them(self, folder):
        for name in ("held", "kept", "same"):
            write(folder, f"{name}.md", title=name.title(), slug=name)
        bring(folder)
        held, kept, same = Article.objects.order_by("slug")
        publish(held)
        kept.title = "Edited"
        kept.save()
        for name in ("held", "kept"):
            write(folder, f"{name}.md", title="Other", slug=name)

        run_dry_run_job(staged := stage(folder))

        assert list(staged.files.values_list("outcome", "title", "article")) == [
            ("held", "Held", held.pk),
            ("conflict", "Edited", kept.pk),
            ("unchanged", "Same", same.pk),
        ]
        assert not HeldUpdate.objects.exists()

    def test_second_dry_run_replaces_the_first(self, folder):
        path = write(folder)
        run_dry_run_job(staged := stage(folder))
        staged.written_by = "machine=Quill"
        staged.save()

        run_dry_run_job(staged)

        assert shown(staged) == {path.name: "created"}
        assert run_import_job(staged).state == Job.State.DONE

    def test_stopped_dry_run_allows_no_import(self, five, stop_after):
        stop_after(2)

        job = run_dry_run_job(staged := stage(five))

        assert (job.state, staged.state, staged.files.count()) == (Job.State.STOPPED, State.STOPPED, 2)
        assert run_import_job(staged).state == Job.State.FAILED
        assert not Article.objects.exists()

    @pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06"])
    def test_broken_archive_is_named_without_its_path(self, data):
        job = run_dry_run_job(staged := stage(data=data, name="posts.zip"))

        assert (job.state, staged.state) == (Job.State.FAILED, State.FAILED)
        assert job.reason.startswith("posts.zip is not a zip file that can be read")

    def test_single_files_are_a_source_too(self, folder):
        staged = stage(folder)
        staged.manifest = [["tides.md", 1]]
        staged.save()
        write(staged.folder / "files", "tides.md")

        run_dry_run_job(staged)

        assert shown(staged) == {"tides.md": "created"}


class TestImport:
    @pytest.mark.both_databases
    def test_it_imports_the_dry_run_once_and_deletes_the_files(self, folder):
        write(folder, "tides.md")
        write(folder, "ebb.md", title="Ebb")
        (folder / "broken.md").write_text("---\ntitle: [\n---\nText.\n")
        run_dry_run_job(staged := stage(folder))

        job = run_import_job(staged)

        batch = ImportRun.objects.get()
        assert (job.result["batch"], staged.state, staged.batch) == (batch.pk, State.IMPORTED, batch)
        assert (job.result["looked_at"], job.result["marks"]["findings"]) == (2, 2)
        assert (batch.created, batch.rejected, batch.counted) == (2, 1, 3)
        assert batch.finished_at
        assert batch.root == "posts"
        assert set(Article.objects.values_list("title", "slug")) == {("Ebb", "tides"), ("Tides", "tides-2")}
        assert not staged.folder.exists()

    def test_its_files_are_not_kept_open(self, folder):
        write(folder)
        archive = str(bring(folder).folder / "archive.zip")

        open_files = (os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.exists())
        assert not [path for path in open_files if path.startswith(archive)]

    def test_other_bytes_are_not_imported(self, folder):
        write(folder)
        run_dry_run_job(staged := stage(folder))
        (staged.folder / "archive.zip").write_bytes((staged.folder / "archive.zip").read_bytes() + b" ")

        job = run_import_job(staged)

        assert (job.state, staged.state) == (Job.State.FAILED, State.FAILED)
        assert "Run the dry run again" in job.reason
        assert not Article.objects.exists()

    def test_options_changed_after_the_dry_run_are_rejected(self, folder):
        write(folder)
        run_dry_run_job(staged := stage(folder))
        staged.on_conflict = "file"
        staged.save()

        assert run_import_job(staged).state == Job.State.FAILED

    def test_article_published_since_is_held_and_reported(self, folder):
        write(folder)
        bring(folder)
        write(folder, body="Other words.\n")
        run_dry_run_job(staged := stage(folder))
        assert shown(staged) == {"tides.md": "updated"}
        publish(Article.objects.get())

        run_import_job(staged)

        entry = staged.batch.entries.get()
        assert entry.outcome == "held"
        assert entry.warnings == ["the dry run showed updated: something has changed since then."]

    def test_slug_taken_since_is_reported(self, folder):
        write(folder)
        run_dry_run_job(staged := stage(folder))
        Article.objects.create(title="Other", slug="tides", body="Words.")

        run_import_job(staged)

        warnings = staged.batch.entries.get().warnings
        assert any("the dry run showed the slug tides" in warning for warning in warnings)

    def test_outcome_as_in_the_dry_run_is_not_mentioned(self, folder):
        write(folder)

        assert not bring(folder).batch.entries.exclude(warnings=[]).exists()

    def test_removed_upload_must_be_uploaded_again(self, folder):
        write(folder)
        run_dry_run_job(staged := stage(folder))
        staged.state = State.DISCARDED
        staged.save()

        assert "Upload them again" in run_import_job(staged).reason


class TestStop:
    def test_imported_files_are_kept_and_the_import_has_ended(self, five, stop_after):
        run_dry_run_job(staged := stage(five))
        stop_after(2)

        job = run_import_job(staged)

        assert (job.state, staged.state) == (Job.State.STOPPED, State.STOPPED)
        assert (Article.objects.count(), staged.batch.created) == (2, 2)
        assert staged.batch.finished_at
        assert staged.folder.exists()

    def test_request_after_the_last_file_has_no_effect(self, five, stop_after):
        run_dry_run_job(staged := stage(five))
        stop_after(5)

        job = run_import_job(staged)

        assert (job.state, staged.batch.created) == (Job.State.DONE, 5)

    @pytest.mark.both_databases
    def test_restarted_import_continues_in_the_same_run(self, five, stop_after):
        run_dry_run_job(staged := stage(five))
        stop_after(2)
        run_import_job(staged)
        Article.objects.filter(slug="a0").update(trashed_at="2026-01-01T00:00Z")
        stop_after(1000)

        job = run_import_job(staged)

        batch = ImportRun.objects.get()
        assert (job.state, batch.created, batch.counted) == (Job.State.DONE, 5, 5)
        assert set(SourceFile.objects.values_list("batch", flat=True)) == {batch.pk}

    def test_new_dry_run_starts_another_run(self, five, stop_after):
        run_dry_run_job(staged := stage(five))
        stop_after(2)
        run_import_job(staged)
        stop_after(1000)

        run_dry_run_job(staged)
        run_import_job(staged)

        later, first = ImportRun.objects.all()
        assert (first.created, later.unchanged, later.created) == (2, 2, 3)


class TestSource:
    def test_the_next_zip_of_the_source_updates(self, folder):
        write(folder)
        bring(folder)
        write(folder, title="Something else", slug="something-else")

        assert entries(bring(folder, name="other.zip", source_name="posts")) == {"tides.md": "updated"}
        assert Article.objects.get().title == "Something else"

    def test_command_line_updates_the_same_source_and_vice_versa(self, folder):
        write(folder)
        bring(folder, source_name="sea")
        write(folder, title="Something else", slug="something-else")

        assert outcomes(run(folder, source_name="sea")) == ["updated"]

        write(folder, title="A third", slug="a-third")
        assert entries(bring(folder, source_name="sea")) == {"tides.md": "updated"}

    def test_folder_with_the_same_name_is_another_source(self, folder):
        write(folder)
        bring(folder, source_name="posts")
        write(folder, title="Something else", slug="something-else")

        [report] = run(folder)

        assert report.outcome == "conflict"
        assert "belong to uploaded files" in report.message

    def test_file_at_another_path_in_the_next_zip_has_moved(self, folder):
        path = write(folder)
        write(folder, "ebb.md", slug="ebb", title="Ebb")
        bring(folder)
        (folder / "sea").mkdir()
        path.rename(folder / "sea" / "tides.md")

        staged = bring(folder)

        assert shown(staged) == {"ebb.md": "unchanged", "sea/tides.md": "updated"}
        assert SourceFile.objects.filter(path="sea/tides.md").exists()

    def test_the_same_bytes_under_another_name_are_a_copy(self, folder):
        write(folder)
        bring(folder)

        staged = bring(folder, source_name="other", is_source_given=True)

        assert shown(staged) == {"tides.md": "skipped"}


class TestWhoWroteIt:
    @pytest.mark.parametrize(
        ("written_by", "machines"),
        [("people", ["", ""]), ("machine=Quill", ["Quill", "Quill"])],
    )
    def test_is_as_stated_at_the_upload(self, folder, written_by, machines):
        write(folder, "a.md", slug="a", generatedBy="Gemini")
        write(folder, "b.md", slug="b", body="Other.\n")

        bring(folder, written_by=written_by)

        assert [article.machine_name for article in Article.objects.order_by("slug")] == machines


class TestPictures:
    def test_a_dry_run_decodes_them_before_its_transaction_and_stores_none(self, folder, monkeypatch):
        write(folder, image="wave.png", body="![A gull](gull.png)\n")
        for name in ("wave.png", "gull.png"):
            (folder / name).write_bytes(image_bytes())
        outside = connection.in_atomic_block and len(connection.savepoint_ids)
        depths, ours = [], connections["default"]
        decode = calls.rewrite_image

        def note(data):  # in a thread
            time.sleep(0.2)
            depths.append(len(ours.savepoint_ids))
            return decode(data)

        monkeypatch.setattr(calls, "rewrite_image", note)

        run_dry_run_job(staged := stage(folder))

        assert shown(staged) == {"tides.md": "created"}
        assert depths == [outside] * 2
        assert not Image.objects.exists()
        assert not Path(settings.MEDIA_ROOT, "images").exists()

    def test_they_are_counted_before_their_files_are_imported(self, folder, monkeypatch):
        write(folder, image="wave.png", body="![A gull](gull.png)\n")
        for number, name in enumerate(("wave.png", "gull.png"), 40):
            (folder / name).write_bytes(image_bytes(size=(number, 30)))
        run_dry_run_job(staged := stage(folder))
        steps = []
        monkeypatch.setattr(
            RunningJob, "progress", lambda running, done, total, step="": steps.append((done, step))
        )

        run_import_job(staged)

        assert (0, "2 images read.") in steps
