"""Store images: decoded in the sandbox, without metadata, and named by the digest of the result."""

import hashlib
import logging
import operator
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from blog.documents.limits import in_megabytes
from blog.files.storage import FolderStorage
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.sandbox import calls
from blog.sandbox.refusal_messages import image_refusal
from blog.sandbox.refusals import RefusedError

NOTED_EVERY = timedelta(days=1)

logger = logging.getLogger(__name__)


class ImageError(ValueError):
    """Raised when a file is not accepted as an image. The message says why."""

    is_passing = False  # whether a second attempt may succeed


def image_too_large() -> str:
    """Return the message for an image of more than MAX_IMAGE_BYTES."""
    return gettext("The file is larger than %d MB.") % in_megabytes(MAX_IMAGE_BYTES)


@dataclass(frozen=True, slots=True)
class StoredImage:
    name: str  # in the media storage
    width: int
    height: int
    digest: str  # SHA-256 of the stored bytes, in hexadecimal
    original: str = ""  # SHA-256 of the imported bytes, if they are kept (blog/images/originals.py)


def cached_file(storage: FolderStorage, name: str, make, lock) -> bytes:
    """Return the file with this name; if it does not exist, store and return the result of make().

    The file's modification time is updated at most once a day, so it shows the last day of use. lock: a
    context manager around make(), to limit how many run at once. If the result cannot be stored (full or
    read-only disk), make() runs at each call.
    """
    if not storage.exists(name):
        with lock:
            if not storage.exists(name):
                content = make()
                try:
                    storage.save(name, ContentFile(content))
                except OSError as error:
                    logger.warning("%s cannot be stored: %s.", storage.path(name), error.strerror)
                return content
    path = storage.path(name)
    with suppress(OSError):  # for example on a read-only disk
        if os.stat(path).st_mtime < time.time() - NOTED_EVERY.total_seconds():
            os.utime(path)
    with storage.open(name) as file:
        return file.read()


def store_file(data: bytes, *, digest="", keep=True, run=operator.call) -> StoredImage:
    """Decode and store an image. Without keep, return the same, but store nothing.

    digest: SHA-256 of the data in hexadecimal, if known. run: called with the function that saves the file
    and with its arguments, to run it at another time.

    Accepts JPEG, PNG, GIF, WebP, AVIF and SVG, recognised by content, within the limits of
    blog/files/upload_limits.py (bytes) and blog/sandbox/image_decoding.py (pixels). The stored image is
    upright and has no metadata. Raises ImageError.
    """
    try:
        image = calls.rewrite_image(data)
    except RefusedError as error:
        refusal = ImageError(image_refusal(error))
        refusal.is_passing = error.is_passing
        raise refusal from None
    if not digest or image.content != data:
        digest = hashlib.sha256(image.content).hexdigest()
    name = media_name(digest, image.extension)
    if keep and not default_storage.exists(name):
        run(default_storage.save, name, ContentFile(image.content))
    return StoredImage(name, image.width, image.height, digest)


def media_name(digest: str, extension: str) -> str:
    """Return the name of an image's file in the media storage."""
    return f"images/{digest[:2]}/{digest[:40]}.{extension}"


def upload_path(instance, filename: str) -> str:
    """Raise ImageError: Image.file must be stored by store_file(), which does not call this."""
    raise ImageError(f"“{filename}” was not stored by store_file().")
