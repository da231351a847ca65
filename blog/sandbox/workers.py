"""Pools of sandbox processes, for tasks that work through a folder or a table."""

import gc
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from blog.sandbox.child import Task
from blog.sandbox.process import TEXTS, LostError, Process, Processes
from blog.sandbox.refusals import RefusedError

MAX_WORKERS = 4  # by default; one process writes, and more would only wait for it
SWITCH_SECONDS = 0.001
WAIT_SECONDS = 0.5  # between two calls of on_wait()
OBJECTS_BETWEEN_COLLECTIONS = 100_000  # saves 8 % of the time of the process that writes


class NoWorkersError(Exception):
    """Raised when the processes do not start."""


def wait_for(futures: Iterable[Future], on_wait: Callable[[], None]) -> None:
    """Wait until all have a result. Meanwhile, call on_wait() now and then, in this thread."""
    while wait(futures, WAIT_SECONDS).not_done:
        on_wait()


class Workers(Processes):
    """Sandbox processes, started on demand. This is a context manager: they end with its block."""

    def __init__(self, count: int | None = None):
        super().__init__()
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self.count = count or min(MAX_WORKERS, processors or 1)
        self._executor = ThreadPoolExecutor(self.count, thread_name_prefix="worker")

    def __enter__(self):
        # The writing thread rarely waits. With the default of 5 ms, it would delay each answer.
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        # These tasks create thousands of rows, which rarely form cycles.
        self._thresholds = gc.get_threshold()
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *self._thresholds[1:])
        return self

    def __exit__(self, *exception):
        self._executor.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._all):
            worker.process.kill()  # it has no state that could be lost
        self._executor.shutdown()
        for worker in list(self._all):
            self._end(worker)
        sys.setswitchinterval(self._switch_interval)
        gc.set_threshold(*self._thresholds)

    def submit(
        self,
        tasks: list[Task],
        respond: Callable[..., Any] | None = None,
        then: Callable[[list[Any]], None] = lambda answers: None,
    ) -> Future[list[Any]]:
        """Run the tasks in one process. The future's result has an answer to each task, in order.

        In a thread, respond(task, *arguments) answers the questions of a task, and then(answers) is called
        before the future has the answers.

        The answer to a task that was refused, or that ended its process, is a RefusedError. The future raises
        NoWorkersError if no process starts.
        """
        return self._executor.submit(self._run, tasks, respond, then)

    def _run(self, tasks, respond, then):
        answers = self._answers(tasks, respond)
        then(answers)
        return answers

    def _answers(self, tasks, respond):
        """Return an answer to each task.

        If one of several tasks ends the process, each is run separately, or its fallback if it has one.
        """
        if not tasks:
            return []
        try:
            answers = self._ask(tasks, respond)
        except LostError as error:
            if len(tasks) > 1:
                each = ([task.fallback or task] for task in tasks)
                return [answer for one in each for answer in self._answers(one, respond)]
            answers = [self._repeated(tasks[0], respond) if error.may_repeat else error]
        for place, answer in enumerate(answers):
            if isinstance(answer, RefusedError) and tasks[place].fallback:
                [answers[place]] = self._answers([tasks[place].fallback], respond)
        return answers

    def _repeated(self, task, respond):
        """Return the answer of another process to a task whose process was killed from outside."""
        try:
            return self._ask([task], respond)[0]
        except LostError as error:
            return error

    def _ask(self, tasks, respond):
        with self.taken() as worker:
            return worker.answers(tasks, respond)

    def _new(self):
        return Process(TEXTS)

    def _take(self):
        """Return a process. Raises NoWorkersError if none starts."""
        for _attempt in range(2):
            try:
                return super()._take()
            except LostError as error:
                if not error.may_repeat:
                    break
        raise NoWorkersError
