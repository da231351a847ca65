"""The parent's side of a sandbox process: starting it, sending tasks, ending it."""

import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from blog.sandbox.child import OUT_OF_MEMORY, WALL_TIME_FACTOR, Question, Task, Together
from blog.sandbox.refusals import Refusal, RefusedError

logger = logging.getLogger(__name__)

START_SECONDS = 60
# For glibc. Several arenas would take address space, which counts against the memory limit. Without a fixed
# threshold, the memory of images would stay with the process: an import of photographs would take 45 MB more.
ALLOCATION = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(8 * 1024 * 1024)}
GRACE_SECONDS = 2  # between the time limit, at which a process should end itself, and killing it


@dataclass(frozen=True, slots=True)
class ProcessKind:
    """A kind of process: the module whose main() serves its functions, and its memory in megabytes."""

    module: str
    megabytes: int

    @property
    def command(self) -> str:
        return f"from {self.module} import main; main()"


TEXTS = ProcessKind("blog.sandbox.texts", 512)
FILES = ProcessKind("blog.sandbox.files", 512)
SYSTEMS = ProcessKind("blog.sandbox.systems", 768)  # the JSON of an export is parsed at once
# Megabytes of address space: the largest images that blog/sandbox/image_decoding.py accepts use 300.
IMAGES = ProcessKind("blog.sandbox.image_decoding", 360)


class LostError(RefusedError):
    """Raised when a process did not start, ended without an answer, or took too long."""

    # Whether to ask another process: this one ended before it got the task, or was killed from outside, for
    # example because the machine is short of memory.
    may_repeat = False


class Process:
    """A sandbox process. It ends when its parent ends, even if the parent is killed."""

    def __init__(self, kind: ProcessKind, *, idle_seconds: float = 0):
        self.kind = kind
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-c", kind.command, str(kind.megabytes), str(idle_seconds)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                # A new environment, so without secrets.
                env={"PYTHONPATH": os.pathsep.join(sys.path), **ALLOCATION},
                process_group=0,  # Ctrl+C reaches only this process, which then ends the child
            )
        self.connection = Connection(ours.detach())
        self.seconds = START_SECONDS

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the process has started. Raises LostError."""
        if not self.connection.poll(seconds):
            raise LostError(Refusal.NO_START)
        self._receive()

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, task: Task) -> Any:
        """Return the answer to one task. Raises RefusedError.

        Raises LostError if the process has ended or took too long.
        """
        self.seconds = task.seconds
        self._send([task])
        if not self.connection.poll(WALL_TIME_FACTOR * task.seconds + GRACE_SECONDS):
            raise LostError(Refusal.TIME, {"seconds": task.seconds})
        answer = _logged(self._receive())
        if isinstance(answer, RefusedError):
            raise answer
        return answer

    def answers(self, tasks: list[Task], respond: Callable[..., Any] | None = None) -> list[Any]:
        """Return the answers in order. If a task ends the process, all are lost, and LostError is raised.

        respond(task, *arguments) answers the questions of a task; see blog.sandbox.child.ask().
        """
        self.seconds = tasks[0].seconds  # named in the error if it is the only task
        self._send(tasks if len(tasks) == 1 else Together(tasks))
        while isinstance(answer := self._receive(), Question):
            self._send(respond(tasks[answer.task], *answer.arguments))
        return [*map(_logged, [answer] if len(tasks) == 1 else answer)]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()

    def forget(self) -> None:
        """Close the connection without ending the process, which after a fork is the parent's child."""
        self.connection.close()
        self.process.returncode = 0  # prevents Popen from waiting for it

    def _send(self, message):
        try:
            self.connection.send(message)
        except OSError:
            raise self._lost() from None

    def _receive(self):
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            raise self._lost() from None

    def _lost(self):
        status = self.process.wait()
        if -status in {signal.SIGPROF, signal.SIGALRM}:
            return LostError(Refusal.TIME, {"seconds": self.seconds})
        # Libraries in Rust, such as nh3, cannot raise MemoryError: they abort when no memory is left.
        if status in {OUT_OF_MEMORY, -signal.SIGABRT}:
            return LostError(Refusal.MEMORY, {"megabytes": self.kind.megabytes})
        error = LostError(
            Refusal.CRASH,
            {"cause": signal.Signals(-status).name if status < 0 else f"exit status {status}"},
        )
        error.may_repeat = status in {0, -signal.SIGKILL}
        return error


class Processes:
    """Sandbox processes that are started on demand and reused. Thread-safe. Subclasses define _new()."""

    start_seconds = START_SECONDS

    def __init__(self):
        self._idle = deque()  # append() and pop() are thread-safe
        self._all = set()

    @contextmanager
    def taken(self) -> Iterator[Process]:
        """Yield an idle process, or a new one. Raises LostError if it does not start.

        After the block the process is idle, or ends if it may still send an answer to this task.
        """
        process, is_idle = self._take(), False
        try:
            yield process
            is_idle = True
        except RefusedError as error:
            is_idle = not isinstance(error, LostError)
            raise
        finally:
            if is_idle:
                self._idle.append(process)
            else:
                self._end(process)

    def _take(self):
        while True:
            try:
                process = self._idle.pop()
            except IndexError:
                return self._start()
            if process.is_alive:
                return process
            self._end(process)

    def _start(self):
        process = self._new()
        self._all.add(process)
        try:
            process.wait_until_ready(self.start_seconds)
        except LostError as error:
            self._end(process)
            lost = LostError(Refusal.NO_START)
            lost.may_repeat = error.may_repeat
            raise lost from None
        except BaseException:
            self._end(process)
            raise
        return process

    def _end(self, process):
        process.end()
        self._all.discard(process)


def _logged(answer):
    """Return an answer, after an unexpected exception in it is logged: people see a sentence instead."""
    if isinstance(answer, RefusedError) and "error" in answer.values:
        logger.error("a task of the sandbox failed: %s", answer.values["error"])
    return answer
