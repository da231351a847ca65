"""A thread that notices waiting jobs in one of the web workers, and has the supervisor start the job worker.

A job worker that waits for jobs would need memory of its own. The web workers have loaded the application
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

LOOK_SECONDS = 1
END_SECONDS = 5  # to wait for a query when the process ends


class JobWatch(threading.Thread):
    """The thread. Only the one whose process has locked the supervisor's file works, the others wait."""

    def __init__(self, file: int, supervisor: int):
        """Create the thread. supervisor: the pid of the process that starts job workers."""
        super().__init__(name="job-watch", daemon=True)
        self.file = file
        self.supervisor = supervisor
        self.reporter = Reporter(cleans_up=False)
        self.is_first = False
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
        self.is_first = self.is_first or lock(self.file, waits=False, of_process=True)
        if not self.is_first:
            return
        self.reporter.report_if_due()
        close_old_connections()
        if is_work_waiting():
            os.kill(self.supervisor, signal.SIGUSR1)

    def end(self) -> None:
        self._ended.set()
        self.join(END_SECONDS)
        if self.is_first:
            self.reporter.forget()


def job_watch() -> JobWatch | None:
    """Return the thread for this process, or None if its supervisor starts no job worker."""
    if "JOBS_FD" not in os.environ:
        return None
    return JobWatch(int(os.environ["JOBS_FD"]), int(os.environ["SUPERVISOR_PID"]))
