"""The permissions of files and folders that Galley writes.

Only Galley's own user can read the database, the secret key and unfinished files. A web server under another
user reads images, static files and cached pages: it can open files whose names it knows, but cannot list
folders. Modes are set explicitly, so that they do not depend on the umask.
"""

import itertools
import os
import stat
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SERVED_FILE = 0o644
PASSAGE = 0o711  # for folders of served files and their parents

# Private contents of the data folder. Only Galley serves share cards and renditions, because those of
# unpublished articles must not be readable.
PRIVATE_FILES = ("secret_key", "generation")
PRIVATE_FOLDERS = ("cards", "imports", "originals", "pictures")
SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def make_folder(path: Path, mode: int = PASSAGE) -> None:
    """Create a folder and its missing parents with this mode. Existing folders keep theirs."""
    if path.is_dir():
        return
    missing = list(itertools.takewhile(lambda folder: not folder.exists(), (path, *path.parents)))
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)  # two processes may start at once
        folder.chmod(mode)
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is a file.")


def open_private(path, flags: int) -> int:
    """Opener for open() that makes new files readable only by their owner."""
    return os.open(path, flags, PRIVATE_FILE)


def make_private_file(path: Path) -> None:
    """Create an empty file that only its owner can read, unless it exists."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))


def protect(path: Path, most: int) -> bool:
    """Remove permissions that exceed the mode `most`; return whether there were any.

    Files of other users and folders with the sticky bit, such as /tmp, are not changed.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & stat.S_ISVTX or not mode & 0o077 & ~most:
            return False
        path.chmod(mode & (most | 0o7700))
    except OSError:
        return False
    return True


def protect_data(data: Path, media: Path, database: Path | None) -> None:
    """Restrict the permissions of a data folder that an earlier release created.

    A missing database file is created here, because SQLite copies its mode to the journal files.
    """
    if database:
        make_private_file(database)
        for suffix in SQLITE_FILES:
            protect(database.with_name(database.name + suffix), PRIVATE_FILE)
    for name in PRIVATE_FILES:
        protect(data / name, PRIVATE_FILE)
    for name in PRIVATE_FOLDERS:
        protect(data / name, PRIVATE_FOLDER)
    images = media / "images"
    if images.is_dir() and protect(images, PASSAGE):
        for folder in images.iterdir():
            protect(folder, PASSAGE)
    protect(media, PASSAGE)
    protect(data, PASSAGE)
