"""The main process of bin/serve: it opens the socket, and runs gunicorn and the job worker as its children.

gunicorn loads the application once, and its workers share the memory. So a reload (HUP) starts a second
gunicorn on the same socket, with new code and packages. The first one ends when a worker of the second one
serves, and continues if the second one does not start.

This process loads neither Django nor gunicorn: it needs little memory, and no restart after an update.
"""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "python:site_config.gunicorn"]
APPLICATION = "site_config.asgi:application"
MAX_TASKS = 200  # limits memory leaks of libraries
IDLE_SECONDS = 20  # without jobs, then the job worker ends, which frees its memory
JOB_WORKER = [
    *(sys.executable, str(ROOT / "manage.py"), "db_worker"),
    *("--max-tasks", str(MAX_TASKS), "--idle", str(IDLE_SECONDS)),
]
JOBS_EVERY = 3600  # seconds, to delete expired data
TRUE, FALSE = {"1", "on", "t", "true", "y", "yes"}, {"", "0", "f", "false", "n", "no", "off"}

END_SIGNALS = {signal.SIGINT, signal.SIGTERM}
SIGNALS = {signal.SIGCHLD, signal.SIGHUP, signal.SIGUSR1, *END_SIGNALS}
START_SECONDS = 120  # to load the application
END_SECONDS = 40  # requests have 30 seconds in gunicorn, and the job worker ends after its current batch
# Seconds before a child that failed is started again; doubled after each further early failure.
FIRST_PAUSE, LONGEST_PAUSE = 1, 60
EARLY_EXIT_SECONDS = 60
PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
FIRST_PASSED = 3  # file number of the first socket that systemd passes


def say(words: str) -> None:
    sys.stderr.write(f"serve: {words}\n")


class Child:
    """A kind of child process, which is started again when it ends, after a pause if it failed."""

    def __init__(self, name: str):
        self.name = name
        self.process: subprocess.Popen | None = None
        self.started = self.next_start = 0.0
        self.pause = FIRST_PAUSE
        self.is_needed = True  # False after it ended in good order, until it is requested

    def follow(self, process: subprocess.Popen) -> None:
        self.process, self.started = process, time.monotonic()

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.next_start

    def look(self) -> None:
        """Notice that the process has ended, and plan the next start."""
        if self.process is None or (status := self.process.poll()) is None:
            return
        self.process, self.next_start, self.is_needed = None, 0.0, status != 0
        if status == 0 or time.monotonic() - self.started > EARLY_EXIT_SECONDS:
            self.pause = FIRST_PAUSE
        if status != 0:
            say(f"{self.name} ended with status {status}. It is started again in {self.pause} s.")
            self.wait()

    def wait(self) -> None:
        self.next_start = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)


class Supervisor:
    """Starts and ends gunicorn and the job worker."""

    def __init__(self, listeners: list[socket.socket], arguments: list[str], *, has_jobs: bool):
        self.listeners = listeners
        self.command = [*GUNICORN, *(f"--bind=fd://{each.fileno()}" for each in listeners), *arguments]
        self.has_jobs = has_jobs
        self.server, self.jobs = Child("gunicorn"), Child("the job worker")
        self.jobs_file = tempfile.TemporaryFile() if has_jobs else None  # noqa: SIM115 -- open until the end
        self.starting: subprocess.Popen | None = None  # a gunicorn that does not serve yet
        self.ending: list[subprocess.Popen] = []
        self.has_served = self.must_load = False

    def run(self) -> int:
        """Run until TERM, or until the first gunicorn fails to start. Return the exit status."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        self.load()
        status = None
        while status is None:
            received = signal.sigtimedwait(SIGNALS, 0.1 if self.starting else 1)
            status = self.work(received.si_signo if received else None)
        self.stop()
        return status

    def work(self, number: int | None) -> int | None:
        """Handle a signal, and follow all processes. Return the exit status to end with, or None."""
        if number in END_SIGNALS:
            return 0
        self.must_load |= number == signal.SIGHUP
        self.jobs.is_needed |= number == signal.SIGUSR1  # sent by job_watch.py while jobs wait
        self.server.look()
        self.jobs.look()
        status = self.look_at_start() if self.starting else None
        if not self.starting and (self.must_load or (self.has_served and self.server.is_due)):
            self.load()
            status = None
        if self.has_jobs and self.has_served and self.jobs.is_due and self.are_jobs_needed:
            self.jobs.follow(start(JOB_WORKER))
        self.ending = [process for process in self.ending if process.poll() is None]
        self.reap_orphans()
        return status

    @property
    def are_jobs_needed(self) -> bool:
        return self.jobs.is_needed or time.monotonic() - self.jobs.started >= JOBS_EVERY

    def load(self) -> None:
        """Start a gunicorn. Its first worker reports in a socket that it serves (asgi.py)."""
        self.must_load = False
        self.reports, theirs = socket.socketpair()
        self.reports.settimeout(0)
        with theirs:
            passed = [theirs.fileno(), *(listener.fileno() for listener in self.listeners)]
            variables = {"READY_FD": str(theirs.fileno())}
            if self.jobs_file:
                passed.append(self.jobs_file.fileno())
                variables["JOBS_FD"] = str(self.jobs_file.fileno())
            self.starting = start(self.command, passed, **variables)
        self.start_until = time.monotonic() + START_SECONDS

    def look_at_start(self) -> int | None:
        """Replace the server when the new one serves. Return an exit status if the first one has failed."""
        with suppress(BlockingIOError):
            if self.reports.recv(1):
                self.replace()
                return None
        if self.starting.poll() is None and time.monotonic() < self.start_until:
            return None
        failed, self.starting = self.starting, None
        self.end(failed)
        if self.server.process:
            say("The new server did not start. The old one continues. Fix the cause, then reload again.")
        elif self.has_served:
            say(f"The server did not start. It is started again in {self.server.pause} s.")
            self.server.wait()
        return None if self.has_served else failed.returncode or 1

    def replace(self) -> None:
        self.end(self.server.process)
        self.end(self.jobs.process)
        self.server, self.jobs = Child(self.server.name), Child(self.jobs.name)
        self.server.follow(self.starting)
        self.starting, self.has_served = None, True
        self.reports.close()

    def end(self, process: subprocess.Popen | None) -> None:
        if process:
            process.terminate()
            self.ending.append(process)

    def stop(self) -> None:
        """End all processes, and kill those that take longer than END_SECONDS."""
        for listener in self.listeners:
            listener.close()
        for process in (self.starting, self.server.process, self.jobs.process):
            self.end(process)
        until = time.monotonic() + END_SECONDS
        for process in self.ending:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, until - time.monotonic()))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its job is recovered at the next start

    def reap_orphans(self) -> None:
        """Reap processes whose parent was killed, which the first process of a container adopts."""
        own = {child.pid for child in (self.starting, self.server.process, self.jobs.process) if child}
        own |= {process.pid for process in self.ending}
        with suppress(ChildProcessError):
            flags = os.WEXITED | os.WNOHANG
            while (found := os.waitid(os.P_ALL, 0, flags | os.WNOWAIT)) and found.si_pid not in own:
                os.waitid(os.P_PID, found.si_pid, flags)


def start(command: list[str], passed=(), **variables) -> subprocess.Popen:
    """Start a child that ends with this process, in its own group, so that Ctrl+C reaches only this one."""
    return subprocess.Popen(  # noqa: S603 -- our own command
        command,
        env=os.environ | variables,
        pass_fds=passed,
        process_group=0,
        preexec_fn=partial(begin, os.getpid()),
    )


def begin(parent: int) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    end_with(parent)


def end_with(parent: int) -> None:
    """Have TERM sent to this process when its parent ends, even if that is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it has ended before
        os._exit(1)


def invalid_variable() -> str | None:
    """Return what is wrong with a variable that this process or gunicorn reads before the settings."""
    if not re.fullmatch("[1-9][0-9]{0,3}", os.environ.get("WEB_CONCURRENCY", "1")):
        return "WEB_CONCURRENCY must be a number of processes, such as 2."
    if os.environ.get("GALLEY_WORKER", "").lower() not in TRUE | FALSE:
        return "GALLEY_WORKER must be yes or no."
    return None


def open_listeners() -> list[socket.socket]:
    """Return the sockets that systemd passes, or one at BIND and PORT."""
    number = int(os.environ.pop("LISTEN_FDS", 0))
    if number and os.environ.pop("LISTEN_PID", "") == str(os.getpid()):
        return [socket.socket(fileno=FIRST_PASSED + index) for index in range(number)]
    host = os.environ.get("BIND", "127.0.0.1").strip("[]")
    address = host, int(os.environ.get("PORT", "8000"))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return [socket.create_server(address, family=family, backlog=2048)]


def main(arguments: list[str]) -> int:
    """Run the site. arguments: further ones for gunicorn."""
    if problem := invalid_variable():
        say(problem)
        return 1
    try:
        listeners = open_listeners()
    except (OSError, ValueError, OverflowError) as error:
        say(f"cannot listen at BIND and PORT: {error}")
        return 1
    os.environ["SUPERVISOR_PID"] = str(os.getpid())
    is_read_only = os.environ.get("GALLEY_READ_ONLY", "").lower() in TRUE
    has_jobs = os.environ.get("GALLEY_WORKER", "").lower() in TRUE and not is_read_only
    supervisor = Supervisor(listeners, arguments or [APPLICATION], has_jobs=has_jobs)
    if not os.environ.get("GALLEY_METRICS_ADDRESS"):
        return supervisor.run()
    # prometheus_client reads the variable when it is imported.
    with tempfile.TemporaryDirectory(prefix="galley-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
