"""The generation of the public pages: a number that is bumped whenever a page may have changed.

It is stored in a small file that every process on this machine maps into memory, so a reader's request
detects an editor's change by reading eight bytes. A page in memory or in a file belongs to the generation
that was current before its rendering began, so a change during rendering can only expire it too early.

Machines that share a database but no data folder share the number in a cache server. Readers never wait for
that server: it is read in the background, and updated when an editor or an import has changed something. If
it does not answer, each machine continues with its own changes, and pages expire at their greatest age.
"""

import functools
import logging
import math
import mmap
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import caches

from blog.files.locks import is_in_place, lock, unlock_of_process
from blog.files.modes import open_private
from blog.page_cache import files

logger = logging.getLogger(__name__)

KEY = "galley-generation"
PAUSE_SECONDS = 5  # after a failure; until then, saves do not wait for the server again


def shared_number() -> "SharedNumber | None":
    """Return the number in the cache server of CACHE_URL, or None without a cache server."""
    return _SHARED if settings.HAS_CACHE_SERVER else None


class SharedNumber:
    """A number that only grows, even if the server restarts without its data."""

    def __init__(self):
        self.quiet_until = 0.0
        self.is_away = False  # so that each failure and each recovery is logged once

    def read(self) -> int | None:
        """Return the number, or None if the server does not answer."""
        return self._ask(self._read)

    def bump(self) -> int | None:
        """Bump the number and return it, or return None if the server does not answer."""
        if time.monotonic() < self.quiet_until:
            return None
        return self._ask(self._raise)

    def _read(self, cache):
        # If the server lacks the number, start from the time, which is above any number used before.
        return cache.get_or_set(KEY, time.time_ns, timeout=None)

    def _raise(self, cache):
        self._read(cache)
        return cache.incr(KEY)

    def _ask(self, operation):
        try:
            value = operation(caches["default"])
        except Exception as error:  # readers and editors continue without the server, whatever the error
            if not self.is_away:
                logger.warning("The cache server does not answer (%s): going on without it.", error)
            self.is_away = True
            self.quiet_until = time.monotonic() + PAUSE_SECONDS
            return None
        if self.is_away:
            logger.warning("The cache server answers again.")
        self.is_away = False
        self.quiet_until = 0.0
        return value


_SHARED = SharedNumber()

# Indexes of the file's numbers, eight bytes each: the generation; the last number seen in the cache server;
# 1 if the cache server still has to be notified, else 0; the latest moment passed to bump_for(), in µs.
NUMBER, SHARED, OWED, RAISED_FOR = range(4)
SIZE = 8 * 4
MICROSECONDS = 1_000_000


def invalidate() -> None:
    """Expire all public pages. Called on commit, once for any number of rows."""
    current_generation().bump(notify=True)


def current_generation() -> "Generation":
    """Return the generation of this data folder, opened once per process.

    A forked process keeps the generation of its parent: the page cache already uses it, and each process
    syncs only one generation.
    """
    return _opened(settings.DATA_DIR / "generation")


@functools.cache
def _opened(path):
    return Generation(path)


class Generation:
    """The number, shared by all processes on this machine through a memory-mapped file.

    A lock on the file prevents two processes from bumping the number at once. Reading needs no lock, because
    each of the file's numbers is written atomically.
    """

    def __init__(self, path: Path):
        self.path = path
        self.thread_lock = threading.Lock()  # the lock on the file excludes only other processes
        self._open()

    def _open(self):
        self.descriptor = open_private(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        if os.fstat(self.descriptor).st_size < SIZE:
            os.ftruncate(self.descriptor, SIZE)
        self.words = memoryview(mmap.mmap(self.descriptor, SIZE)).cast("Q")

    @property
    def number(self) -> int:
        return self.words[NUMBER]

    def bump(self, *, notify=False) -> None:
        """Expire all pages on this machine. With `notify`, also on others that use the same cache server."""
        with self._locked() as words:
            self._raise(words)
        if notify and (shared := shared_number()):
            self._notify(shared)

    def bump_for(self, moment: float) -> None:
        """Expire all pages because this moment (seconds since 1970) has passed, once per moment."""
        word = int(moment * MICROSECONDS)
        with self._locked() as words:
            if words[RAISED_FOR] < word:
                words[RAISED_FOR] = word
                self._raise(words)

    def sync(self) -> None:
        """Sync with the cache server, and reopen the file if it was replaced."""
        if not is_in_place(self.path, self.descriptor):
            self._open()
            self.bump()
        shared = shared_number()
        if shared is None:
            return
        if self.words[OWED]:
            self._notify(shared)
        elif (shared_value := shared.read()) is not None and shared_value != self.words[SHARED]:
            with self._locked() as words:
                if shared_value != words[SHARED]:
                    words[SHARED] = shared_value
                    self._raise(words)

    def _notify(self, shared):
        """Bump the shared number. If the cache server does not answer, set OWED, so that sync() retries."""
        number = shared.bump()
        with self._locked() as words:
            words[OWED] = number is None
            if number is not None:
                if number != words[SHARED] + 1:  # other machines bumped it, too, unseen here so far
                    self._raise(words)
                words[SHARED] = number

    def _raise(self, words):
        words[NUMBER] += 1
        files.begin_generation(words[NUMBER])

    @contextmanager
    def _locked(self):
        with self.thread_lock:
            lock(self.descriptor, of_process=True)
            try:
                yield self.words
            finally:
                unlock_of_process(self.descriptor)


class ExpiryThread(threading.Thread):
    """A thread of each server process that expires pages which change without a save in this process.

    It bumps the generation when a scheduled change is due. next_due() returns the time of that change in
    seconds since 1970, or None. The thread also syncs with other machines, and limits the age of a
    generation, because a process can be killed between its commit and its call to invalidate().
    """

    SYNC_SECONDS = 0.5
    GREATEST_AGE_SECONDS = 600
    PAUSE_SECONDS = 5

    def __init__(self, generation: Generation, next_due):
        super().__init__(name="page-clock", daemon=True)
        self.generation = generation
        self.next_due = next_due
        self.number = None
        self.due = self.began = 0.0
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            try:
                wait = self.tick()
            except Exception:  # the thread must survive a database that is down for a while
                logger.warning("The clock of the page cache has missed a tick.", exc_info=True)
                self.number, wait = None, self.PAUSE_SECONDS
            self.stopped.wait(wait)

    def tick(self) -> float:
        """Expire pages if due, and return the seconds until the next call."""
        self.generation.sync()
        if self.generation.number != self.number:
            generation = self.generation.number
            self.due, self.began = self.next_due() or math.inf, time.time()
            files.remove_older(generation)
            self.number = generation
        now = time.time()
        if now >= self.due:
            self.generation.bump_for(self.due)
            return 0
        if not 0 <= now - self.began < self.GREATEST_AGE_SECONDS:
            self.generation.bump()
            return 0
        return min(self.SYNC_SECONDS, self.due - now)

    def stop(self):
        self.stopped.set()
