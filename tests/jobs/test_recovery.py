"""Jobs are enqueued, and requeued after their process was killed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog import jobs
from blog.jobs import locks, registry
from blog.jobs.tasks import run_job
from blog.jobs.worker import recover_jobs
from blog.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(registry, "_kinds", {})
    jobs.job("try", group="tries")(lambda running: {"ran": True})


def tasks() -> int:
    return DBTaskResult.objects.ready().count()


class TestStart:
    def test_enqueues_on_commit(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            job = jobs.start("try")
            assert tasks() == 0

        job.refresh_from_db()
        assert (job.state, tasks(), bool(job.task)) == (Job.State.WAITING, 1, True)

    def test_unregistered_kind_is_rejected(self):
        with pytest.raises(LookupError, match="MODULES"):
            jobs.start("other")


class TestNext:
    def test_job_stopped_before_its_start_lets_the_next_run(self):
        stopped, following = jobs.start("try"), jobs.start("try")
        stopped.request_stop()

        run_job.call(stopped.pk)

        following.refresh_from_db()
        assert (tasks(), bool(following.task)) == (1, True)

    def test_job_of_a_busy_group_keeps_waiting(self):
        job = jobs.start("try")

        with locks.hold("group-tries"):
            run_job.call(job.pk)

        job.refresh_from_db()
        assert (job.state, job.attempts, tasks()) == (Job.State.WAITING, 0, 0)


class TestTakeUp:
    def test_job_without_a_worker_is_requeued(self):
        job = Job.objects.create(kind="try", state=Job.State.RUNNING, attempts=1)

        with locks.hold(*job.locks):
            recover_jobs()
            held = Job.objects.get().state
        recover_jobs()

        assert (held, Job.objects.get().state, tasks()) == (Job.State.RUNNING, Job.State.WAITING, 1)

    def test_job_with_a_stop_request_is_stopped(self):
        Job.objects.create(kind="try", state=Job.State.RUNNING, stop_requested_at=timezone.now())

        recover_jobs()

        assert Job.objects.get().state == Job.State.STOPPED

    def test_next_job_follows_a_failed_one(self):
        Job.objects.create(kind="try", group="tries", state=Job.State.RUNNING, attempts=3)
        following = Job.objects.create(kind="try", group="tries", task="gone")

        recover_jobs()

        following.refresh_from_db()
        assert (following.task != "gone", tasks()) == (True, 1)

    def test_job_missing_from_the_queue_is_enqueued(self):
        """Its process was killed between the commit and the queue."""
        Job.objects.create(kind="try")
        Job.objects.create(kind="try", created_at=timezone.now() - timedelta(minutes=2))

        recover_jobs()
        recover_jobs()

        assert tasks() == 1
