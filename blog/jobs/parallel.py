"""Jobs that run in parallel with others, each in a thread of the worker.

These jobs mostly wait for the servers of other sites. Without threads of their own, they would delay all
other jobs for hours.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from blog.jobs.run import worker_is_ending

logger = logging.getLogger(__name__)

END_SECONDS = 20  # that an ending worker waits for its threads; the next worker continues their jobs


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
        """Signal the jobs to stop, as TERM does, and wait up to END_SECONDS for the threads."""
        if self.are_running:
            worker_is_ending.set()
        until = time.monotonic() + END_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))

    def _run(self, run, job_id):
        try:
            run(job_id)
        except Exception:  # otherwise not logged; the job is recovered, because it is no longer locked
            logger.exception("The job %s broke off.", job_id)
        finally:
            connection.close()


_threads: Threads | None = None


def threads() -> Threads | None:
    """Return the threads of the worker in this process, or None outside of a worker."""
    return _threads


@contextmanager
def running() -> Iterator[Threads]:
    """Run the block with threads for parallel jobs, and end the threads afterwards."""
    global _threads
    _threads = Threads()
    try:
        yield _threads
    finally:
        _threads.end()
        _threads = None
