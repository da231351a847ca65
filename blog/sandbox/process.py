"""A limited process, seen from outside: started, asked, and ended."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from blog.sandbox.child import OUT_OF_MEMORY, PATIENCE, Task
from blog.sandbox.refusals import Refusal, RefusedError

START_SECONDS = 60
GRACE_SECONDS = 2  # a process ends itself on its time limit; later than that it is ended


@dataclass(frozen=True, slots=True)
class Kind:
    """What a process can do: the functions that the module's main() serves, in so much memory."""

    module: str
    megabytes: int

    @property
    def command(self) -> str:
        return f"from {self.module} import main; main()"


TEXTS = Kind("blog.sandbox.texts", 512)
# Of address space: 300 MB are used, by what blog/sandbox/images.py takes of each format at most.
IMAGES = Kind("blog.sandbox.images", 360)


class LostError(RefusedError):
    """The process is gone, and with it its answer."""

    was_idle = False  # it had ended before it was asked


class Process:
    """One process; it ends by itself when this one is gone, however that went."""

    def __init__(self, kind: Kind, *, idle_seconds: float = 0):
        self.kind = kind
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-c", kind.command, str(kind.megabytes), str(idle_seconds)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                # No secret of this process. One heap for all threads of a library, so that memory is what
                # it counts.
                env={"PYTHONPATH": os.pathsep.join(sys.path), "MALLOC_ARENA_MAX": "1"},
                process_group=0,  # Ctrl+C is for this process, which then ends the other
            )
        self.connection = Connection(ours.detach())
        self.seconds = START_SECONDS

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait for the start. Raises LostError."""
        if not self.connection.poll(seconds):
            raise LostError(Refusal.NO_START)
        self._receive()

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, task: Task) -> Any:
        """Return the answer to one task. Raises RefusedError; LostError if the process is gone."""
        self._send([task])
        if not self.connection.poll(PATIENCE * task.seconds + GRACE_SECONDS):
            raise LostError(Refusal.TIME, {"seconds": task.seconds})
        answer = self._receive()
        if isinstance(answer, RefusedError):
            raise answer
        return answer

    def answers(self, tasks: list[Task]) -> Iterator[Any]:
        """Yield the answers as they come. Raises LostError in the place of the task that the process took."""
        self._send(tasks)
        for task in tasks:
            self.seconds = task.seconds
            yield self._receive()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()

    def forget(self) -> None:
        """Let go of a process that is not this one's child: this one has been forked."""
        self.connection.close()
        self.process.returncode = 0  # else it would be waited for

    def _send(self, tasks):
        self.seconds = tasks[0].seconds
        try:
            self.connection.send(tasks)
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
        if status == OUT_OF_MEMORY:
            return LostError(Refusal.MEMORY, {"megabytes": self.kind.megabytes})
        error = LostError(
            Refusal.CRASH,
            {"cause": signal.Signals(-status).name if status < 0 else f"exit status {status}"},
        )
        error.was_idle = status == 0
        return error
