"""Measure CPU time, which is comparable even on a busy machine."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import connection


def processor_seconds() -> float:
    """Return the CPU time of this process, plus that of its database process if on this machine."""
    return time.process_time() + _database_seconds()


def least_milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the minimum CPU time of work() in `times` runs, because other processes can only add to it."""
    samples = []
    for _ in range(times):
        started = processor_seconds()
        work()
        samples.append(processor_seconds() - started)
    return min(samples) * 1000


def _database_seconds():
    if connection.vendor != "postgresql":
        return 0  # SQLite runs in this process
    with suppress(OSError):
        backend = connection.connection.info.backend_pid
        return int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9
    return 0
