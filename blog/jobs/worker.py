"""The worker: its loop, its reports, and the recovery of jobs whose worker was killed.

JobWorker is the loop of django-tasks-db with one change: its query for tasks, once a second, takes no write
lock.

A separate thread (Reporter) stores every 15 seconds that the worker is alive, and recovers jobs. A job that
is *running* in the database but not locked by any process has lost its worker. It is requeued, and fails
after its third attempt.

The worker next to the server ends when there are no jobs (site_config/job_worker.py). Meanwhile one of the
server's processes reports, and notices new jobs (site_config/job_watch.py).
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from blog.jobs import locks, parallel
from blog.jobs.models import JOB_RETENTION, SEEN_EVERY, Job, Worker
from blog.jobs.registry import clean_up, cleanup_hook, start_due_jobs
from blog.jobs.run import MAX_ATTEMPTS, worker_is_ending
from blog.jobs.tasks import enqueue, enqueue_after

logger = logging.getLogger(__name__)

# Gives pages for readers priority on a shared machine. At 10, a worker with SQLite's write lock got so little
# of a busy machine that others waited over 20 seconds, and failed.
NICENESS = 5
POLL_SECONDS = 2  # between the reporter's checks whether a report is due
CLEAN_UP_EVERY = timedelta(hours=1)
START_DUE_EVERY = timedelta(minutes=1)
# After this time without a task, the process that created the job was killed, or the queue failed.
ENQUEUED_WITHIN = timedelta(minutes=1)


class JobWorker(db_worker.Worker):
    """A worker that runs tasks one after another, and some in parallel (parallel.py), until it is shut down.

    While idle it only reads. The loop of django-tasks-db takes SQLite's write lock for each query.
    """

    def __init__(self, *, interval: float, max_tasks: int | None, idle_seconds: float | None = None):
        """Create a worker that ends after idle_seconds without jobs, or never if that is None."""
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            worker_id=get_random_string(32),
            interval=interval,
            batch=True,  # so that super().run() returns when the queue is empty
            startup_delay=False,
            max_tasks=max_tasks,
        )
        self.idle_seconds = idle_seconds
        self.last_ran = time.monotonic()

    def run(self) -> None:
        start_up()
        with reporting(), parallel.running() as threads:
            while self.running and not self.has_done_enough:
                close_old_connections()
                if is_work_waiting():
                    super().run()
                    self.last_ran = time.monotonic()
                elif self.has_waited_enough and not threads.are_running:
                    return
                else:
                    time.sleep(self.interval)

    @property
    def has_done_enough(self) -> bool:
        return self.max_tasks is not None and self._run_tasks >= self.max_tasks

    @property
    def has_waited_enough(self) -> bool:
        return self.idle_seconds is not None and time.monotonic() - self.last_ran >= self.idle_seconds

    def shutdown(self, signum, frame) -> None:
        """Shut down after the current batch (signal handler). A second Ctrl+C ends at once.

        A second TERM is ignored: the process manager and gunicorn may both send one.
        """
        if worker_is_ending.is_set() and signum == signal.SIGTERM:
            return
        worker_is_ending.set()
        super().shutdown(signum, frame)


def start_up() -> None:
    """Lower this process's priority, recover the jobs of killed workers, and enqueue waiting jobs."""
    os.nice(NICENESS)
    recover_jobs()
    enqueue_waiting()


def is_work_waiting() -> bool:
    return DBTaskResult.objects.ready().exists()


class Reporter(threading.Thread):
    """A thread that reports every 15 seconds that this worker is alive, and then recovers jobs.

    Once an hour it deletes expired data, if it cleans up.
    """

    def __init__(self, *, cleans_up: bool = True):
        super().__init__(name="reporter", daemon=True)
        self.cleans_up = cleans_up
        self.worker = f"{socket.gethostname()}:{os.getpid()}"
        self._ended = threading.Event()
        self._reported = self._cleaned_up = self._started_due = None

    def run(self) -> None:
        while not self._ended.is_set():
            self.report_if_due()
            self._ended.wait(POLL_SECONDS)
        connection.close()

    def end(self) -> None:
        self._ended.set()
        self.join()
        self.forget()

    def forget(self) -> None:
        """Delete the row of this worker. Without the database it stays, and soon counts as dead."""
        with suppress(DatabaseError):
            Worker.objects.filter(name=self.worker).delete()

    def report_if_due(self) -> None:
        if _is_due(self._reported, SEEN_EVERY):
            self._reported = time.monotonic()
            self._report()

    def _report(self):
        close_old_connections()
        try:
            Worker.objects.touch(self.worker)
            recover_jobs()
            if _is_due(self._started_due, START_DUE_EVERY):
                self._started_due = time.monotonic()
                start_due_jobs()
            if self.cleans_up and _is_due(self._cleaned_up, CLEAN_UP_EVERY):
                self._cleaned_up = time.monotonic()
                clean_up()
        except (DatabaseError, OSError) as error:
            # The database is busy or unreachable. A running job reports that; this thread just tries again.
            logger.warning("The worker could not report: %s", error)
        except Exception:  # without this thread, the worker would look dead
            logger.exception("The worker could not report.")


def _is_due(last, every):
    return last is None or time.monotonic() - last >= every.total_seconds()


@cleanup_hook
def forget_old() -> None:
    """Delete jobs that ended, and tasks enqueued, over 30 days ago, and workers that were killed."""
    Job.objects.forget_old()
    Worker.objects.forget_old()
    old = DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lt=timezone.now() - JOB_RETENTION)
    old.delete()


@cleanup_hook
def forget_sessions() -> None:
    """Delete expired sessions, which Django leaves to the clearsessions command."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@cleanup_hook
def forget_failed_logins() -> None:
    """Delete failed log-ins with their names and IP addresses, once they no longer limit further log-ins."""
    expired = timezone.now() - 2 * settings.AXES_COOLOFF_TIME  # as in blog/desk/login_limit.py
    AccessAttempt.objects.filter(attempt_time__lt=expired).delete()


@contextmanager
def reporting() -> Iterator[None]:
    reporter = Reporter()
    reporter.start()
    try:
        yield
    finally:
        reporter.end()


def recover_jobs() -> None:
    """Recover jobs of dead workers, and enqueue jobs without a task. Any worker may call it."""
    for job in Job.objects.filter(state=Job.State.RUNNING):
        with locks.hold(f"job-{job.pk}") as held:
            if held and (abandoned := Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).first()):
                _recover(abandoned)
    for job in Job.objects.waiting().filter(task="", created_at__lt=timezone.now() - ENQUEUED_WITHIN):
        enqueue(job)


def enqueue_waiting() -> None:
    """Enqueue all waiting jobs: a killed worker may have taken a job's task from the queue."""
    for job in Job.objects.waiting():
        enqueue(job)


def _recover(job):
    if job.stop_requested_at:
        job.end(Job.State.STOPPED)
    elif job.attempts >= MAX_ATTEMPTS:
        job.end(Job.State.FAILED, _reason_for_failure(job))
    else:
        Job.objects.filter(pk=job.pk).requeue()
        job.refresh_from_db()
    enqueue_after(job)


def _reason_for_failure(job):
    return _(
        "The worker was killed %(attempts)d times while running this job, so it will not be retried. The "
        "server may not have enough memory."
    ) % {"attempts": job.attempts}
