"""The one task of the queue, and jobs put into it."""

from functools import partial

from django.db import transaction
from django.tasks import task

from blog.jobs import running
from blog.jobs.registry import kind_of
from blog.models import Job


@task
def run_job(job_id: int) -> None:
    running.run(job_id)


def start(kind: str, /, user=None, **arguments) -> Job:
    """Create a job that a worker runs soon after the commit. The arguments must be JSON."""
    job = Job.objects.create(kind=kind, group=kind_of(kind).group, started_by=user, arguments=arguments)
    transaction.on_commit(partial(enqueue, job))
    return job


def enqueue(job: Job) -> None:
    result = run_job.enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(task=result.id)
