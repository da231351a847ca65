"""The job worker next to the server: a child of gunicorn's arbiter, which starts it when there are jobs.

The arbiter also starts it with the server, after each reload, and once an hour, because it deletes expired
data. It ends when there have been no jobs for IDLE_SECONDS, which frees its memory, after its current batch
at TERM, and when the arbiter has ended.

The nursery forks it, so that it shares the memory of the loaded application with workers that are started at
the same time (nursery.py). Without a nursery it is started as a command.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from site_config.processes import end_with

ROOT = Path(__file__).resolve().parent.parent
MAX_TASKS = 200  # limits memory leaks of libraries
IDLE_SECONDS = 20  # without jobs; starting takes over a second of CPU time
START_EVERY = 3600  # seconds, to delete expired data
COMMAND = [
    *(sys.executable, str(ROOT / "manage.py"), "db_worker"),
    *("--max-tasks", str(MAX_TASKS), "--idle", str(IDLE_SECONDS)),
]
LOOK_SECONDS = 0.1
# Seconds before a failed worker is started again; doubled after each further early failure.
FIRST_PAUSE, LONGEST_PAUSE = 1, 60
EARLY_EXIT_SECONDS = 60
ADOPTION_SECONDS = 5


class Requests:
    """A file in which processes of the server request the job worker.

    A process that forked from the arbiter has the same file. One of them at a time has locked it, and writes.
    """

    def __init__(self):
        self.file, path = tempfile.mkstemp(prefix="galley-jobs-")
        os.unlink(path)  # it stays open as long as the server runs

    def add(self) -> None:
        os.pwrite(self.file, b"1", 0)

    def clear(self) -> None:
        os.truncate(self.file, 0)

    def __bool__(self):
        return os.fstat(self.file).st_size > 0


class JobWorker:
    """Starts the worker and follows it: the arbiter calls look() regularly, and start() if is_due.

    pids: those of the worker and, after a reload, of earlier ones that end their batch.
    """

    def __init__(self):
        self.requests = Requests()
        self.pids: list[int] = []
        self.current: int | None = None
        self.started = self.next_start = 0.0
        self.pause = FIRST_PAUSE
        self.is_on = self.is_needed = False

    @property
    def is_due(self) -> bool:
        now = time.monotonic()
        is_wanted = self.is_needed or self.requests or now - self.started >= START_EVERY
        return bool(self.is_on and is_wanted) and self.current is None and now >= self.next_start

    def start(self, fork: Callable[[], int | None]) -> None:
        """Start the worker. fork: returns the pid of a forked one, or None if it cannot fork."""
        self.requests.clear()
        self.is_needed = False
        self.current = fork() or run_command()
        self.started = time.monotonic()
        self.pids.append(self.current)

    def renew(self) -> None:
        """End the worker after its current batch. The next one, with the new code, is due at once."""
        self.look()
        self._terminate()
        self.current, self.next_start, self.is_on, self.is_needed = None, 0.0, True, True

    def look(self) -> None:
        """Notice workers that have ended. Call it before gunicorn reaps all children."""
        for pid in list(self.pids):
            try:
                found, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                found, status = pid, 0
            if found:
                self.pids.remove(pid)
                if pid == self.current:
                    self._plan_next(os.waitstatus_to_exitcode(status))

    def end(self, seconds: float) -> None:
        """End all workers, and kill those that take longer."""
        self.is_on = False
        self.look()
        self._terminate()
        until = time.monotonic() + seconds
        while self.pids and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            self.look()
        for pid in self.pids:
            os.killpg(pid, signal.SIGKILL)  # its job is recovered at the next start

    def _terminate(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)

    def _plan_next(self, status):
        """Start the next worker on request after a clean exit, otherwise after a pause that doubles."""
        self.current = None
        self.requests.clear()  # those that were added while it ran; if jobs still wait, another one follows
        if status == 0 or time.monotonic() - self.started > EARLY_EXIT_SECONDS:
            self.pause = FIRST_PAUSE
        if status == 0:
            self.next_start = 0.0
            return
        self.is_needed = True
        sys.stderr.write(f"worker: ended with status {status}; it is started again in {self.pause} s\n")
        self.next_start = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def run_command(command: list[str] = COMMAND) -> int:
    # In its own process group: Ctrl+C must reach only the server, which then ends the worker cleanly.
    # Popen closes the server's sockets, which gunicorn makes inheritable.
    ends = partial(end_with, os.getpid())
    process = subprocess.Popen(command, process_group=0, preexec_fn=ends)  # noqa: S603 -- our own command
    process.returncode = 0  # prevents Popen from waiting for it, as look() does
    return process.pid


def run_forked(parent: int) -> None:
    """Run the job worker in this process, which the nursery has forked. It never returns.

    parent: the pid of the arbiter, whose child this process becomes.
    """
    os.setpgid(0, 0)  # as in run_command()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    until = time.monotonic() + ADOPTION_SECONDS
    while os.getppid() != parent:
        if time.monotonic() > until:  # the arbiter has ended
            os._exit(1)
        time.sleep(0.001)
    end_with(parent)
    status = 1
    try:
        status = _run_jobs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _run_jobs() -> int:
    """Run the command db_worker, and return its exit status."""
    from django.core.management import CommandError, call_command

    try:
        call_command("db_worker", max_tasks=MAX_TASKS, idle=IDLE_SECONDS)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.returncode
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
