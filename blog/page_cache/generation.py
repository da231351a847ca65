"""The generation of the public pages: a number that is raised whenever one of them may have changed.

It is stored in a small file that every process on this machine maps into memory, so a reader's request
detects an editor's change by reading eight bytes. A page in memory or in a file belongs to the generation
that was current before its making began: a change while it is made only makes it expire too early.
"""

import fcntl
import functools
import logging
import mmap
import os
import threading
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from blog.files.modes import open_private
from blog.page_cache import files
from blog.page_cache.shared import shared_number

logger = logging.getLogger(__name__)

# The file's words, of eight bytes each.
NUMBER, SHARED, OWED, RAISED_FOR = range(4)
SIZE = 8 * 4
MICROSECONDS = 1_000_000


def invalidate() -> None:
    """Expire all public pages. Called on commit, once for any number of rows."""
    current_generation().bump(tell=True)


def current_generation() -> "Generation":
    """Return the generation of this data folder, opened once in each process."""
    return _opened(settings.DATA_DIR / "generation", os.getpid())


@functools.cache
def _opened(path, process):
    return Generation(path)


class Generation:
    """The number, shared by all processes on this machine through a file in memory.

    A lock of the file keeps two of them from raising it at once. Reading takes none: a word is written whole.
    """

    def __init__(self, path: Path):
        self.path = path
        self.thread_lock = threading.Lock()  # a lock of a file excludes other processes only
        self._open()

    def _open(self):
        self.descriptor = open_private(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        if os.fstat(self.descriptor).st_size < SIZE:
            os.ftruncate(self.descriptor, SIZE)
        self.words = memoryview(mmap.mmap(self.descriptor, SIZE)).cast("Q")

    @property
    def number(self) -> int:
        return self.words[NUMBER]

    def bump(self, *, tell=False) -> None:
        """Expire all pages: at once on this machine; with tell, on all that share the cache server."""
        with self._locked() as words:
            self._raise(words)
        if tell and (shared := shared_number()):
            self._tell(shared)

    def bump_for(self, moment: float) -> None:
        """Expire all pages as this moment has come (seconds since 1970); the first call does."""
        word = int(moment * MICROSECONDS)
        with self._locked() as words:
            if words[RAISED_FOR] < word:
                words[RAISED_FOR] = word
                self._raise(words)

    def sync(self) -> None:
        """Sync with the cache server, and reopen the file if it was replaced."""
        if not self._is_in_place():
            self._open()
            self.bump()
        shared = shared_number()
        if shared is None:
            return
        if self.words[OWED]:
            self._tell(shared)
        elif (number := shared.read()) is not None and number != self.words[SHARED]:
            with self._locked() as words:
                if number != words[SHARED]:
                    words[SHARED] = number
                    self._raise(words)

    def _tell(self, shared):
        """Raise the shared number. Without an answer OWED is set, and sync() tries again."""
        number = shared.bump()
        with self._locked() as words:
            words[OWED] = number is None
            if number is not None:
                if number != words[SHARED] + 1:  # others have raised it too, and nobody here has seen it yet
                    self._raise(words)
                words[SHARED] = number

    def _raise(self, words):
        words[NUMBER] += 1
        files.begin_generation(words[NUMBER])

    def _is_in_place(self):
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self.descriptor))
        except FileNotFoundError:
            return False

    @contextmanager
    def _locked(self):
        with self.thread_lock:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX)
            try:
                yield self.words
            finally:
                fcntl.lockf(self.descriptor, fcntl.LOCK_UN)
