"""Failures during an import are reported with their cause and path."""

import errno
import os
import time

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from blog.files import archives, s3
from blog.files.archives import Archive
from blog.files.folders import Folder
from blog.images import files
from blog.imports import images
from blog.imports.report import ImportFailedError
from blog.imports.workers import FileWorkers
from blog.models import Article, Image, LinkedFile, SourceFile
from tests.imports.test_archives import article, pack
from tests.support.buckets import new_bucket, options_of, use_bucket
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write
from tests.support.programs import free_port

pytestmark = pytest.mark.django_db


def fail(*args, **options):
    raise OSError(errno.EIO, os.strerror(errno.EIO), "/disk/somewhere")


class TestReport:
    def test_a_report_that_cannot_be_opened_is_named(self, folder, tmp_path):
        write(folder)

        with pytest.raises(CommandError, match=r"--report: .*/none/r\.jsonl: No such file") as error:
            call_command("import_articles", str(folder), report=str(tmp_path / "none" / "r.jsonl"))

        assert error.value.returncode == 2
        assert not Article.objects.exists()

    def test_a_report_without_room_is_named(self, folder):
        write(folder)

        with pytest.raises(CommandError, match="--report: /dev/full: No space left"):
            call_command("import_articles", str(folder), report="/dev/full", quiet=True)

    @pytest.mark.parametrize("with_report", [True, False])
    def test_other_failures_are_not_blamed_on_the_report(self, folder, tmp_path, monkeypatch, with_report):
        write(folder)
        monkeypatch.setattr(FileWorkers, "prepare", fail)
        options = {"report": str(tmp_path / "r.jsonl")} if with_report else {}

        with pytest.raises(CommandError, match=r"interrupted: /disk/somewhere: Input/output error") as error:
            call_command("import_articles", str(folder), quiet=True, **options)

        assert "--report" not in str(error.value)
        assert error.value.returncode == 2


class TestFiles:
    @pytest.mark.parametrize("place", [Folder, Archive])
    def test_only_unreadable_files_are_rejected(self, folder, monkeypatch, place):
        path = folder
        if place is Archive:
            path = pack(folder / "posts.zip", [("a.md", article("a")), ("b.md", article("b"))])
        else:
            write(folder, "a.md", slug="a")
            write(folder, "b.md", slug="b")
        read = place.read
        monkeypatch.setattr(
            place, "read", lambda self, name, limit: fail() if name == "a.md" else read(self, name, limit)
        )

        reports = run(path)

        assert outcomes(reports) == ["rejected", "created"]
        assert reports[0].message == "cannot be read: Input/output error."

    def test_a_source_that_cannot_be_listed_is_named(self, folder, monkeypatch):
        pack(folder / "posts.zip", [("a.md", article("a"))])
        monkeypatch.setattr(archives, "Archive", fail)

        with pytest.raises(ImportFailedError, match=r"posts\.zip cannot be read: Input/output error\."):
            run(folder / "posts.zip")

    def test_unexpected_error_is_in_the_log_only(self, folder, monkeypatch, caplog):
        write(folder, "a.md", slug="a")
        write(folder, "b.md", slug="b")
        derive = Article.derive

        def fail_once(article, *given):
            if article.slug == "a":
                "\ud800".encode()
            derive(article, *given)

        monkeypatch.setattr(Article, "derive", fail_once)

        reports = run(folder)

        assert outcomes(reports) == ["rejected", "created"]
        assert reports[0].message == "cannot be imported: an unexpected error, see the log of the server."
        assert "UnicodeEncodeError" in caplog.text


class TestImages:
    def test_unreadable_image_is_a_warning(self, folder, monkeypatch):
        write(folder, body="Words. ![Sea](sea.png)\n")
        (folder / "sea.png").write_bytes(image_bytes())
        read = Folder.read
        monkeypatch.setattr(
            Folder, "read", lambda self, name, limit: fail() if name == "sea.png" else read(self, name, limit)
        )

        (report,) = run(folder)

        assert outcomes([report]) == ["created"]
        assert report.warnings == ["image sea.png not shown: it cannot be read: Input/output error."]

    def test_file_is_rejected_on_a_full_disk_and_imported_next_time(self, folder, monkeypatch):
        write(folder, body="Words. ![Sea](sea.png)\n")
        (folder / "sea.png").write_bytes(image_bytes())
        with monkeypatch.context() as patch:
            patch.setattr(files.default_storage, "save", fail)
            (refused,) = run(folder)
            assert not SourceFile.objects.exists()

        (report,) = run(folder)

        assert refused.message == "cannot be imported: /disk/somewhere: Input/output error"
        assert (str(report.outcome), report.warnings) == ("created", [])

    def test_files_are_saved_before_their_rows_are_inserted(self, folder, monkeypatch):
        write(folder, body="Words. ![Sea](sea.png)\n")
        (folder / "sea.png").write_bytes(image_bytes())
        save, insert, missing = files.default_storage.save, images.insert_with_keys, []

        def save_later(*arguments):
            time.sleep(0.2)
            save(*arguments)

        def insert_and_look(model, rows):
            missing.extend(row for row in rows if not files.default_storage.exists(row.file.name))
            insert(model, rows)

        monkeypatch.setattr(files.default_storage, "save", save_later)
        monkeypatch.setattr(images, "insert_with_keys", insert_and_look)

        run(folder)

        assert Image.objects.exists()
        assert missing == []


class TestSourceName:
    """A source is called like its folder or archive, if a folder of an export can be."""

    def test_impossible_folder_name_requires_source_option(self, folder):
        path = pack(folder / "...zip", [("a.md", article("a"))])

        # From Python 3.14 on, this name has no ending, and so is no archive's.
        with pytest.raises(ImportFailedError, match=r"name it with --source|is not a folder"):
            run(path)

        assert not SourceFile.objects.exists()

    @pytest.mark.parametrize("name", [".", "..", "a/b", "a\nb", "a\x00b", "\ud800", "é" * 128])
    def test_impossible_source_option_is_rejected(self, folder, name):
        write(folder)

        with pytest.raises(ImportFailedError, match="--source"):
            run(folder, source_name=name)

    @pytest.mark.parametrize("name", ["\u0645\u06cc\u200c\u0628\u0631", "posts 2026", "…", ".posts"])
    def test_names_in_any_script_are_accepted(self, folder, name):
        path = folder / name
        path.mkdir()
        write(path)

        run(path)

        assert SourceFile.objects.get().source_name == name


def test_article_waits_for_the_bucket_that_its_image_needs(folder, settings, monkeypatch, s3_server):
    """It is not imported without its image. The next run imports it."""
    write(folder, body="Words. ![Sea](sea.png) [Report](report.pdf)\n")
    (folder / "sea.png").write_bytes(image_bytes())
    (folder / "report.pdf").write_bytes(b"%PDF-1.7")
    monkeypatch.setattr(s3, "_quiet_until", {})
    use_bucket(settings, options_of(f"http://127.0.0.1:{free_port()}", "galley"))

    assert outcomes(run(folder)) == ["rejected"]
    assert not Article.objects.exists()

    use_bucket(settings, new_bucket(s3_server))
    assert outcomes(run(folder)) == ["created"]
    stored = {file.name for file in default_storage.files()}
    assert Image.objects.get().file.name in stored
    assert LinkedFile.objects.get().file.name in stored
