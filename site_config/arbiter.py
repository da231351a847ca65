"""gunicorn's arbiter, changed so that old workers continue serving until new workers are ready.

gunicorn ends the old workers as soon as it has started new ones, and ends itself if a new worker does not
start, for example because migrations are not applied. This arbiter ends the old workers only when every new
worker is serving, both on reload and when it replaces a worn worker. If a new worker does not start, the old
workers stay.

gunicorn.py installs the class. Workers write their state to the start of gunicorn's temporary file.
"""

import os
import signal
import time

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from site_config.job_worker import JobWorker
from site_config.nursery import NoNurseryError, Nursery
from site_config.processes import PR_SET_CHILD_SUBREAPER, prctl

READY, WORN = b"ready", b"ready, worn"
FIRST_PAUSE, LONGEST_PAUSE = 1, 10  # seconds to wait after a worker did not start


def report_state(worker, state: bytes) -> None:
    """Report the state of this worker, READY or WORN, to the arbiter."""
    os.pwrite(worker.tmp.fileno(), state, 0)
    worker.notify()  # writing changed the file's time, which gunicorn uses as the worker's heartbeat


def has_reported(worker, state: bytes) -> bool:
    return os.fstat(worker.tmp.fileno()).st_size >= len(state)


class PatientArbiter(Arbiter):
    """Arbiter that ends old workers late.

    `replaced` are the pids to end when the new workers are ready, `ending` those that were sent TERM.
    """

    # gunicorn.py assigns this class to a running arbiter, so __init__() would not be called.
    replaced: frozenset[int] = frozenset()
    ending: frozenset[int] = frozenset()
    is_reloading = has_started = has_served = is_stopping = False
    pause, next_start = FIRST_PAUSE, 0.0
    nursery: Nursery | None = None
    jobs: JobWorker
    nursery_end = None  # in a worker that a nursery forked: the nursery's socket
    has_nurseries = True

    def reload(self):
        """Start new workers. Unlike gunicorn's reload, keep the bind address, environment and pid file."""
        self._stats["reloads"] += 1
        self.app.reload()
        self.setup(self.app)
        self.log.reopen_files()
        self.replaced = frozenset(self.WORKERS)
        self.end_nursery()
        self.is_reloading = True
        self.next_start = 0.0
        self.manage_workers()

    def manage_workers(self):
        """Start missing workers, and end replaced and surplus workers once all new ones are ready."""
        self.forget_ended()
        self.end(self.ending)  # again: a worker that has just been started ignores the signal
        self.replaced |= {pid for pid, worker in self.WORKERS.items() if has_reported(worker, WORN)}
        if len(self.new_workers) < self.num_workers and time.monotonic() >= self.next_start:
            if not self.nursery_is_done():
                return
            for _ in range(self.num_workers - len(self.new_workers)):
                self.spawn_worker()
        new = self.new_workers
        if len(new) < self.num_workers or not all(has_reported(worker, READY) for worker in new.values()):
            return
        self.pause, self.next_start = FIRST_PAUSE, 0.0
        surplus = sorted(new, key=lambda pid: new[pid].age)[: len(new) - self.num_workers]
        self.end(self.replaced | frozenset(surplus))
        if self.is_reloading or not self.has_started:
            self.is_reloading, self.has_started = False, True
            self.cfg.on_reload(self)
        if self.jobs.is_due and self.nursery_is_done():
            self.jobs.start(self.fork_job_worker)
        if not self.jobs.is_due:
            # Its memory is worth more than the time to load the application again when a worker is replaced.
            self.end_nursery()

    def nursery_is_done(self) -> bool:
        """Start a nursery if there is none. Return False as long as it loads the application."""
        if self.nursery is None and self.has_nurseries:
            self.has_nurseries = prctl(PR_SET_CHILD_SUBREAPER, 1)  # to adopt the workers
            self.nursery = Nursery(self) if self.has_nurseries else None
        if self.nursery is None:
            return True
        self.nursery.look()
        return self.nursery.is_ready or self.nursery.has_ended

    def end_nursery(self):
        if self.nursery is not None:
            self.nursery.end()
            self.nursery = None

    def spawn_worker(self):
        """Have the nursery fork a worker, or fork it here if there is no nursery."""
        if self.nursery is None or not self.nursery.is_ready:
            return super().spawn_worker()
        try:
            worker = self.nursery.fork_worker(self.worker_age + 1)
        except NoNurseryError:
            self.nursery = None
            return None
        self.worker_age = worker.age
        self.WORKERS[worker.pid] = worker
        self._stats["workers_spawned"] += 1
        return worker.pid

    def fork_job_worker(self) -> int | None:
        if self.nursery is None or not self.nursery.is_ready:
            return None
        try:
            return self.nursery.fork_job_worker()
        except NoNurseryError:
            return None

    def stop(self, graceful=True):
        self.is_stopping = True
        self.end_nursery()
        super().stop(graceful)

    @property
    def new_workers(self) -> dict:
        gone = self.replaced | self.ending
        return {pid: worker for pid, worker in self.WORKERS.items() if pid not in gone}

    def end(self, pids: frozenset[int]):
        for pid in pids:
            self.kill_worker(pid, signal.SIGTERM)
        self.ending |= pids
        self.forget_ended()

    def forget_ended(self):
        self.ending &= self.WORKERS.keys()
        self.replaced = (self.replaced & self.WORKERS.keys()) - self.ending

    def reap_workers(self):
        """Keep the old workers if a new one does not start. Raises HaltServer if none has ever served."""
        self.jobs.look()
        self.has_served |= any(has_reported(worker, READY) for worker in self.WORKERS.values())
        while True:
            try:
                return super().reap_workers()
            except HaltServer:
                if self.is_stopping:  # of several workers that do not start, each raises it
                    continue
                if not self.has_served:
                    raise
                self.stay_with_old_workers()

    def stay_with_old_workers(self):
        self.forget_ended()
        not_ready = {pid for pid, worker in self.new_workers.items() if not has_reported(worker, READY)}
        if self.is_reloading:
            self.log.error(
                "A new worker did not start. The old workers continue. Fix the cause, then reload again."
            )
            self.end(frozenset(self.new_workers))
        elif len(self.new_workers) < self.num_workers:
            self.log.error("A new worker did not start. Retrying in %s s.", self.pause)
            self.end(frozenset(not_ready))
        self.replaced = frozenset()
        self.end_nursery()
        self.is_reloading = False
        self.next_start = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
