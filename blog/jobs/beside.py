"""Jobs that run next to others, each in a thread of the worker.

They wait for something far away most of the time, such as the servers of other sites, and would keep all
other jobs waiting for hours.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from blog.jobs.run import worker_is_ending

logger = logging.getLogger(__name__)

END_SECONDS = 20  # for the threads when the worker ends; their jobs then go on in the next worker


class Threads:
    """The threads of one worker."""

    def __init__(self):
        self._threads = []

    @property
    def are_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def start(self, run: Callable[[int], None], job_id: int) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._run, args=[run, job_id], name=f"job-{job_id}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Have the jobs end as at TERM, and wait for that."""
        if self.are_running:
            worker_is_ending.set()
        until = time.monotonic() + END_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))

    def _run(self, run, job_id):
        try:
            run(job_id)
        except Exception:  # nobody else would hear of it; the job is taken up again, since nothing locks it
            logger.exception("The job %s broke off.", job_id)
        finally:
            connection.close()


_threads: Threads | None = None


def threads() -> Threads | None:
    """Return the threads of the worker in this process; None if it is no worker."""
    return _threads


@contextmanager
def running() -> Iterator[Threads]:
    """Allow threads as long as the block of a with statement runs."""
    global _threads
    _threads = Threads()
    try:
        yield _threads
    finally:
        _threads.end()
        _threads = None
