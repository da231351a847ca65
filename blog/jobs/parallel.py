"""Jobs that run in parallel with others, each in a thread of the worker.

These jobs mostly wait for the servers of other sites. Without threads of their own, they would delay all
other jobs for hours.
"""

import threading
import time
from contextlib import ExitStack

from django.db import connection

from blog.jobs.models import Job
from blog.jobs.run import claim, execute, worker_is_ending

END_SECONDS = 20  # that an ending worker waits for its threads; the next worker continues their jobs


class Threads:
    """The threads of one worker."""

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
        thread = threading.Thread(target=_execute, args=arguments, name=f"job-{job.pk}", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
        return True

    def close(self) -> None:
        """Signal the jobs to stop, as TERM does, and wait up to END_SECONDS for the threads."""
        if self.are_running:
            worker_is_ending.set()
        until = time.monotonic() + END_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))


def _execute(running, claimed):
    try:
        with claimed:
            execute(running)
    finally:
        connection.close()
