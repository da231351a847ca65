"""What a worker does beside its jobs, in a thread: it reports, and looks after what others have left."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.jobs.models import KEPT_FOR, Job
from blog.jobs.registry import clean_up, cleans_up
from blog.jobs.taking_up import take_up_jobs
from blog.jobs.worker_models import SEEN_EVERY, Worker

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2  # between two looks whether the parent process is there still
CLEAN_UP_EVERY = timedelta(hours=1)


class Reporter(threading.Thread):
    """Reports this worker every few seconds until end() is called.

    With ends_with_parent, the worker is told to end when the process that started it has ended.
    """

    def __init__(self, *, ends_with_parent: bool):
        super().__init__(name="reporter", daemon=True)
        self.worker = f"{socket.gethostname()}:{os.getpid()}"
        self.parent = os.getppid() if ends_with_parent else None
        self._ended = threading.Event()
        self._reported = self._cleaned_up = None

    def run(self) -> None:
        while not self._ended.is_set():
            if self.parent not in (None, os.getppid()):
                os.kill(os.getpid(), signal.SIGTERM)
                self.parent = None
            if _is_due(self._reported, SEEN_EVERY):
                self._reported = time.monotonic()
                self._report()
            self._ended.wait(LOOK_SECONDS)
        connection.close()

    def end(self) -> None:
        self._ended.set()
        self.join()
        Worker.objects.filter(name=self.worker).delete()

    def _report(self):
        close_old_connections()
        try:
            Worker.objects.note(self.worker)
            take_up_jobs()
            if _is_due(self._cleaned_up, CLEAN_UP_EVERY):
                self._cleaned_up = time.monotonic()
                clean_up()
        except DatabaseError as error:
            # It is busy or away. What runs a job will see it, too; here the next time is soon enough.
            logger.warning("The worker could not report: %s", error)


def _is_due(last, every):
    return last is None or time.monotonic() - last >= every.total_seconds()


@cleans_up
def forget_old() -> None:
    """Delete jobs that ended more than 30 days ago, workers that were killed, and what the queue did."""
    Job.objects.forget_old()
    Worker.objects.forget_old()
    old = DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lt=timezone.now() - KEPT_FOR)
    old.delete()


@contextmanager
def reporting(*, ends_with_parent: bool) -> Iterator[None]:
    reporter = Reporter(ends_with_parent=ends_with_parent)
    reporter.start()
    try:
        yield
    finally:
        reporter.end()
