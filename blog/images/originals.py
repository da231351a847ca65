"""The original bytes of imported images, so that an export writes the imported file.

They may have personal data (EXIF, GPS) and, in SVG, scripts. So they are in a private folder that is not
served under any URL, named by their digest. If a file had no metadata and was not re-encoded, its
stored image is the original.
"""

import hashlib
import itertools
import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from blog.base.queries import ROWS_AT_ONCE
from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.files.storage import FolderStorage
from blog.images.files import StoredImage
from blog.images.models import Image

RETENTION = timedelta(days=1)  # of originals without an image; an import stores them before its rows


def keep_original(data: bytes, image: StoredImage, *, keep=True) -> str:
    """Store the imported bytes of an image, unless the stored image has the same bytes.

    Returns the SHA-256 of the imported bytes in hexadecimal. Without keep, nothing is stored.
    """
    digest = hashlib.sha256(data).hexdigest()
    if keep and digest != image.digest:
        storage, name = _storage(), original_name(digest)
        if storage.exists(name):
            with suppress(OSError):
                os.utime(storage.path(name))  # so that delete_unused_originals() keeps it
        else:
            storage.save(name, ContentFile(data))
    return digest


def original_of(image: Image) -> bytes | None:
    """Return the bytes from which an image was imported, or None if they were not kept."""
    if not image.original:
        return None
    if image.original == image.digest:
        with image.file.open() as file:
            return file.read()
    with suppress(FileNotFoundError), _storage().open(original_name(image.original)) as file:
        return file.read()
    return None


def delete_unused_originals() -> None:
    """Delete the originals of images that were deleted, replaced or never inserted."""
    before = time.time() - RETENTION.total_seconds()
    for files in itertools.batched(Path(settings.ORIGINAL_ROOT).glob("*/*"), ROWS_AT_ONCE):
        used = Image.objects.filter(original__in=[file.name for file in files])
        used = set(used.values_list("original", flat=True))
        for file in files:
            if file.name not in used and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)


def _storage():
    return FolderStorage(
        settings.ORIGINAL_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def original_name(digest: str) -> str:
    """Return the name of an original's file in ORIGINAL_ROOT."""
    return f"{digest[:2]}/{digest}"
