"""The interface of a running job, and how jobs end."""

import pytest

from blog import jobs
from blog.jobs import registry
from blog.management.checks import check_worker
from blog.models import Job, Worker
from blog.sandbox.refusals import Refusal, RefusedError

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """A function that registers a function as the jobs of the kind "try"."""
    monkeypatch.setattr(registry, "_kinds", {})
    return jobs.job("try")


class TestKinds:
    def test_two_functions_have_no_kind_in_common(self, kind):
        def post(running): ...

        kind(post)
        kind(post)
        with pytest.raises(ValueError, match="“try” is a kind of jobs"):
            kind(lambda running: None)


class TestEnd:
    def test_done_with_a_result(self, kind, run_jobs, admin_user):
        kind(lambda running, number: {"twice": number * 2})

        job = jobs.start("try", admin_user, number=4)
        [job] = run_jobs()

        assert (job.state, job.result, job.started_by) == (Job.State.DONE, {"twice": 8}, admin_user)

    def test_failed_with_a_reason_for_people(self, kind, run_jobs):
        @kind
        def fail(running):
            raise jobs.JobFailedError("The disk is full.")

        jobs.start("try")
        [job] = run_jobs()

        assert (job.state, job.reason) == (Job.State.FAILED, "The disk is full.")

    @pytest.mark.parametrize(
        ("refusals", "state"), [(2, Job.State.DONE), (3, Job.State.FAILED)], ids=["twice", "thrice"]
    )
    def test_job_is_repeated_while_the_sandbox_is_busy(self, kind, run_jobs, refusals, state):
        left = [RefusedError(Refusal.NO_START)] * refusals

        @kind
        def run(running):
            if left:
                raise jobs.JobFailedError("Busy.") from left.pop()

        job = jobs.start("try")
        for _attempt in range(3):
            run_jobs()

        job.refresh_from_db()
        assert (job.state, job.attempts) == (state, 3)

    def test_unexpected_error_is_logged_and_not_in_the_reason(self, kind, run_jobs, caplog):
        @kind
        def fail(running):
            raise ValueError("secret")

        jobs.start("try")
        [job] = run_jobs()

        assert job.state == Job.State.FAILED
        assert "secret" not in job.reason
        assert "ValueError: secret" in caplog.text


@pytest.mark.both_databases
class TestStop:
    def test_waiting_job_never_starts(self, kind, run_jobs, admin_user):
        kind(lambda running: pytest.fail("it ran"))
        job = jobs.start("try")

        job.request_stop(admin_user)

        assert run_jobs() == []
        assert (job.state, job.stop_requested_by) == (Job.State.STOPPED, admin_user)

    def test_running_job_ends_itself(self, kind, run_jobs, admin_user):
        @kind
        def run(running):
            running.job.request_stop(admin_user)
            assert running.stop_requested
            raise jobs.JobStopped({"files": 3})

        jobs.start("try")
        [job] = run_jobs()

        assert (job.state, job.result) == (Job.State.STOPPED, {"files": 3})


class TestCheck:
    def test_jobs_waiting_without_a_worker_are_reported(self, kind):
        kind(lambda running: None)
        jobs.start("try")

        assert [warning.id for warning in check_worker(None, databases=["default"])] == ["galley.W008"]

        Worker.objects.touch("here:1")
        assert check_worker(None, databases=["default"]) == []
