"""A thread that notices waiting jobs in one of the server's processes, and has the arbiter start a worker.

A worker that waits for jobs would need memory of its own. The server's processes have loaded the application
anyway, so one of them reports that this site has a worker, recovers jobs, starts those that are due
(blog/jobs/worker.py), and looks for waiting ones.
"""

import os
import signal
import threading

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from blog.files.locks import lock
from blog.jobs.worker import Reporter, is_work_waiting, logger
from site_config.job_worker import Requests

LOOK_SECONDS = 1
END_SECONDS = 5  # to wait for a query when the process ends


class JobWatch(threading.Thread):
    """The thread. Only the one whose process has locked the file of requests works, the others wait."""

    def __init__(self, requests: Requests, arbiter: int):
        """Create the thread. arbiter: the pid of the process that starts workers."""
        super().__init__(name="job-watch", daemon=True)
        self.requests = requests
        self.arbiter = arbiter
        self.reporter = Reporter(cleans_up=False)
        self.is_writer = False
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self._look()
            except (DatabaseError, OSError) as error:  # the next look is soon
                logger.warning("The server could not look for waiting jobs: %s", error)
            except Exception:  # without this thread, jobs would wait for up to an hour
                logger.exception("The server could not look for waiting jobs.")
        connection.close()

    def _look(self):
        self.is_writer = self.is_writer or lock(self.requests.file, waits=False, of_process=True)
        if not self.is_writer:
            return
        self.reporter.report_if_due()
        close_old_connections()
        if is_work_waiting():
            self.requests.add()
            os.kill(self.arbiter, signal.SIGCHLD)  # wakes it up

    def end(self) -> None:
        self._ended.set()
        self.join(END_SECONDS)
        if self.is_writer:
            self.reporter.forget()
