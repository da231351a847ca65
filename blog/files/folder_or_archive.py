"""Open a folder or a zip archive, which have the same methods."""

import os
from functools import lru_cache
from pathlib import Path

from blog.files.archives import Archive
from blog.files.folders import Folder, UnreadableError

ARCHIVE_SUFFIX = ".zip"


def place_at(root: Path) -> Folder | Archive:
    """Return the folder or archive at this path. Raises UnreadableError for a broken archive."""
    if not is_archive(root):
        return Folder(root)
    state = root.stat()
    # Each process opens the file itself: processes that share an open file share its position.
    return _archive(root, state.st_mtime_ns, state.st_size, os.getpid())


def is_archive(path: Path) -> bool:
    return path.suffix.lower() == ARCHIVE_SUFFIX and path.is_file()


def is_there(root: Path, path: str) -> bool:
    """Whether this folder or archive has a file with this path."""
    try:
        place_at(root).check(path)
    except (UnreadableError, OSError):
        return False
    return True


def forget_archives() -> None:
    """Close all open archives, so that the disk space of a deleted one is freed."""
    _archive.cache_clear()


@lru_cache(maxsize=4)
def _archive(root, modified, size, process):
    return Archive(root)
