"""The nursery: a process that loads the application once, and forks processes that share its memory.

gunicorn's preload_app would load the application in the arbiter, so that HUP could not load new code. So the
arbiter starts a nursery before its first workers and for each reload. The nursery forks a process that forks
the worker and ends. The worker then becomes a child of the arbiter, which is a "subreaper" (Linux), and is
watched and ended like any other.

It forks the job worker, too, and ends when all are running. It does not use the database and has no threads.
If the application does not load in it, or the system has no subreapers, the arbiter forks the workers itself,
and these report what is wrong.
"""

import gc
import importlib
import os
import select
import signal
import socket
import time
import traceback
from contextlib import suppress
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.workertmp import WorkerTmp

from site_config.processes import PR_SET_NAME, PR_SET_PDEATHSIG, prctl

NAME = "nursery"  # as ps -o comm shows it
READY = b"ready"
ANSWER_SECONDS = 10
LOAD_SECONDS = 60  # if gunicorn has no timeout
MESSAGE_BYTES = 64
JOBS = b"jobs"


class NoNurseryError(Exception):
    """Raised when the nursery has ended or does not answer."""


class ReceivedTmp(WorkerTmp):
    """A worker's temporary file, created by another process and received from it."""

    def __init__(self, descriptor: int):
        self._tmp = os.fdopen(descriptor, "w+b", 0)


class ForkedWorker:
    """A worker that the nursery forked, with the attributes that gunicorn's arbiter uses."""

    aborted = False

    def __init__(self, age: int, pid: int, tmp: WorkerTmp):
        self.age, self.pid, self.tmp = age, pid, tmp


class Nursery:
    """The arbiter's side: start the nursery, and ask it for processes."""

    def __init__(self, arbiter: Arbiter):
        self.is_ready = self.has_ended = False
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            NurseryProcess(arbiter, theirs).run()
        theirs.close()
        self._socket.settimeout(ANSWER_SECONDS)
        self._load_until = time.monotonic() + (arbiter.timeout or LOAD_SECONDS)

    def look(self) -> None:
        """Update is_ready and has_ended, without waiting. One that loads for too long is ended."""
        if self.is_ready or self.has_ended:
            return
        if select.select([self._socket], [], [], 0)[0]:
            self.is_ready = self._receive() == READY
            self.has_ended = not self.is_ready
        elif time.monotonic() > self._load_until:
            self.end()

    def fork_worker(self, age: int) -> ForkedWorker:
        """Return a new worker. Raises NoNurseryError."""
        pid, descriptors = self._ask(b"%d" % age, descriptors=1)
        return ForkedWorker(age, pid, ReceivedTmp(descriptors[0]))

    def fork_job_worker(self) -> int:
        """Return the pid of a new job worker. Raises NoNurseryError."""
        return self._ask(JOBS)[0]

    def end(self) -> None:
        """Kill the nursery at once, even while it is loading. The processes that it forked continue."""
        self.has_ended, self.is_ready = True, False
        self._socket.close()
        with suppress(ChildProcessError):  # it has ended, and its pid may be another process's
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            os.kill(self.pid, signal.SIGKILL)

    def _ask(self, message, descriptors=0):
        try:
            self._socket.send(message)
            answer, received, *_ = socket.recv_fds(self._socket, MESSAGE_BYTES, descriptors)
            pid = int(answer)
            _wait_until_child(pid)
        except (OSError, ValueError) as error:
            self.end()
            raise NoNurseryError from error
        for each in received:
            os.set_inheritable(each, False)
        if len(received) < descriptors:  # no more files may be opened
            os.kill(pid, signal.SIGKILL)
            raise NoNurseryError
        return pid, received

    def _receive(self):
        with suppress(OSError):
            return self._socket.recv(MESSAGE_BYTES)
        return b""


def _wait_until_child(pid):
    """Wait until this process has adopted a grandchild, which may have ended since."""
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return
        time.sleep(0.001)


class NurseryProcess:
    """The nursery itself. run() never returns, except in a worker, by SystemExit.

    It ends with the arbiter (PR_SET_PDEATHSIG), also while it loads the application.
    """

    def __init__(self, arbiter, connection):
        self.arbiter = arbiter
        self.connection = connection

    def run(self):
        try:
            self._serve()
        except SystemExit:  # in a worker
            raise
        except BaseException:  # must not reach the arbiter's main loop, which would end its workers
            traceback.print_exc()
            os._exit(1)

    def _serve(self):
        name = Path("/proc/self/comm").read_bytes().strip()
        prctl(PR_SET_NAME, NAME.encode())
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        self._reset_signals()
        try:
            self._load()
        except BaseException:  # the workers load it again, and report the error
            os._exit(Arbiter.APP_LOAD_ERROR)
        self._tell(READY)
        while message := self._next():
            child = os.fork()
            if child == 0:
                prctl(PR_SET_NAME, name)
                self._fork(message)
            os.waitpid(child, 0)
        os._exit(0)

    def _next(self):
        with suppress(OSError):
            return self.connection.recv(MESSAGE_BYTES)
        return b""

    def _fork(self, message):
        """Fork the requested process, report it to the arbiter, and exit, so that the arbiter adopts it."""
        arbiter = self.arbiter
        arbiter.nursery_end = self.connection  # the hook post_fork() closes it
        if message == JOBS:
            pid = os.fork()
            if pid == 0:
                self._run_jobs()
            is_told = self._tell(b"%d" % pid)
        else:
            arbiter.worker_age = int(message) - 1
            pid = Arbiter.spawn_worker(arbiter)  # in the worker, this ends with SystemExit
            is_told = self._tell(b"%d" % pid, arbiter.WORKERS[pid].tmp.fileno())
        if not is_told:  # nobody would ever end it
            os.kill(pid, signal.SIGKILL)
        os._exit(0)

    def _run_jobs(self):
        self.connection.close()
        # Otherwise the port would stay in use until its last job has ended.
        for listener in self.arbiter.LISTENERS:
            listener.sock.close()
        for worker in self.arbiter.WORKERS.values():
            worker.tmp.close()
        importlib.import_module("site_config.job_worker").run_forked(self.arbiter.pid)

    def _tell(self, message, *descriptors) -> bool:
        """Send a message, and wake the arbiter up. Return False if it has ended, or no longer listens."""
        try:
            socket.send_fds(self.connection, [message], descriptors)
            os.kill(self.arbiter.pid, signal.SIGCHLD)
        except OSError:
            return False
        return True

    def _load(self):
        self.arbiter.app.wsgi()
        importlib.import_module("site_config.start_up").load_everything()
        gc.collect()
        gc.freeze()  # a collection would write to each object, and thus copy its page of memory

    def _reset_signals(self):
        for each in Arbiter.SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the arbiter
