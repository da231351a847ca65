"""Storage of files that are named by their content: an existing name is the same file."""

import io
import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from blog.files.atomic import write_atomically
from blog.files.modes import make_folder

NAMES_AT_ONCE = 500  # fits into a query
CHUNK_BYTES = 1024 * 1024  # written at once; in smaller chunks, the threads of an import wait for each other


class StoredFile(NamedTuple):
    name: str
    size: int  # bytes
    modified: float  # seconds since 1970


class FilePart(io.RawIOBase):
    """An open file as a file object that begins at one offset and ends at another."""

    def __init__(self, file, part: range):
        self._file = file
        self._left = len(part)
        file.seek(part.start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class FolderStorage(FileSystemStorage):
    """Storage in a folder. Writes are atomic."""

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        path = Path(self.path(name))
        if not path.exists():
            make_folder(path.parent, self.directory_permissions_mode)
            write_atomically(path, content.chunks(CHUNK_BYTES), mode=self.file_permissions_mode, durable=True)
        return name

    def keep(self, name: str, data: bytes) -> None:
        """Store a file unless it exists, and have delete_unused() keep it for now."""
        if self.exists(name):
            with suppress(OSError):
                os.utime(self.path(name))
        else:
            self.save(name, ContentFile(data))

    def stream(self, name: str, part: range | None = None):
        """Return a file, or these bytes of it, as a file object to be read once from beginning to end.

        Raises FileNotFoundError.
        """
        file = open(self.path(name), "rb")  # noqa: SIM115 -- closed by the caller
        return file if part is None else FilePart(file, part)

    def stream_with_size(self, name: str):
        """Return a file, as stream() does, and its size in bytes."""
        file = self.stream(name)
        return file, os.fstat(file.fileno()).st_size

    def files(self, folder: str = "") -> Iterator[StoredFile]:
        """Yield all files, or those below a folder."""
        for entry in entries_below(self.path(folder)):
            with suppress(FileNotFoundError):  # deleted meanwhile
                stat = entry.stat(follow_symlinks=False)
                name = Path(entry.path).relative_to(self.location).as_posix()
                yield StoredFile(name, stat.st_size, stat.st_mtime)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the names that do not exist."""
        return [name for name in names if not self.exists(name)]

    def is_writable(self) -> bool:
        """Whether files can be stored. Their folder may be missing: it is created for the first one."""
        folder = Path(self.location)
        return is_writable(next(path for path in (folder, *folder.parents) if path.exists()))

    @property
    def place(self) -> str:
        """Where the files are, for messages."""
        return self.location


def is_writable(folder: Path) -> bool:
    is_allowed = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return is_allowed and not os.statvfs(folder).f_flag & os.ST_RDONLY


def entries_below(folder) -> Iterator[os.DirEntry]:
    """Yield the files of a folder, at any depth. A missing folder has no files."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from entries_below(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry


def delete_unused(
    storage: FolderStorage, folder: str, find_used: Callable[[list[str]], set[str]], retention: timedelta
) -> Iterator[str]:
    """Delete the files below a folder that are not in use, unless they are newer. Yield the deleted names.

    find_used returns those of the names that are in use. An import stores files before their rows, and calls
    keep() for those that exist already.
    """
    before = time.time() - retention.total_seconds()
    old = (file.name for file in storage.files(folder) if file.modified < before)
    for names in itertools.batched(old, NAMES_AT_ONCE):
        used = find_used(list(names))
        for name in names:
            with suppress(FileNotFoundError):  # deleted by another machine
                if name not in used and storage.get_modified_time(name).timestamp() < before:
                    storage.delete(name)
                    yield name
