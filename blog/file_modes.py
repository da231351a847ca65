"""Who on this machine may read what Galley writes: the one place where modes are set.

The database, the secret key and what is not finished yet are for Galley's own user. Images, static files
and pages are read by a web server, which is another one: it gets through their folders to files whose names
it knows, and lists none. Modes are set, not left to the umask, so that they are the same whatever that is.
"""

import itertools
import os
import stat
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SERVED_FILE = 0o644
PASSAGE = 0o711  # a folder of served files, or above one

# What lies in the data folder, with the most that others may do. Cards and images in other widths are given
# out by Galley alone: those of an unpublished article are for nobody.
PRIVATE_FILES = ("secret_key", "generation")
PRIVATE_FOLDERS = ("cards", "pictures")
SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def make_folder(path: Path, mode: int = PASSAGE) -> None:
    """Make a folder, and those above it that are missing, with this mode. One that is there is left alone."""
    missing = list(itertools.takewhile(lambda folder: not folder.exists(), (path, *path.parents)))
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)  # two processes may start at once
        folder.chmod(mode)
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is a file.")


def open_private(path, flags: int) -> int:
    """An opener for open(): a file that is made now is its owner's alone."""
    return os.open(path, flags, PRIVATE_FILE)


def make_private_file(path: Path) -> None:
    """Make an empty file that its owner alone may read, unless it is there."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))


def protect(path: Path, most: int) -> bool:
    """Take from a file or folder what others may do beyond `most`; return whether anything was taken.

    What belongs to another user stays as it is, and so does a folder for everybody, such as /tmp.
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
    """Bring a data folder that an earlier version has made to the modes of this one.

    SQLite makes its other files with the mode of the database, so that is made before SQLite could.
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
