"""Pools of sandbox processes for a process that answers requests: reused, and restarted when they end."""

import atexit
import os
import threading
from collections import deque
from contextlib import contextmanager
from typing import Any

from blog.sandbox.child import Task
from blog.sandbox.process import LostError, Process, ProcessKind
from blog.sandbox.refusals import Refusal, RefusedError

IDLE_SECONDS = 5 * 60
START_SECONDS = 20


class FairSemaphore:
    """A fair semaphore: lets a number of threads in at a time, in the order of arrival.

    Both the number of waiting threads and their time are limited: Django has 16 threads for all requests, and
    some of them must stay free for readers.
    """

    def __init__(self, places: int, *, waiting: int):
        self.most_waiting = waiting
        self._free = places
        self._waiting = deque()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, patience: float):
        """Context manager: wait for a turn. Raises RefusedError(BUSY) after `patience` seconds."""
        self._enter(patience)
        try:
            yield
        finally:
            self._leave()

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
            if not called.is_set():  # it may have been let in just after the timeout
                self._waiting.remove(called)
                raise RefusedError(Refusal.BUSY)

    def _leave(self):
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


class Pool:
    """Up to `size` processes of one kind, started on demand. Thread-safe."""

    def __init__(self, kind: ProcessKind, *, size: int, waiting: int, patience: float):
        self.kind = kind
        self.size = size
        self.waiting = waiting
        self.patience = patience  # seconds
        self._begin()
        # A forked process must not use the sockets of its parent.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def ask(self, function: str, *arguments, seconds: float) -> Any:
        """Run the function in a process and return its result. Raises RefusedError for every failure.

        seconds is the limit of processor time. A process that had ended while idle is replaced.
        """
        task = Task(function, arguments, seconds)
        with self._turns.turn(self.patience):
            try:
                return self._ask(task)
            except LostError as error:
                if not error.was_idle:
                    raise
                return self._ask(task)

    def close(self) -> None:
        """End the idle processes. Busy ones end at their time limit at the latest."""
        while self._idle:
            self._end(self._idle.pop())

    def _ask(self, task):
        process = self._take()
        try:
            answer = process.ask(task)
        except LostError:
            self._end(process)
            raise
        except RefusedError:
            self._idle.append(process)
            raise
        except BaseException:  # an answer not yet read would be taken for that of the next task
            self._end(process)
            raise
        self._idle.append(process)
        return answer

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
        process = Process(self.kind, idle_seconds=IDLE_SECONDS)
        self._all.add(process)
        try:
            process.wait_until_ready(START_SECONDS)
        except BaseException as error:
            self._end(process)
            raise RefusedError(Refusal.NO_START) if isinstance(error, LostError) else error from None
        return process

    def _end(self, process):
        process.end()
        self._all.discard(process)

    def _begin(self):
        self._turns = FairSemaphore(self.size, waiting=self.waiting)
        self._idle = deque()  # append() and pop() are thread-safe
        self._all = set()

    def _forget(self):
        for process in self._all:
            process.forget()
        self._begin()
