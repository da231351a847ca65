"""Images: written anew in the sandbox, without metadata, and stored under the digest of their content."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from blog.atomic_files import write_atomically
from blog.file_modes import make_folder
from blog.refusals import image_refusal
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

logger = logging.getLogger(__name__)


class ImageError(ValueError):
    """A file that is not taken as an image; the message says why."""


@dataclass(frozen=True, slots=True)
class StoredImage:
    name: str  # in the media storage
    width: int
    height: int
    digest: str  # SHA-256 of the stored bytes, in hexadecimal


class MediaStorage(FileSystemStorage):
    """Files named by their content: the same name is the same file, and a file is whole or not there."""

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        path = Path(self.path(name))
        if not path.exists():
            make_folder(path.parent, self.directory_permissions_mode)
            write_atomically(path, content.chunks(), mode=self.file_permissions_mode, durable=True)
        return name


def cached_file(storage: MediaStorage, name: str, make, lock) -> bytes:
    """Return what the storage has under this name, or what make() returns, stored if that is possible.

    Where it is not, because the disk is full or can only be read, it is made each time; one at a time.
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
    with storage.open(name) as file:
        return file.read()


def store_file(data: bytes, *, keep=True) -> StoredImage:
    """Store an image of ours made from the given bytes, and return where it is; only look at it if not keep.

    JPEG, PNG, GIF, WebP and AVIF are taken, whatever the file's name says, up to the bytes of
    blog/upload_limits.py and the pixels of blog/sandbox/images.py. The stored image is upright and carries
    no metadata. Raises ImageError.
    """
    try:
        image = calls.rewrite_image(data)
    except RefusedError as error:
        raise ImageError(image_refusal(error)) from None
    digest = hashlib.sha256(image.content).hexdigest()
    name = media_name(digest, image.extension)
    if keep and not default_storage.exists(name):
        default_storage.save(name, ContentFile(image.content))
    return StoredImage(name, image.width, image.height, digest)


def media_name(digest: str, extension: str) -> str:
    """Return where an image's file goes in the media storage."""
    return f"images/{digest[:2]}/{digest[:40]}.{extension}"


def upload_path(instance, filename: str) -> str:
    """Refuse any name but those that store_file() made: Image.file is never filled in from outside."""
    raise ImageError(f"“{filename}” was not stored by store_file().")
