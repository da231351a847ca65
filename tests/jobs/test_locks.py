"""Locks: one holder at a time, all names or none, and no files left behind."""

import pytest
from django.conf import settings
from django.db import connection

from blog import jobs
from blog.jobs import locks, registry
from blog.jobs.run import run
from blog.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

END_LOCKING_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


class TestHold:
    def test_a_name_has_one_holder_at_a_time(self):
        with locks.hold("group-a", "job-1") as first, locks.hold("job-1") as second:
            assert (first is not None, second) == (True, None)

        with locks.hold("job-1") as third:
            assert third is not None

    def test_failing_to_lock_one_name_locks_none(self):
        with locks.hold("job-1"):
            with locks.hold("group-a", "job-1") as both:
                assert both is None
            with locks.hold("group-a") as one:
                assert one is not None

    def test_no_file_is_left(self):
        with locks.hold("job-1"):
            pass

        folder = settings.DATA_DIR / "locks"
        assert not folder.exists() or not list(folder.iterdir())


class TestLost:
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="a locked file is not lost")
    def test_job_with_a_lost_lock_stops_writing(self, monkeypatch, caplog):
        monkeypatch.setattr(registry, "_kinds", {})

        @jobs.job("try")
        def lose_lock(job):
            with connection.cursor() as cursor:
                cursor.execute(END_LOCKING_CONNECTIONS)
            job.store(written=True)

        job = jobs.start("try")

        run(job)

        assert "LockLostError" in caplog.text
        job.refresh_from_db()
        assert (job.state, job.result) == (Job.State.RUNNING, {})
