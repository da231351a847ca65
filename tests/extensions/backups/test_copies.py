"""A backup is in the bucket each night, the oldest go, and what is fetched can be restored."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from blog.extensions.backups.archive import BackupArchive
from blog.extensions.backups.copies import bucket as backup_bucket
from blog.extensions.backups.copies import copies, write_copy
from blog.extensions.backups.galley import newest_copy
from blog.extensions.backups.jobs import KIND, last_night, start_if_due
from blog.extensions.backups.manifest import check_archive
from blog.files.s3 import S3Storage
from blog.jobs import JobStopped
from blog.models import Job
from tests.support.buckets import new_bucket, options_of
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_bucket(settings, s3_server, tmp_path):
    settings.BACKUP_BUCKET, settings.BACKUPS_KEPT = new_bucket(s3_server), 14
    settings.DATA_DIR = tmp_path


def command(*arguments) -> str:
    output = StringIO()
    call_command("backup_copies", *arguments, stdout=output)
    return output.getvalue()


class TestCopies:
    def test_the_fetched_one_is_complete(self, tmp_path):
        create_article(title="Tides")
        name = write_copy().name

        assert name in command("--fetch", str(tmp_path / "galley.zip"))
        with closing(BackupArchive(tmp_path / "galley.zip")) as archive:
            check_archive(archive)
            assert archive.manifest["rows"]["blog.Article"]["count"] == 1
        assert (tmp_path / "galley.zip").stat().st_mode & 0o077 == 0

    def test_only_the_newest_are_kept_and_other_files_stay(self, settings):
        settings.BACKUPS_KEPT = 2
        for name in ("galley-20260301T031500Z.zip", "galley-20260302T031500Z.zip", "before-the-move.zip"):
            backup_bucket().save(name, ContentFile(b"earlier"))
        written = write_copy().name

        assert [copy.name for copy in copies()] == [written, "galley-20260302T031500Z.zip"]
        assert backup_bucket().exists("before-the-move.zip")

    def test_the_new_one_stays_even_if_the_clock_was_ahead(self, settings):
        settings.BACKUPS_KEPT = 1
        backup_bucket().save("galley-29990101T000000Z.zip", ContentFile(b"of a wrong clock"))

        assert write_copy() in copies()

    def test_a_key_that_may_not_delete_still_writes(self, settings, monkeypatch):
        def refuse(*_arguments):
            raise OSError("AccessDenied")

        settings.BACKUPS_KEPT = 1
        backup_bucket().save("galley-20260301T031500Z.zip", ContentFile(b"earlier"))
        monkeypatch.setattr(S3Storage, "delete", refuse)

        assert write_copy() == copies()[0]
        assert len(copies()) == 2

    def test_no_file_is_overwritten(self, tmp_path):
        write_copy()
        (tmp_path / "galley.zip").write_text("earlier")

        with pytest.raises(CommandError, match="exists already"):
            command("--fetch", str(tmp_path / "galley.zip"))
        assert (tmp_path / "galley.zip").read_text() == "earlier"

    def test_one_that_is_stopped_leaves_nothing(self):
        def stop():
            raise JobStopped

        with pytest.raises(JobStopped):
            write_copy(stop)
        assert not copies()

    @pytest.mark.parametrize("arguments", [("--fetch", "galley.zip"), ("--name", "galley-x.zip")])
    def test_what_is_missing_is_said(self, arguments, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        with pytest.raises(CommandError, match=r"no backup yet|needs --fetch"):
            command(*arguments)


class TestNights:
    def test_there_is_one_job_a_night(self, run_jobs):
        start_if_due()
        start_if_due()
        run_jobs()
        start_if_due()
        assert [job.state for job in Job.objects.filter(kind=KIND)] == ["done"]
        assert newest_copy()["ok"]

        Job.objects.update(created_at=timezone.now() - timedelta(days=1))
        start_if_due()
        assert Job.objects.filter(kind=KIND).count() == 2

    def test_a_failed_one_is_tried_again_after_an_hour(self, settings, s3_server, run_jobs):
        settings.BACKUP_BUCKET = options_of(s3_server, "missing")
        start_if_due()
        run_jobs()
        start_if_due()
        job = Job.objects.get(kind=KIND)
        assert (job.state, newest_copy()["ok"]) == ("failed", False)
        assert "NoSuchBucket" in job.reason

        Job.objects.update(ended_at=timezone.now() - timedelta(hours=2))
        start_if_due()
        assert Job.objects.waiting().count() == 1

    def test_nothing_happens_without_a_bucket(self, settings):
        settings.BACKUP_BUCKET = None
        start_if_due()

        assert not Job.objects.exists()

    @pytest.mark.parametrize(("hour", "day"), [(2, 8), (4, 9)])
    def test_the_night_is_that_of_the_sites_time_zone(self, hour, day, settings):
        settings.TIME_ZONE = "UTC"

        assert last_night(datetime(2026, 3, 9, hour, tzinfo=UTC)) == datetime(2026, 3, day, 3, tzinfo=UTC)
