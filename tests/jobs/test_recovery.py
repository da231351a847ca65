"""Which jobs are ready, and what becomes of jobs whose process was killed."""

from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from blog import jobs
from blog.jobs import locks, registry, worker
from blog.jobs.run import run
from blog.jobs.worker import is_work_waiting, recover_jobs
from blog.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(registry, "_kinds", {})
    jobs.job("try", group="tries")(lambda running: {"ran": True})
    jobs.job("free")(lambda running: None)


class TestStart:
    def test_unregistered_kind_is_rejected(self):
        with pytest.raises(LookupError, match="MODULES"):
            jobs.start("other")


class TestReady:
    def test_oldest_jobs_come_first(self):
        started = [jobs.start(kind) for kind in ("try", "free", "try")]

        assert list(Job.objects.ready()) == started

    def test_group_with_a_running_job_is_not_ready(self):
        Job.objects.create(kind="try", group="tries", state=Job.State.RUNNING)
        jobs.start("try")
        waits_alone = is_work_waiting()
        free = jobs.start("free")

        assert (waits_alone, list(Job.objects.ready())) == (False, [free])

    def test_running_job_without_a_group_delays_no_other(self):
        Job.objects.create(kind="free", state=Job.State.RUNNING)
        free = jobs.start("free")

        assert list(Job.objects.ready()) == [free]


class TestClaim:
    def test_job_runs_once(self):
        job = jobs.start("try")

        assert [run(job), run(job)] == [True, False]
        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.DONE, 1)

    def test_job_of_a_locked_group_keeps_waiting(self):
        job = jobs.start("try")

        with locks.hold("group-tries"):
            assert not run(job)

        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.WAITING, 0)

    def test_is_repeated_while_the_database_is_locked(self, monkeypatch):
        jobs.start("try")
        calls = Mock(side_effect=[OperationalError("database is locked"), True])
        monkeypatch.setattr(worker, "run", calls)
        job_worker = worker.JobWorker(interval=0, max_jobs=1, idle_seconds=0)

        ran = [(job_worker.run_next(worker.Threads()), job_worker.number_run) for _attempt in range(2)]

        assert ran == [(True, 0), (True, 1)]


class TestRecovery:
    def test_job_without_a_worker_is_requeued(self):
        job = Job.objects.create(kind="try", state=Job.State.RUNNING, attempts=1)

        with locks.hold(*job.locks):
            recover_jobs()
            held = Job.objects.get().state
        recover_jobs()

        assert (held, Job.objects.get().state) == (Job.State.RUNNING, Job.State.WAITING)

    def test_job_with_a_stop_request_is_stopped(self):
        Job.objects.create(kind="try", state=Job.State.RUNNING, stop_requested_at=timezone.now())

        recover_jobs()

        assert Job.objects.get().state == Job.State.STOPPED

    def test_next_job_follows_a_failed_one(self):
        Job.objects.create(kind="try", group="tries", state=Job.State.RUNNING, attempts=3)
        following = jobs.start("try")

        recover_jobs()

        assert list(Job.objects.ready()) == [following]
