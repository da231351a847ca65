"""The worker: its loop, its reports, and the recovery of jobs whose worker was killed.

A separate thread (Reporter) stores every 15 seconds that the worker is alive, and recovers jobs. A job that
is *running* in the database but not locked by any process has lost its worker. It is requeued, and fails
after its third attempt.

The worker of bin/serve ends when there are no jobs (site_config/supervisor.py). Meanwhile one of the
server's processes reports, and notices new jobs (site_config/job_watch.py).
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection
from django.utils.translation import gettext as _

from blog.jobs import locks
from blog.jobs.models import SEEN_EVERY, Job, Worker
from blog.jobs.registry import clean_up, cleanup_hook, runs_in_thread, start_due_jobs
from blog.jobs.run import MAX_ATTEMPTS, claim, execute, run, worker_is_ending

logger = logging.getLogger(__name__)

# Gives pages for readers priority on a shared machine. At 10, a worker with SQLite's write lock got so little
# of a busy machine that others waited over 20 seconds, and failed.
NICENESS = 5
POLL_SECONDS = 2  # between the reporter's checks whether a report is due
CLEAN_UP_EVERY = timedelta(hours=1)
START_DUE_EVERY = timedelta(minutes=1)
THREADS_END_SECONDS = 20  # that an ending worker waits for its threads; the next worker continues their jobs


class JobWorker:
    """A worker that runs jobs one after another, and some in threads, until it is shut down.

    While idle it only reads, and takes no write lock on SQLite.
    """

    def __init__(self, *, interval: float, max_jobs: int | None, idle_seconds: float | None):
        """Create a worker that ends after max_jobs, and after idle_seconds without jobs, or never if None."""
        self.interval = interval
        self.max_jobs = max_jobs
        self.idle_seconds = idle_seconds
        self.number_run = 0
        self.last_ran = time.monotonic()
        self.is_sleeping = False

    def run(self) -> None:
        """Run jobs in a process with a lower priority, and recover those of killed workers."""
        os.nice(NICENESS)
        recover_jobs()
        with reporting(), closing(Threads()) as threads:
            while not worker_is_ending.is_set() and self.number_run != self.max_jobs:
                close_old_connections()
                if self.run_next(threads):
                    self.last_ran = time.monotonic()
                elif self.has_waited_enough and not threads.are_running:
                    return
                else:
                    self.sleep()

    def run_next(self, threads: "Threads") -> bool:
        """Run the oldest job that no other process prevents. Return False if there is none."""
        for job in Job.objects.ready():
            run_job = threads.run if runs_in_thread(job.kind) else run
            try:
                was_claimed = run_job(job)
            except OperationalError as error:  # such as SQLite's write lock, held by another process
                logger.warning("The worker could not claim the job %s: %s", job.pk, error)
                self.sleep()
                return True
            if was_claimed:
                self.number_run += 1
                return True
        return False

    def sleep(self) -> None:
        self.is_sleeping = True
        time.sleep(self.interval)
        self.is_sleeping = False

    @property
    def has_waited_enough(self) -> bool:
        return self.idle_seconds is not None and time.monotonic() - self.last_ran >= self.idle_seconds

    def configure_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, self.shut_down)

    def shut_down(self, signum, frame) -> None:
        """Shut down after the current batch (signal handler). A second Ctrl+C ends at once.

        A second TERM is ignored: the process manager and bin/serve may both send one.
        """
        if not worker_is_ending.is_set():
            logger.warning("Received %s: the worker ends after its current batch.", signal.strsignal(signum))
            worker_is_ending.set()
            if self.is_sleeping:
                sys.exit()
        elif signum != signal.SIGTERM:
            sys.exit(1)


class Threads:
    """The threads of one worker, each with a job of a kind that runs in parallel with others.

    These jobs mostly wait for the servers of other sites. Without threads of their own, they would delay all
    other jobs for hours.
    """

    def __init__(self):
        self._threads = []

    @property
    def are_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def run(self, job: Job) -> bool:
        """Run a job in a new thread. Return whether it could be claimed."""
        with ExitStack() as claiming:
            running = claiming.enter_context(claim(job))
            if running is None:
                return False
            arguments = [running, claiming.pop_all()]
        thread = threading.Thread(target=_run_claimed, args=arguments, name=f"job-{job.pk}", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
        return True

    def close(self) -> None:
        """Signal the jobs to stop, as TERM does, and wait up to THREADS_END_SECONDS for the threads."""
        if self.are_running:
            worker_is_ending.set()
        until = time.monotonic() + THREADS_END_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))


def _run_claimed(running, claimed):
    try:
        with claimed:
            execute(running)
    finally:
        connection.close()


def is_work_waiting() -> bool:
    return Job.objects.ready().exists()


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
    """Delete jobs that ended over 30 days ago, and workers that were killed."""
    Job.objects.forget_old()
    Worker.objects.forget_old()


@cleanup_hook
def forget_sessions() -> None:
    """Delete expired sessions, which Django leaves to the clearsessions command."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@contextmanager
def reporting() -> Iterator[None]:
    reporter = Reporter()
    reporter.start()
    try:
        yield
    finally:
        reporter.end()


def recover_jobs() -> None:
    """Requeue or end the jobs of dead workers. Any worker may call it."""
    for job in Job.objects.filter(state=Job.State.RUNNING):
        with locks.hold(f"job-{job.pk}") as held:
            if held and (abandoned := Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).first()):
                _recover(abandoned)


def _recover(job):
    if job.stop_requested_at:
        job.end(Job.State.STOPPED)
    elif job.attempts >= MAX_ATTEMPTS:
        reason = _(
            "The worker was killed %(attempts)d times while running this job, so it will not be retried. The "
            "server may not have enough memory."
        )
        job.end(Job.State.FAILED, reason % {"attempts": job.attempts})
    else:
        Job.objects.filter(pk=job.pk).requeue()
