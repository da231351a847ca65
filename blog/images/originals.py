"""The original bytes of imported images, so that an export writes the imported file.

They may have personal data (EXIF, GPS) and, in SVG, scripts. So they are in a private folder that is not
served under any URL, named by their digest. If a file had no metadata and was not re-encoded, its
stored image is the original.
"""

import hashlib
import operator
import posixpath
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages

from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.files.storage import FolderStorage, delete_unused
from blog.images.files import StoredImage, store_file
from blog.images.models import Image

RETENTION = timedelta(days=1)  # of originals without an image; an import stores them before its rows


def store_with_original(data: bytes, *, keep=True, run=operator.call) -> StoredImage:
    """Store an image, and the given bytes, too, unless the stored image has the same. See store_file()."""
    digest = hashlib.sha256(data).hexdigest()
    image = store_file(data, digest=digest, keep=keep, run=run)
    if keep and digest != image.digest:
        run(original_storage().keep, original_name(digest), data)
    return replace(image, original=digest)


def original_of(image: Image) -> bytes | None:
    """Return the bytes from which an image was imported, or None if they were not kept."""
    if not image.original:
        return None
    if image.original == image.digest:
        with image.file.open() as file:
            return file.read()
    with suppress(FileNotFoundError), original_storage().open(original_name(image.original)) as file:
        return file.read()
    return None


def delete_unused_originals() -> None:
    """Delete the originals of images that were deleted, replaced or never inserted."""
    if settings.BUCKET and not Image.objects.exclude(original="").exists():
        return  # a new database, which does not know the files in the bucket
    for _name in delete_unused(original_storage(), "", _used, RETENTION):
        pass


def _used(names):
    used = Image.objects.filter(original__in=map(posixpath.basename, names))
    return set(map(original_name, used.values_list("original", flat=True)))


def original_storage() -> FolderStorage:
    """Return the storage of originals: a private folder, or one in the bucket."""
    if settings.BUCKET:
        return storages["originals"]
    return FolderStorage(
        settings.ORIGINAL_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def original_name(digest: str) -> str:
    """Return the name of an original's file in its storage."""
    return f"{digest[:2]}/{digest}"
