"""Write a backup of a running site: all rows of one moment, and the files that they name.

On SQLite, a read transaction sees one moment and delays no writer. On PostgreSQL, REPEATABLE READ does. Files
of images are named by their content and never change, so they can be read after the rows.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from blog.extensions.backups import rows
from blog.extensions.backups.archive import CHUNK, MANIFEST, ArchiveWriter, BackupError, writing
from blog.extensions.backups.files import named_files, stored_at
from blog.extensions.backups.manifest import KEY_MEMBER, LONGEST_KEY, SHORTEST_KEY, is_secret, new_manifest

NAME = "galley-%Y%m%dT%H%M%SZ.zip"
NAMES = "galley-????????T??????Z.zip"
DRAFT = ".galley-draft-"
WRITTEN_AT_ONCE = 256 * 1024  # bytes


def write_file(path: Path, **options) -> dict:
    """Write a backup to a file that only its owner can read, and return its manifest.

    The file appears when it is complete. Raises BackupError if it exists already.
    """
    if path.exists():
        raise BackupError(f"{path} exists already. Name a new file, or a folder.")
    try:
        descriptor, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                manifest = write_backup(file, **options)
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike os.replace(), fails if the file exists
        finally:
            os.unlink(draft)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    return manifest


def new_name() -> str:
    return timezone.now().strftime(NAME)  # in UTC


def remove_older(folder: Path, keep: int) -> list[Path]:
    """Delete all backups in the folder except the `keep` newest. Return the paths of the deleted ones.

    Drafts older than a day, which killed backups have left, are deleted, too.
    """
    removed = sorted(folder.glob(NAMES))[:-keep]
    yesterday = time.time() - 24 * 3600
    drafts = [path for path in folder.glob(f"{DRAFT}*") if path.stat().st_mtime < yesterday]
    for path in (*removed, *drafts):
        path.unlink(missing_ok=True)
    return removed


def write_backup(stream, *, with_secret: bool = False) -> dict:
    """Write a backup to a stream, which may be a pipe, and return its manifest."""
    secret, models = settings.SECRET_KEY.encode(), rows.stored_models()
    if with_secret and not is_secret(secret):
        raise BackupError(
            f"SECRET_KEY must have {SHORTEST_KEY} to {LONGEST_KEY} characters. Set another one, or omit "
            "--with-secret."
        )
    with writing(stream) as archive, snapshot():
        manifest = new_manifest()
        for model in models:
            manifest["rows"][model._meta.label] = _write_rows(archive, model)
        for name in named_files(models):
            _write_file(archive, manifest, name)
        if with_secret:
            archive.write(KEY_MEMBER, [secret])
            manifest["has_secret"] = True
        archive.write(MANIFEST, [json.dumps(manifest, indent=1).encode()])
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """Read only what was committed before the first query of this block. Writers do not wait."""
    if connection.vendor == "sqlite":
        # Not atomic(): its transactions take the write lock.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write_rows(archive: ArchiveWriter, model) -> dict:
    fields, count = rows.stored_fields(model), 0

    def lines():
        nonlocal count
        for row in rows.read_rows(model, fields):
            count += 1
            yield rows.encode(row)

    names = [field.attname for field in fields]
    member = archive.write(f"rows/{model._meta.label}.jsonl", joined(lines()))
    return {"count": count, "fields": names, "last_key": rows.last_key(model), **member}


def joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines joined into larger parts, which are compressed in half the time."""
    pending, size = [], 0
    for line in lines:
        pending.append(line)
        size += len(line)
        if size >= WRITTEN_AT_ONCE:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)


def _write_file(archive, manifest, name):
    storage, own_name = stored_at(name)
    try:
        with closing(storage.stream(own_name)) as file:
            parts = iter(lambda: file.read(CHUNK), b"")
            manifest["files"][name] = archive.write(name, parts, compress=False)
    except FileNotFoundError:
        manifest["missing_files"].append(name)
