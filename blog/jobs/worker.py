"""The worker's loop: that of django-tasks-db, which reports, and takes up what other workers have left."""

import os
import signal
import time

from django.db import close_old_connections
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from blog.jobs.reporting import reporting
from blog.jobs.run import worker_is_ending
from blog.jobs.taking_up import enqueue_waiting, take_up_jobs

NICENESS = 10  # readers go first, on a machine that both share


class JobWorker(db_worker.Worker):
    """Runs tasks one after another until it is told to end.

    While nothing waits it only reads: the loop of django-tasks-db takes SQLite's write lock for each look.
    """

    def __init__(self, *, interval: float, batch: bool, max_tasks: int | None, ends_with_parent: bool):
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            worker_id=get_random_string(32),
            interval=interval,
            batch=True,  # so that run() there ends when nothing waits
            startup_delay=False,
            max_tasks=max_tasks,
        )
        self.ends_when_idle = batch
        self.ends_with_parent = ends_with_parent

    def run(self) -> None:
        os.nice(NICENESS)
        take_up_jobs()
        enqueue_waiting()
        with reporting(ends_with_parent=self.ends_with_parent):
            while self.running and not self.has_done_enough:
                close_old_connections()
                if DBTaskResult.objects.ready().exists():
                    super().run()
                elif self.ends_when_idle:
                    return
                else:
                    time.sleep(self.interval)

    @property
    def has_done_enough(self) -> bool:
        return self.max_tasks is not None and self._run_tasks >= self.max_tasks

    def shutdown(self, signum, frame) -> None:
        """End after the batch in hand; called by a signal. Ctrl+C twice ends at once.

        TERM may come twice, of whoever ends all processes and of worker_watch.py, and does not.
        """
        if worker_is_ending.is_set() and signum == signal.SIGTERM:
            return
        worker_is_ending.set()
        super().shutdown(signum, frame)
