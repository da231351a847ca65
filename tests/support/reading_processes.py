"""Reuse the sandbox processes of imports in later tests, because starting processes is slow."""

from collections import defaultdict
from contextlib import contextmanager

import pytest

from blog.sandbox import workers
from blog.sandbox.process import Process


class _LentProcess:
    """Replacement for Process in blog.sandbox.workers, whose end() returns an idle process for reuse."""

    def __init__(self, kind, others):
        self.others = others
        self.lent = others.pop() if others else None
        self.is_ready, self.is_at_work = self.lent is not None, False
        self.lent = self.lent or Process(kind)

    @property
    def is_alive(self):
        return self.lent.is_alive

    def wait_until_ready(self, seconds):
        if not self.is_ready:
            self.lent.wait_until_ready(seconds)
            self.is_ready = True

    def answers(self, tasks, respond=None):
        self.is_at_work = True
        answers = self.lent.answers(tasks, respond)
        self.is_at_work = False
        return answers

    @property
    def process(self):
        return self

    def kill(self):
        if self.is_at_work:
            self.lent.process.kill()

    def end(self):
        if self.is_ready and not self.is_at_work and self.lent.is_alive:
            self.others.append(self.lent)
        else:
            self.lent.end()


@contextmanager
def reuse_sandbox_processes():
    """Make imports reuse idle processes of earlier imports in this block."""
    idle = defaultdict(list)  # by kind
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "Process", lambda kind: _LentProcess(kind, idle[kind]))
        yield
    for processes in idle.values():
        for process in processes:
            process.end()
