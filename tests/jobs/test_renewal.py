"""A worker whose jobs have left much memory in use ends when it has been idle for a while."""

import time
from contextlib import nullcontext

import pytest

from blog.jobs.worker import GROWTH_BYTES, RENEWAL_SECONDS, JobWorker, used_bytes


def new_worker(max_tasks=200) -> JobWorker:
    return JobWorker(interval=0, batch=False, max_tasks=max_tasks, ends_with_parent=False)


@pytest.mark.parametrize(
    ("max_tasks", "bytes_kept", "idle_seconds", "is_worn"),
    [
        (200, GROWTH_BYTES + 10_000_000, RENEWAL_SECONDS, True),
        (200, GROWTH_BYTES + 10_000_000, RENEWAL_SECONDS - 10, False),
        (200, 1_000_000, RENEWAL_SECONDS, False),
        (None, GROWTH_BYTES + 10_000_000, RENEWAL_SECONDS, False),  # nothing may start it again
    ],
)
def test_is_worn(monkeypatch, max_tasks, bytes_kept, idle_seconds, is_worn):
    worker = new_worker(max_tasks)
    monkeypatch.setattr("blog.jobs.worker.used_bytes", lambda: worker.used_at_start + bytes_kept)
    worker.last_ran = time.monotonic() - idle_seconds

    assert worker.is_worn is is_worn


def test_used_bytes_are_those_of_this_process():
    assert 10_000_000 < used_bytes() < 10_000_000_000


@pytest.mark.django_db
def test_a_worn_worker_ends(monkeypatch):
    monkeypatch.setattr("os.nice", lambda number: None)
    monkeypatch.setattr("blog.jobs.worker.reporting", lambda **options: nullcontext())
    monkeypatch.setattr(JobWorker, "is_worn", True)

    assert new_worker().run() is None  # it returns, instead of waiting for jobs
