"""One job while it runs: its progress, whether it should stop, and how it ends."""

import logging
import time

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.jobs.registry import kind_of
from blog.models import Job

logger = logging.getLogger(__name__)

WRITE_SECONDS = 0.5  # between two reports of progress, and between two looks for a request to stop


class JobFailedError(Exception):
    """A job cannot go on. The reason is shown to people."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Stopped(Exception):  # noqa: N818 -- no error: somebody asked for it
    """Raised by a job's function that saw stop_requested and ended early; result is stored with the job."""

    def __init__(self, result: dict | None = None):
        super().__init__()
        self.result = result


class RunningJob:
    """What a job's function sees of its job.

    progress() and stop_requested belong between transactions: each reads or writes the job's row.
    """

    def __init__(self, job: Job):
        self.job = job
        self._written = self._looked = 0.0
        self._stop = False

    def progress(self, done: int, total: int | None = None, step: str = "") -> None:
        """Report how far the job is. Stored at most twice a second, and always when step changes or it ends."""
        job = self.job
        is_due = time.monotonic() - self._written >= WRITE_SECONDS or (step and step != job.step)
        job.done = done
        job.total = job.total if total is None else total
        job.step = step or job.step
        if is_due:
            self._write_progress()

    def _write_progress(self):
        job = self.job
        Job.objects.filter(pk=job.pk).update(done=job.done, total=job.total, step=job.step)
        self._written = time.monotonic()

    @property
    def stop_requested(self) -> bool:
        """Whether the function should raise Stopped now: somebody asked for it, or the worker ends."""
        if not self._stop and time.monotonic() - self._looked >= WRITE_SECONDS:
            self._looked = time.monotonic()
            self._stop = Job.objects.filter(pk=self.job.pk, stop_requested_at__isnull=False).exists()
        return self._stop

    def store(self, **result) -> None:
        """Add to the job's result at once, so that a repetition after a kill finds it in job.result."""
        self.job.result |= result
        Job.objects.filter(pk=self.job.pk).update(result=self.job.result)


def run(job_id: int) -> None:
    """Run a waiting job to its end. One that runs or has ended is left alone."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    begun = waiting.update(
        state=Job.State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1, reason=""
    )
    if begun:
        _run(RunningJob(Job.objects.select_related("started_by").get(pk=job_id)))


def _run(running: RunningJob) -> None:
    job = running.job
    try:
        result = kind_of(job.kind).run(running, **job.arguments)
    except Stopped as stopped:
        _end(running, Job.State.STOPPED, _("It was stopped."), stopped.result)
    except JobFailedError as error:
        _end(running, Job.State.FAILED, error.reason)
    except Exception:
        logger.exception("The job %s (%s) failed.", job.pk, job.kind)
        _end(running, Job.State.FAILED, _("Something went wrong that nobody foresaw; the log has the details."))
    else:
        _end(running, Job.State.DONE, "", result)


def _end(running, state, reason, result=None):
    job = running.job
    job.state, job.reason, job.ended_at = state, reason, timezone.now()
    job.result |= result or {}
    job.save(update_fields=["state", "reason", "ended_at", "result", "done", "total", "step"])
