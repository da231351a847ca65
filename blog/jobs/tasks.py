"""The task that runs jobs, and functions that enqueue it."""

from functools import partial

from django.db import transaction
from django.tasks import task

from blog.jobs import parallel, run
from blog.jobs.models import Job
from blog.jobs.registry import kind_of, runs_in_thread


@task
def run_job(job_id: int) -> None:
    """Run the job, in a thread if its kind runs in parallel with others and this process is a worker."""
    threads = parallel.threads()
    if threads and _runs_in_thread(job_id):
        threads.start(_run_job, job_id)
    else:
        _run_job(job_id)


def _runs_in_thread(job_id):
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    return kind is not None and runs_in_thread(kind)


def _run_job(job_id):
    """Run the job, unless another job of its group is running: that job enqueues the next when it ends."""
    was_run = run.run(job_id)
    job = Job.objects.filter(pk=job_id).first()
    # The task of a job that was stopped while waiting may be the only one left to enqueue the next job.
    if job and (was_run or not job.is_active):
        enqueue_after(job)


def start(kind: str, /, user=None, **arguments) -> Job:
    """Create a job that a worker runs soon after the commit. Its arguments must be JSON-serialisable."""
    job = Job.objects.create(kind=kind, group=kind_of(kind).group, started_by=user, arguments=arguments)
    # robust: the commit succeeds even if the queue fails, and a worker finds the job without a task.
    transaction.on_commit(partial(enqueue, job), robust=True)
    return job


def enqueue(job: Job) -> None:
    """Put a job into the queue. Safe to repeat: the second task finds that the job is not waiting."""
    result = run_job.enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(task=result.id)


def enqueue_after(job: Job) -> None:
    """Enqueue the next job of an ended job's group, or the job itself if it was requeued."""
    if job.is_active:
        enqueue(job)
    elif job.group and (following := Job.objects.waiting().filter(group=job.group).first()):
        enqueue(following)
