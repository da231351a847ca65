"""Locks: at most one process runs a job, and at most one job of a group runs at a time.

A lock is released when its process ends, even if it is killed. So nothing waits for a timeout, and a
sleeping process is not mistaken for a dead one. On SQLite, where all processes share a machine, a lock is a
locked file in locks/ in the data folder. On PostgreSQL it is an advisory lock of a separate connection.

A worker that finds a group locked skips its jobs. They wait until their group has no running job.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import connection

from blog.files import modes
from blog.files.locks import is_in_place, lock

# PostgreSQL drops the connection of a dead machine, and thus the lock, within a minute instead of hours.
KEEPALIVE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"


class HeldLocks:
    """Locks of this process. `locking`: the PostgreSQL connection that owns them, or None with lock files."""

    def __init__(self, locking=None):
        self.locking = locking

    def check(self) -> None:
        """Raise django.db.Error if the connection, and thus the locks, are lost."""
        if self.locking is not None:
            with self.locking.cursor() as cursor:
                cursor.execute("SELECT 1")


@contextmanager
def hold(*names: str) -> Iterator[HeldLocks | None]:
    """Hold the locks with these names inside the block. Yield None if another process holds one of them."""
    lock_all = _lock_in_postgresql if connection.vendor == "postgresql" else _lock_files
    with lock_all(names) as held:
        yield held


@contextmanager
def wait_for(name: str, *, on_wait: Callable[[], None], seconds: float = 0.5) -> Iterator[None]:
    """Wait for the lock with this name, and hold it inside the block.

    on_wait is called once if another process holds the lock. seconds: between two attempts.
    """
    has_called = False
    while True:
        with hold(name) as held:
            if held is not None:
                yield
                return
        if not has_called:
            has_called = True
            on_wait()
        time.sleep(seconds)


@contextmanager
def _lock_in_postgresql(names):
    # A separate connection: Django may close the default one between two jobs.
    locking = connection.copy()
    locking.inc_thread_sharing()  # a thread that runs a job checks and releases its locks
    try:
        with locking.cursor() as cursor:
            cursor.execute(KEEPALIVE)
            has_all = all(_try_lock(cursor, name) for name in names)
        yield HeldLocks(locking) if has_all else None
    finally:
        _unlock_in_postgresql(locking)


def _try_lock(cursor, name) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"galley {name}"])
    return cursor.fetchone()[0]


def _unlock_in_postgresql(locking):
    """Release the locks before closing the connection, which a pool may keep open."""
    try:
        if locking.connection is not None and locking.is_usable():
            with locking.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        locking.close()


@contextmanager
def _lock_files(names):
    with ExitStack() as stack:
        has_all = all(stack.enter_context(_lock_file(settings.DATA_DIR / "locks" / name)) for name in names)
        yield HeldLocks() if has_all else None


@contextmanager
def _lock_file(path):
    """Lock the file at a path, and remove it at the end. Yield False if another process has locked it."""
    modes.make_folder(path.parent, modes.PRIVATE_FOLDER)
    with path.open("a") as file:
        if not lock(file, waits=False):
            yield False
        elif is_in_place(path, file.fileno()):
            try:
                yield True
            finally:
                path.unlink(missing_ok=True)
        else:  # its last holder has removed the file: the next process would create and lock another
            with _lock_file(path) as is_locked:
                yield is_locked
