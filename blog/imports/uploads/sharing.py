"""Uploads in the bucket, so that several machines can receive, check and import the same upload.

Each part of the stream that a browser sends is an object, named by its offset. A machine that continues an
upload, or runs its job, first fetches what its own folder lacks. Without a bucket, all processes use the same
folder, and nothing here does anything.
"""

import io
import shutil
from contextlib import closing, suppress

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages

from blog.files.modes import open_private
from blog.files.storage import FilePart
from blog.imports.uploads.models import StagedImport


def fetch_parts(staged: StagedImport, stream) -> None:
    """Give a stream on this disk exactly the bytes that are in the bucket."""
    if not settings.BUCKET:
        return
    size = stream.seek(0, 2)
    end = 0
    for part in sorted(upload_storage().files(f"{staged.uid}/parts")):
        if int(part.name.rpartition("/")[2]) != end:
            break  # a part before it is missing
        if size < end + part.size:
            stream.seek(end)
            with closing(upload_storage().stream(part.name)) as file:
                shutil.copyfileobj(file, stream)
        end += part.size
    stream.truncate(end)


def share_part(staged: StagedImport, stream, offset: int) -> None:
    """Store the bytes from an offset to the end of the stream. If that fails, remove them from the stream."""
    if not settings.BUCKET:
        return
    part = range(offset, stream.seek(0, 2))
    try:
        if part:
            upload_storage().save(f"{staged.uid}/parts/{offset:015}", File(StreamPart(stream, part)))
    except OSError:
        stream.truncate(offset)
        raise


class StreamPart(FilePart):
    """A part of the stream, which stays open."""

    def close(self) -> None:
        io.RawIOBase.close(self)


def share_file(staged: StagedImport, name: str) -> None:
    """Store a file of the upload's folder, or delete it from the bucket if there is none."""
    if not settings.BUCKET:
        return
    shared = f"{staged.uid}/{name}"
    try:
        with (staged.folder / name).open("rb") as file:
            upload_storage().save(shared, File(file))
    except FileNotFoundError:
        upload_storage().delete(shared)


def fetch_file(staged: StagedImport, name: str) -> None:
    """Fetch a file of the upload's folder from the bucket, if it is only there."""
    path = staged.folder / name
    if not settings.BUCKET or path.exists():
        return
    draft = path.with_name(f".draft-{name}")
    with suppress(FileNotFoundError), closing(upload_storage().stream(f"{staged.uid}/{name}")) as file:
        with open(draft, "wb", opener=open_private) as target:
            shutil.copyfileobj(file, target)
        draft.replace(path)


def upload_storage():
    return storages["imports"]
