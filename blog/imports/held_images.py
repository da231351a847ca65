"""Images of held updates: stored by digest, and not served under any URL.

They are below held/ in the media storage, and the view of stored images only serves names below images/. They
are kept until at least a day after the decision on the update, or until its article is deleted. When the
update is accepted, they are decoded and stored like any upload.
"""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep_held_image(data: bytes) -> str:
    """Store the bytes unchanged, unless they are stored already. Return their digest."""
    digest = hashlib.sha256(data).hexdigest()
    name = _name(digest)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return digest


def held_image(digest: str) -> bytes:
    """Return the bytes with this digest. Raises FileNotFoundError if they are not stored."""
    with default_storage.open(_name(digest)) as file:
        return file.read()


def drop_held_image(digest: str) -> None:
    default_storage.delete(_name(digest))


def _name(digest):
    return f"held/{digest[:2]}/{digest}"
