"""Pools of sandbox processes for requests. Processes are reused, and replaced when they end."""

import atexit
import os
import threading
from collections import Counter, deque
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from blog.sandbox.child import Task
from blog.sandbox.process import LostError, Process, Processes, ProcessKind
from blog.sandbox.refusals import Refusal, RefusedError

IDLE_SECONDS = 60  # a process takes 0.3 s to start, and 20 MB
SURPLUS_IDLE_SECONDS = 20  # for each process after the first, needed only while several tasks run at once
SHARE = 3  # tasks of one user in a pool, running or waiting; half of all possible tasks for texts

# The primary key of the user on whose behalf this thread works; None for readers and jobs.
current_user: ContextVar[int | None] = ContextVar("current_user", default=None)


@contextmanager
def on_behalf_of(user: int | None):
    """Run the block for a user, who may use only a share of the pools."""
    token = current_user.set(user)
    try:
        yield
    finally:
        current_user.reset(token)


class FairSemaphore:
    """A semaphore that admits a number of threads at a time, in the order of arrival.

    Both the number of waiting threads and their time are limited: Django has 16 threads for all requests, and
    some of them must stay free for readers. A user has at most `share` running and waiting threads in all, so
    that one user cannot keep others from saving.
    """

    def __init__(self, places: int, *, waiting: int, share: int = SHARE):
        self.most_waiting = waiting
        self.share = share
        self._free = places
        self._users = Counter()
        self._waiting = deque()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, patience: float):
        """Wait for a turn, then run the block. Raises RefusedError(BUSY) after `patience` seconds."""
        with self._counted(current_user.get()):
            self._enter(patience)
            try:
                yield
            finally:
                self._leave()

    @contextmanager
    def _counted(self, user):
        """Count the block as a task of the user. Raises RefusedError(BUSY) if the user has too many."""
        if user is None:
            yield
            return
        with self._lock:
            if self._users[user] >= self.share:
                raise RefusedError(Refusal.BUSY)
            self._users[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._users[user] -= 1
                self._users += Counter()  # drop users without tasks

    def _enter(self, patience):
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._waiting) >= self.most_waiting:
                raise RefusedError(Refusal.BUSY)
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(patience):
            return
        with self._lock:
            if not called.is_set():  # it may have been admitted just after the timeout
                self._waiting.remove(called)
                raise RefusedError(Refusal.BUSY)

    def _leave(self):
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


class Pool(Processes):
    """Up to `size` processes of one kind, started on demand. Thread-safe."""

    start_seconds = 20

    def __init__(self, kind: ProcessKind, *, size: int, waiting: int, patience: float, share: int = SHARE):
        self.kind = kind
        self.size = size
        self.share = share
        self.waiting = waiting
        self.patience = patience  # seconds
        self._begin()
        # A forked process must not use the sockets of its parent.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def ask(self, function: str, *arguments, seconds: float) -> Any:
        """Run the function in a process and return its result. Raises RefusedError for every failure.

        seconds: the limit of CPU time. A process that had ended while idle, or is killed, is replaced once.
        """
        task = Task(function, arguments, seconds)
        with self._turns.turn(self.patience):
            try:
                return self._ask(task)
            except LostError as error:
                if not error.may_repeat:
                    raise
                return self._ask(task)

    def answers(self, tasks: list[Task], respond: Callable[..., Any] | None = None) -> list[Any]:
        """Return the answers of one process to tasks that may ask questions; see Process.answers()."""
        with self._turns.turn(self.patience), self.taken() as process:
            return process.answers(tasks, respond)

    def close(self) -> None:
        """End the idle processes. Busy ones end at their time limit at the latest."""
        while self._idle:
            self._end(self._idle.pop())

    def _ask(self, task):
        with self.taken() as process:
            return process.ask(task)

    def _new(self):
        return Process(self.kind, idle_seconds=SURPLUS_IDLE_SECONDS if self._all else IDLE_SECONDS)

    def _begin(self):
        super().__init__()
        self._turns = FairSemaphore(self.size, waiting=self.waiting, share=self.share)

    def _forget(self):
        for process in self._all:
            process.forget()
        self._begin()
