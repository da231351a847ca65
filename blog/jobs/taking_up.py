"""Jobs that a killed process has left: they wait again, and are put into the queue again."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.jobs import locks
from blog.jobs.models import Job
from blog.jobs.tasks import enqueue, enqueue_after

MAX_ATTEMPTS = 3
ENQUEUED_WITHIN = timedelta(minutes=1)  # of its creation, unless the process that created it was killed


def take_up_jobs() -> None:
    """Let jobs wait again whose worker is gone, and enqueue jobs that never were; may run in any worker."""
    for job in Job.objects.filter(state=Job.State.RUNNING):
        with locks.hold(f"job-{job.pk}") as held:
            if held and (left := Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).first()):
                _take_up(left)
    for job in Job.objects.waiting().filter(task="", created_at__lt=timezone.now() - ENQUEUED_WITHIN):
        enqueue(job)


def enqueue_waiting() -> None:
    """Enqueue all jobs that wait: a killed worker may have had the task of one in hand."""
    for job in Job.objects.waiting():
        enqueue(job)


def _take_up(job):
    if job.stop_requested_at:
        job.end(Job.State.STOPPED)
    elif job.attempts >= MAX_ATTEMPTS:
        job.end(Job.State.FAILED, _why_not_again(job))
    else:
        Job.objects.filter(pk=job.pk).put_back()
        job.refresh_from_db()
    enqueue_after(job)


def _why_not_again(job):
    return _(
        "The worker was killed %(attempts)d times while it did this, so it is not tried again. The server "
        "may have too little memory for it."
    ) % {"attempts": job.attempts}
