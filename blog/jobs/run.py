"""Start and run jobs: store their progress, stop them on request, and record how they ended."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.db.models import F
from django.utils.translation import gettext as _

from blog.files.conflicts import repeat_on_conflict
from blog.jobs import locks
from blog.jobs.models import Job
from blog.jobs.registry import kind_of
from blog.sandbox.refusals import RefusedError

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # of a job whose worker is killed, or for which the sandbox is too busy
WRITE_SECONDS = 0.5  # at least, between two writes of progress and between two checks for a stop request

# Set when this worker has to shut down: the job that it runs is requeued.
worker_is_ending = threading.Event()


class JobFailedError(Exception):
    """Raised by a job's function that cannot continue. The message is shown to users."""


class JobStopped(Exception):  # noqa: N818 -- not an error: a user or the worker requested it
    """Raised by a job's function that ends early after stop_requested. result is stored with the job."""

    def __init__(self, result: dict | None = None):
        super().__init__()
        self.result = result


class LockLostError(Exception):
    """Raised when this worker has lost its lock on the job, so that another worker may be running it."""


class RunningJob:
    """A running job, with what its function needs.

    Use progress(), store() and stop_requested only between transactions: they read or write the job's row.
    """

    def __init__(self, job: Job, held: locks.HeldLocks):
        self.job = job
        self._held = held
        self._written = self._checked = 0.0
        self._stop = False

    def progress(self, done: int, total: int | None = None, step: str = "") -> None:
        """Report progress. It is stored at most twice a second, when a step begins, and when the job ends.

        step describes the current step to users, in a few words. Without it, the previous step is kept.
        """
        job = self.job
        job.done = done
        job.total = job.total if total is None else total
        is_new_step = step not in ("", job.step)
        job.step = step or job.step
        if is_new_step or time.monotonic() - self._written >= WRITE_SECONDS:
            self._written = time.monotonic()
            self._save("done", "total", "step")

    def advance(self, done: int, total: int) -> None:
        """Report progress. Raises JobStopped if the function should end here."""
        self.progress(done, total)
        if self.stop_requested:
            raise JobStopped

    @property
    def stop_requested(self) -> bool:
        """Whether the function should raise JobStopped: a user requested it, or the worker shuts down."""
        if worker_is_ending.is_set():
            return True
        if not self._stop and time.monotonic() - self._checked >= WRITE_SECONDS:
            self._checked = time.monotonic()
            self._stop = self.was_stop_requested_by_user()
        return self._stop

    def store(self, **result) -> None:
        """Add to the job's result and save it at once, so that the next attempt finds it after a kill."""
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
        """Requeue the job with its stored result. This attempt is not counted."""
        self._save("result")
        Job.objects.filter(pk=self.job.pk).requeue(attempts=F("attempts") - 1)

    def repeat(self) -> None:
        """Requeue the job. This attempt is counted."""
        self._check_lock()
        Job.objects.filter(pk=self.job.pk).requeue()

    def _save(self, *fields):
        self._check_lock()
        Job.objects.filter(pk=self.job.pk).update(**{name: getattr(self.job, name) for name in fields})

    def _check_lock(self):
        try:
            self._held.check()
        except DatabaseError as error:
            raise LockLostError from error


def start(kind: str, /, user=None, **arguments) -> Job:
    """Create a job that a worker runs soon after the commit. Its arguments must be JSON-serialisable."""
    return Job.objects.create(kind=kind, group=kind_of(kind).group, started_by=user, arguments=arguments)


@contextmanager
def claim(job: Job) -> Iterator[RunningJob | None]:
    """Mark a waiting job as running, and hold its locks inside the block.

    Yield None if it is not waiting, or if another process runs a job of its group.
    """
    with locks.hold(*job.locks) as held:
        row = Job.objects.filter(pk=job.pk)
        if held and row.begin():
            yield RunningJob(row.select_related("started_by").get(), held)
        else:
            yield None


def run(job: Job) -> bool:
    """Run a job until it ends or is requeued. Return whether it could be claimed."""
    with claim(job) as running:
        if running:
            execute(running)
    return running is not None


def execute(running: RunningJob) -> None:
    """Run a claimed job. If its end cannot be stored, it is recovered, because it is no longer locked."""
    try:
        _run(running)
    except Exception:
        logger.exception("The job %s broke off.", running.job.pk)


def _run(running: RunningJob) -> None:
    job = running.job
    try:
        # Every job can be repeated, because its worker may be killed.
        result = repeat_on_conflict(lambda: kind_of(job.kind).run(running, **job.arguments))
    except LockLostError:
        raise  # without writing to the row: another worker may be running the job
    except JobStopped as stopped:
        _stop(running, stopped.result or {})
    except (JobFailedError, RefusedError) as error:
        _fail(running, error)
    except Exception:
        logger.exception("The job %s (%s) failed.", job.pk, job.kind)
        running.end(Job.State.FAILED, _unexpected())
    else:
        running.end(Job.State.DONE, result=result)


def _fail(running, error):
    """End the job as failed, or repeat it if the sandbox was only busy."""
    refusal = error if isinstance(error, RefusedError) else error.__cause__
    is_passing = isinstance(refusal, RefusedError) and refusal.is_passing
    if is_passing and running.job.attempts < MAX_ATTEMPTS:
        running.repeat()
    elif isinstance(error, JobFailedError):
        running.end(Job.State.FAILED, str(error))
    else:
        logger.error("The job %s (%s) failed.", running.job.pk, running.job.kind, exc_info=error)
        running.end(Job.State.FAILED, _unexpected())


def _unexpected():
    return _("An unexpected error occurred. See the server log for details.")


def _stop(running, result):
    if worker_is_ending.is_set() and not running.was_stop_requested_by_user():
        running.job.result |= result
        running.requeue()
    else:
        running.end(Job.State.STOPPED, result=result)
