"""One job while it runs: its progress, whether it should stop, and how it ends."""

import logging
import threading
import time

from django.db import Error as DatabaseError
from django.db.models import F
from django.utils.translation import gettext as _

from blog.jobs import locks
from blog.jobs.models import Job
from blog.jobs.registry import kind_of

logger = logging.getLogger(__name__)

WRITE_SECONDS = 0.5  # between two reports of progress, and between two looks for a request to stop

# Set when this worker has been told to end: the job that it runs goes back to those that wait.
worker_is_ending = threading.Event()


class JobFailedError(Exception):
    """A job cannot go on. The reason is shown to people."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class JobStopped(Exception):  # noqa: N818 -- no error: somebody asked for it
    """Raised by a job's function that saw stop_requested and ended early; result is stored with the job."""

    def __init__(self, result: dict | None = None):
        super().__init__()
        self.result = result


class LockLostError(Exception):
    """The database no longer holds this worker's lock on the job, so another worker may run it by now."""


class RunningJob:
    """What a job's function sees of its job.

    progress(), store() and stop_requested belong between transactions: they read or write the job's row.
    """

    def __init__(self, job: Job, held: locks.HeldLocks):
        self.job = job
        self._held = held
        self._written = self._looked = 0.0
        self._stop = False

    def progress(self, done: int, total: int | None = None, step: str = "") -> None:
        """Say how far the job is. Stored at most twice a second; what is said last is stored with the end.

        step is a short text for people of what it does now; without one, the last one stays.
        """
        job = self.job
        job.done = done
        job.total = job.total if total is None else total
        job.step = step or job.step
        if time.monotonic() - self._written >= WRITE_SECONDS:
            self._written = time.monotonic()
            self._save("done", "total", "step")

    @property
    def stop_requested(self) -> bool:
        """Whether the function should raise Stopped: somebody asked for it, or the worker ends."""
        if worker_is_ending.is_set():
            return True
        if not self._stop and time.monotonic() - self._looked >= WRITE_SECONDS:
            self._looked = time.monotonic()
            self._stop = self.was_stop_requested_by_user()
        return self._stop

    def store(self, **result) -> None:
        """Add to the job's result at once: a repetition after a kill finds it in job.result."""
        self.job.result |= result
        self._save("result")

    def was_stop_requested_by_user(self) -> bool:
        self._check_lock()
        return Job.objects.filter(pk=self.job.pk, stop_requested_at__isnull=False).exists()

    def end(self, state: str, reason: str = "", result: dict | None = None) -> None:
        self._check_lock()
        self.job.result |= result or {}
        self.job.end(state, reason)

    def requeue(self) -> None:
        """Let the job wait again, as if it had not begun, but for what it stored."""
        self._save("result")
        Job.objects.filter(pk=self.job.pk).requeue(attempts=F("attempts") - 1)

    def _save(self, *fields):
        self._check_lock()
        Job.objects.filter(pk=self.job.pk).update(**{name: getattr(self.job, name) for name in fields})

    def _check_lock(self):
        try:
            self._held.check()
        except DatabaseError as error:
            raise LockLostError from error


def run(job_id: int) -> bool:
    """Run a job until it ends or has to wait again; return whether it was run.

    It is left alone if it does not wait, or if another worker runs one of its group.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return False
    with locks.hold(*job.locks) as held:
        if held is None or not Job.objects.filter(pk=job_id).begin():
            return False
        _run(RunningJob(Job.objects.select_related("started_by").get(pk=job_id), held))
    return True


def _run(running: RunningJob) -> None:
    job = running.job
    try:
        result = kind_of(job.kind).run(running, **job.arguments)
    except LockLostError:
        raise  # and write nothing: the job belongs to another worker
    except JobStopped as stopped:
        _stop(running, stopped.result or {})
    except JobFailedError as error:
        running.end(Job.State.FAILED, error.reason)
    except Exception:
        logger.exception("The job %s (%s) failed.", job.pk, job.kind)
        reason = _("Something went wrong that nobody foresaw. The server's log has the details.")
        running.end(Job.State.FAILED, reason)
    else:
        running.end(Job.State.DONE, result=result)


def _stop(running, result):
    if worker_is_ending.is_set() and not running.was_stop_requested_by_user():
        running.job.result |= result
        running.requeue()
    else:
        running.end(Job.State.STOPPED, result=result)
