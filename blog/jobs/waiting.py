"""The worker next to the server: a process that waits for jobs, and forks another that runs them.

The second process ends when there have been no jobs for IDLE_SECONDS, which frees the memory that the jobs
used. The first process shares most of its memory with the server's processes. It forks, so it has no threads.
"""

import ctypes
import logging
import os
import signal
import time
from contextlib import suppress

from django.db import close_old_connections, connection, connections

from blog.jobs.worker import JobWorker, Reporter, is_work_waiting, recover_jobs, start_up

logger = logging.getLogger(__name__)

IDLE_SECONDS = 10  # without jobs, until the process that runs them ends
ENDING = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}
# Blocked in the process that waits, so that they never interrupt its queries. _next_signal() fetches them.
SIGNALS = {*ENDING, signal.SIGCHLD}
PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
FAILURE = 1  # exit status


class WaitingWorker:
    """A worker whose jobs run in a second process. It ends at TERM, and when its parent ends."""

    def __init__(self, *, interval: float, max_tasks: int | None):
        self.interval = interval
        self.max_tasks = max_tasks
        self.parent = os.getppid()
        self.running: int | None = None  # the pid of the process that runs jobs
        self.is_ending = False

    def run(self) -> int:
        """Wait for jobs, and fork a process that runs them. Return the exit status.

        If the second process fails, this process ends, too, and gunicorn starts a new one after a pause.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        start_up()
        reporter = Reporter()
        status = 0
        try:
            while not status and (self.running or not self.is_ending):
                close_old_connections()
                reporter.report_if_due()
                if not self.running and is_work_waiting():
                    self._fork()
                if self._was_told_to_end():
                    self._end()
                status = self._look()
        finally:
            reporter.forget()
        return status

    def _was_told_to_end(self):
        """Wait for the interval, or until a signal. Return whether this process should end."""
        return _next_signal(self.interval) in ENDING or os.getppid() != self.parent

    def _end(self):
        self.is_ending = True
        if self.running:
            os.kill(self.running, signal.SIGTERM)  # ends it after its batch; it ignores a second TERM

    def _look(self) -> int:
        """Return FAILURE if the second process has failed, otherwise 0."""
        found, status = os.waitpid(self.running, os.WNOHANG) if self.running else (0, 0)
        if not found:
            return 0
        self.running = None
        if status == 0 or self.is_ending:
            return 0
        logger.error("The process that runs jobs ended with status %s.", os.waitstatus_to_exitcode(status))
        recover_jobs()
        return FAILURE

    def _fork(self):
        _close_connections()
        parent = os.getpid()
        self.running = os.fork()
        if not self.running:
            self._work(parent)

    def _work(self, parent):
        """Run jobs in this process, which is the second. Never returns."""
        status = FAILURE
        try:
            worker = JobWorker(interval=self.interval, max_tasks=self.max_tasks, idle_seconds=IDLE_SECONDS)
            worker.configure_signals()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            _end_with(parent)
            worker.work()
            status = 0
        except SystemExit as ending:
            status = int(ending.code or 0)
        except BaseException:
            logger.exception("The process that runs jobs broke off.")
        finally:
            os._exit(status)


def _next_signal(seconds):
    """Return the number of the next signal of SIGNALS, or None if none arrives within these seconds."""
    if hasattr(signal, "sigtimedwait"):
        received = signal.sigtimedwait(SIGNALS, seconds)
        return received and received.si_signo
    time.sleep(seconds)  # macOS
    return signal.sigwait(SIGNALS) if signal.sigpending() & SIGNALS else None


def _close_connections():
    """Close all connections, which processes must not share, and PostgreSQL's pool, which has threads."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _end_with(parent):
    """Request that Linux sends TERM to this process when its parent ends, even if the parent is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
