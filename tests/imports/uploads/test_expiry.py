"""How long uploaded files are kept, and when an upload can be discarded, checked or imported."""

import datetime as dt
import os

import pytest
from django.utils import timezone

from blog.imports.jobs import start_check, start_import
from blog.imports.uploads.removal import discard_upload, forget_expired
from blog.jobs.registry import clean_up
from blog.models import Job, StagedImport
from tests.support.staging import run_dry_run_job, stage

pytestmark = pytest.mark.django_db
State = StagedImport.State
DAY = dt.timedelta(days=1)


@pytest.fixture
def staged(folder):
    (folder / "a.md").write_text("# A\n\nWords.\n")
    return stage(folder)


def make_old(staged):
    StagedImport.objects.filter(pk=staged.pk).update(created_at=timezone.now() - DAY)


class TestExpiry:
    @pytest.mark.both_databases
    @pytest.mark.parametrize("state", [State.RECEIVING, State.RECEIVED, State.CHECKED, State.FAILED])
    def test_deletes_files_and_rows_after_a_day(self, staged, state):
        run_dry_run_job(staged)
        StagedImport.objects.update(state=state)
        forget_expired()
        assert staged.folder.exists()
        make_old(staged)

        forget_expired()

        staged.refresh_from_db()
        assert staged.state == State.EXPIRED
        assert not staged.folder.exists()
        assert not staged.files.exists()

    def test_is_run_by_the_worker(self, staged):
        make_old(staged)

        clean_up()

        assert not staged.folder.exists()

    def test_keeps_files_waiting_for_their_import(self, staged):
        run_dry_run_job(staged)
        start_import(staged, None)
        make_old(staged)

        forget_expired()

        assert staged.folder.exists()

    def test_deletes_interrupted_imports(self, staged):
        run_dry_run_job(staged)
        start_import(staged, None)
        Job.objects.filter(pk=staged.import_job.pk).update(state=Job.State.FAILED)
        make_old(staged)

        forget_expired()

        assert not staged.folder.exists()

    def test_deletes_folders_of_killed_processes(self, staged, settings):
        lost, new = settings.IMPORT_ROOT / "lost", settings.IMPORT_ROOT / "new"
        for path in (lost, new):
            path.mkdir()
        os.utime(lost, (0, 0))
        os.utime(staged.folder, (0, 0))

        forget_expired()

        assert not lost.exists()
        assert new.exists()
        assert staged.folder.exists()


class TestThrowingAway:
    def test_waiting_dry_run_does_not_start(self, staged, run_jobs):
        start_check(staged, None)

        assert discard_upload(staged, State.DISCARDED)
        assert run_jobs() == []
        assert not staged.folder.exists()

    def test_running_dry_run_ends_first(self, staged):
        start_check(staged, None)
        Job.objects.update(state=Job.State.RUNNING)

        assert not discard_upload(staged, State.DISCARDED)
        assert staged.folder.exists()
        assert Job.objects.get().stop_requested_at

    def test_does_not_stop_an_import(self, staged):
        run_dry_run_job(staged)
        start_import(staged, None)

        assert not discard_upload(staged, State.DISCARDED)
        assert Job.objects.get(kind="import").state == Job.State.WAITING


class TestStarting:
    def test_import_needs_a_dry_run(self, staged):
        assert not start_import(staged, None)

    def test_starting_twice_starts_one_job(self, staged):
        assert start_check(staged, None)
        assert not start_check(staged, None)
        StagedImport.objects.update(state=State.CHECKED)
        assert start_import(staged, None)
        assert not start_import(staged, None)
        assert not start_check(staged, None)
        assert Job.objects.count() == 2

    def test_interrupted_import_can_continue(self, staged, run_jobs):
        start_check(staged, None)
        run_jobs()
        start_import(staged, None)
        staged.import_job.request_stop()

        assert start_import(staged, None)
        run_jobs()

        staged.refresh_from_db()
        assert staged.state == State.IMPORTED
