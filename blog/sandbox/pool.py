"""A few limited processes for one process that answers requests: reused, and started anew when they end."""

import atexit
import os
import threading
from collections import deque
from contextlib import contextmanager
from typing import Any

from blog.sandbox.child import Task
from blog.sandbox.process import Kind, LostError, Process
from blog.sandbox.refusals import Refusal, RefusedError

IDLE_SECONDS = 5 * 60
START_SECONDS = 20


class Turns:
    """Lets a number of threads in at a time, in the order in which they came.

    Neither how many wait nor how long is without end: Django has 16 threads for all its requests, and those
    of readers need some of them whatever editors do.
    """

    def __init__(self, places: int, *, waiting: int):
        self.most_waiting = waiting
        self._free = places
        self._waiting = deque()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, patience: float):
        """Raises RefusedError(BUSY) if it is not this one's turn within so many seconds."""
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
            if not called.is_set():  # it may have been called in the meantime
                self._waiting.remove(called)
                raise RefusedError(Refusal.BUSY)

    def _leave(self):
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


class Pool:
    """Processes of one kind, each started when there is something to do. To be used by any thread."""

    def __init__(self, kind: Kind, *, size: int, waiting: int, patience: float):
        self.kind = kind
        self.size = size
        self.waiting = waiting
        self.patience = patience  # seconds
        self._begin()
        # A forked process must not speak over the sockets of the first one.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def ask(self, function: str, *arguments, seconds: float) -> Any:
        """Return what the function answers. Raises RefusedError, whatever has happened to the process."""
        task = Task(function, arguments, seconds)
        with self._turns.turn(self.patience):
            try:
                return self._ask(task)
            except LostError as error:
                if not error.was_idle:
                    raise
                return self._ask(task)

    def close(self) -> None:
        """End the processes that wait for work; those at work end on their time limit at the latest."""
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
        except BaseException:  # an answer that nobody has read would be the next one's
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
        self._turns = Turns(self.size, waiting=self.waiting)
        self._idle = deque()  # appending and popping need no lock
        self._all = set()

    def _forget(self):
        for process in self._all:
            process.forget()
        self._begin()
