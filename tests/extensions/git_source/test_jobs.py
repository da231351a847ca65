"""The job that pulls: when it starts, what it reports, and whom it tells."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.extensions.git_source.jobs import KIND, start_if_due
from blog.extensions.git_source.models import Repository
from blog.jobs.models import Job
from blog.models import Article

pytestmark = pytest.mark.django_db


def waiting():
    return Job.objects.waiting().filter(kind=KIND).count()


def test_it_starts_when_it_is_time(upstream):
    start_if_due()
    start_if_due()

    assert waiting() == 1


def test_it_pulls_and_comes_again_after_two_hours(upstream, run_jobs):
    upstream.write(lisbon="Trams.")
    upstream.push()
    start_if_due()

    [job] = run_jobs()

    repository = Repository.objects.get()
    assert job.state == Job.State.DONE
    assert job.result["import"] == repository.last_run_id
    assert Article.objects.count() == 1
    assert timedelta(minutes=119) < repository.next_at - timezone.now() <= timedelta(minutes=120)
    start_if_due()
    assert waiting() == 0


def test_only_after_a_push_it_does_not_come_by_itself(upstream, run_jobs):
    Repository.current()
    Repository.objects.update(interval=0)
    upstream.write(lisbon="Trams.")
    upstream.push()
    start_if_due()
    run_jobs()

    assert Repository.objects.get().next_at is None


def test_a_paused_repository_is_not_pulled(upstream):
    Repository.current().pause(None)

    start_if_due()

    assert waiting() == 0


def test_only_the_third_failure_in_a_row_is_a_failed_job(upstream, run_jobs):
    states = []
    for _ in range(4):
        Repository.current()
        Repository.objects.update(next_at=timezone.now())
        start_if_due()
        [job] = run_jobs()
        states.append(job.state)

    assert states == [Job.State.DONE, Job.State.DONE, Job.State.FAILED, Job.State.DONE]
    assert job.result == {"problem": "branch"}


def test_what_cannot_pass_by_itself_waits_for_somebody(upstream, run_jobs):
    start_if_due()
    run_jobs()

    repository = Repository.objects.get()
    assert (repository.problem, repository.next_at) == ("branch", None)
    upstream.write(lisbon="Trams.")
    upstream.push()
    Job.objects.all().delete()
    Repository.objects.update(next_at=timezone.now())
    start_if_due()
    run_jobs()
    assert Repository.objects.get().problem == ""
