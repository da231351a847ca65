"""What something takes of the processor: what counts on a machine that others use too."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import connection


def processor_seconds() -> float:
    """Return what this process has used, and the database's that works for it, if it is on this machine."""
    return time.process_time() + _database_seconds()


def least_milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the least that some work took: what others do meanwhile only ever makes it more."""
    samples = []
    for _ in range(times):
        started = processor_seconds()
        work()
        samples.append(processor_seconds() - started)
    return min(samples) * 1000


def _database_seconds():
    if connection.vendor != "postgresql":
        return 0  # SQLite works in this process
    with suppress(OSError):
        backend = connection.connection.info.backend_pid
        return int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9
    return 0
