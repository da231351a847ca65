"""Run the job worker next to gunicorn, and restart it when it ends.

gunicorn.py starts this module as a separate process, because gunicorn forks and must not have threads. HUP
replaces the worker, to load new code. TERM ends the worker after its current batch, and so does the end of
gunicorn.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The worker is replaced after 200 tasks, to limit memory leaks of libraries.
COMMAND = [sys.executable, "manage.py", "db_worker", "--ends-with-parent", "--max-tasks", "200"]
LOOK_SECONDS = 0.5
# Seconds before a failed worker is restarted; doubled after each further early failure.
FIRST_PAUSE, LONGEST_PAUSE = 1, 60
EARLY_EXIT_SECONDS = 60


class WorkerSupervisor:
    """Keeps one worker running until end() is called or the parent process ends."""

    def __init__(self, command: list[str]):
        self.command = command
        self.parent = os.getppid()
        self.worker = None
        self.is_ending = self.is_renewing = False
        self.pause = FIRST_PAUSE

    def run(self) -> None:
        while not self.should_end:
            started = time.monotonic()
            status = self.run_worker()
            if not self.should_end:
                self.wait_before_next(status, time.monotonic() - started)

    @property
    def should_end(self) -> bool:
        return self.is_ending or os.getppid() != self.parent

    def run_worker(self) -> int:
        """Start the worker, wait until it ends, and return its exit status."""
        self.is_renewing = False
        self.worker = subprocess.Popen(self.command, cwd=ROOT)  # noqa: S603 -- our own command
        while (status := self.worker.poll()) is None:
            if self.is_renewing:
                self.is_renewing = False
                self.worker.terminate()
            if self.should_end:
                self.worker.terminate()
                return self.worker.wait()
            time.sleep(LOOK_SECONDS)
        return status

    def wait_before_next(self, status: int, lived: float) -> None:
        """Wait after a failure, longer each time. Return at once if the exit status is 0."""
        if status == 0 or lived > EARLY_EXIT_SECONDS:
            self.pause = FIRST_PAUSE
        if status == 0:
            return
        sys.stderr.write(f"worker: ended with status {status}; it is started again in {self.pause} s\n")
        until = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        while time.monotonic() < until and not (self.should_end or self.is_renewing):
            time.sleep(LOOK_SECONDS)

    def end(self, *_signal) -> None:
        self.is_ending = True

    def renew(self, *_signal) -> None:
        """End the worker after its current batch. The next worker loads the new code."""
        self.is_renewing = True  # the signal may arrive before Popen() returns


def main(command: list[str] = COMMAND) -> None:
    watch = WorkerSupervisor(command)
    signal.signal(signal.SIGTERM, watch.end)
    signal.signal(signal.SIGINT, watch.end)
    signal.signal(signal.SIGHUP, watch.renew)
    watch.run()


if __name__ == "__main__":
    main()
