"""Backups in a bucket, away from this machine. Their files are those of backup.py."""

import logging
import tempfile
from collections.abc import Callable
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings
from django.core.files import File

from blog.extensions.backups.archive import CHUNK, BackupError
from blog.extensions.backups.backup import NAMES, new_name, write_backup
from blog.files import modes
from blog.files.atomic import write_atomically
from blog.files.storage import StoredFile

logger = logging.getLogger(__name__)


def bucket():
    """Return the storage of the backups. Raises BackupError without GALLEY_BACKUP_URL."""
    if settings.BACKUP_BUCKET is None:
        raise BackupError("GALLEY_BACKUP_URL is not set. Set it to the bucket for backups.")
    from blog.files.s3 import S3Storage  # its packages are optional

    return S3Storage(**settings.BACKUP_BUCKET, folder="backups")


def copies() -> list[StoredFile]:
    """Return the backups in the bucket, the newest first. Raises BackupError, and OSError for the server."""
    found = (file for file in bucket().files() if fnmatch(file.name, NAMES))
    return sorted(found, key=lambda file: file.name, reverse=True)


def write_copy(check_stop: Callable[[], None] = lambda: None) -> StoredFile:
    """Write a backup to the bucket, then delete the oldest but GALLEY_BACKUPS_KEPT.

    It is written to a file without a name in the data folder first, so a killed process leaves nothing.
    check_stop is called before each part, and may raise. Raises BackupError, and OSError for the server.
    """
    storage, name = bucket(), new_name()
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        write_backup(_Stoppable(file, check_stop))
        size = file.tell()
        file.seek(0)
        check_stop()
        storage.save(name, File(file, name))
    if storage.size(name) != size:
        raise BackupError(f"{storage.place}/{name} does not have the {size} bytes that were sent.")
    stored = copies()
    try:
        for older in stored[settings.BACKUPS_KEPT :]:
            if older.name != name:  # the clock may have been wrong
                storage.delete(older.name)
    except OSError as error:  # the key may lack the permission: see docs/operating.md
        logger.warning("%s: older backups stay: %s", storage.place, error)
    return next(copy for copy in stored if copy.name == name)


def fetch(name: str, path: Path) -> None:
    """Store a backup of the bucket as a new file, which only its owner can read.

    Raises BackupError if the file exists, and OSError for the server or the disk.
    """
    if path.exists():
        raise BackupError(f"{path} exists already. Name a new file.")
    with closing(bucket().stream(name)) as body:
        parts = iter(lambda: body.read(CHUNK), b"")
        write_atomically(path, parts, mode=modes.PRIVATE_FILE, durable=True, replace=False)


class _Stoppable:
    """A file to write to, which may raise before each part."""

    def __init__(self, file, check_stop):
        self._file = file
        self._check_stop = check_stop

    def write(self, data) -> int:
        self._check_stop()
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()
