"""Pictures: decoded by Pillow, written anew without metadata, stored under the digest of their content."""

import hashlib
import io
import logging
import os
import struct
import tempfile
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from blog.file_modes import make_folder

logger = logging.getLogger(__name__)

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
SAVE_OPTIONS = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "GIF": {},
    "WEBP": {"quality": 88, "method": 4},
    "AVIF": {"quality": 80, "speed": 8},
}
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000  # decoded, 40 MP take 160 MB of memory
MAX_SIDE = 12_000
MAX_FRAMES = 500
# What Pillow raises on files that only begin well. Anything else would be a bug of ours.
DAMAGES = (
    *(OSError, ValueError, TypeError, LookupError, SyntaxError, EOFError, OverflowError, MemoryError),
    RuntimeError,  # the AVIF decoder
    *(struct.error, zlib.error),
)


class PictureError(ValueError):
    """A file that is not taken as a picture; the message says why."""


@dataclass(frozen=True, slots=True)
class StoredPicture:
    name: str  # in the media storage
    width: int
    height: int
    digest: str  # SHA-256 of the stored bytes, in hexadecimal


class MediaStorage(FileSystemStorage):
    """Files named by their content: the same name is the same file, and a file is whole or not there."""

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        path = self.path(name)
        if os.path.exists(path):
            return name
        make_folder(Path(path).parent, self.directory_permissions_mode)
        draft = tempfile.NamedTemporaryFile(dir=os.path.dirname(path), prefix=".", delete=False)  # noqa: SIM115 -- closed below
        try:
            with draft:
                for chunk in content.chunks():
                    draft.write(chunk)
                draft.flush()
                os.fsync(draft.fileno())
            os.chmod(draft.name, self.file_permissions_mode)
            os.replace(draft.name, path)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)  # what a full disk has taken of it is of no use
            raise
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


def store_picture(data: bytes, *, keep=True) -> StoredPicture:
    """Store a picture of ours made from the given bytes, and return where it is; only look at it if not keep.

    JPEG, PNG, GIF, WebP and AVIF are taken, whatever the file's name says, up to 25 MB, 40 megapixels and
    12,000 pixels a side. The stored picture is upright and carries no metadata. Raises PictureError.
    """
    content, extension, size = rewrite_picture(data)
    digest = hashlib.sha256(content).hexdigest()
    name = media_name(digest, extension)
    if keep and not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return StoredPicture(name, *size, digest)


def media_name(digest: str, extension: str) -> str:
    """Return where a picture's file goes in the media storage."""
    return f"images/{digest[:2]}/{digest[:40]}.{extension}"


def upload_path(instance, filename: str) -> str:
    """Refuse any name but those that store_picture() made: Image.file is never filled in from outside."""
    raise PictureError(f"“{filename}” was not stored by store_picture().")


def rewrite_picture(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """Return the picture's new bytes, the extension of its format, and its width and height in pixels."""
    if len(data) > MAX_BYTES:
        raise PictureError(_("The file is larger than %d MB.") % (MAX_BYTES // 1024**2))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data), formats=list(EXTENSIONS)) as picture:
                _check_size(picture)
                return _encode(picture)
    except UnidentifiedImageError:
        raise PictureError(_("Not a picture in JPEG, PNG, GIF, WebP or AVIF.")) from None
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError):
        raise PictureError(_("The picture has too many pixels.")) from None
    except PictureError:
        raise
    except DAMAGES:
        raise PictureError(_("The picture is damaged, or not all of it is there.")) from None


def _check_size(picture):
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureError(
            _(
                "The picture has %(width)d x %(height)d pixels; "
                "at most %(megapixels)d megapixels and %(side)d pixels a side are taken."
            )
            % {
                "width": width,
                "height": height,
                "megapixels": MAX_PIXELS // 1_000_000,
                "side": MAX_SIDE,
            }
        )


def _encode(picture):
    # MPO is a JPEG with more pictures behind the first, as phones take them: the first is the photograph.
    image_format = "JPEG" if picture.format == "MPO" else picture.format
    animated = image_format != "JPEG" and getattr(picture, "n_frames", 1) > 1
    output = io.BytesIO()
    size = _save_animation(picture, output) if animated else _save_still(picture, output, image_format)
    return output.getvalue(), EXTENSIONS[image_format], size


def _save_animation(picture, output):
    if picture.n_frames > MAX_FRAMES or picture.n_frames * picture.width * picture.height > 10 * MAX_PIXELS:
        raise PictureError(_("The animation has too many frames of this size."))
    picture.info.pop("comment", None)
    picture.save(output, picture.format, save_all=True, exif=b"", xmp=b"", **SAVE_OPTIONS[picture.format])
    return picture.size


def _save_still(picture, output, image_format):
    upright = ImageOps.exif_transpose(picture)
    upright.load()
    # Of all that the file says beside its pixels, colours depend on these two, and they name nobody.
    kept = {name: upright.info[name] for name in ("icc_profile", "transparency") if name in upright.info}
    upright.info.clear()
    if image_format == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")  # from CMYK, which browsers show each in its own way
        kept.clear()  # a profile of inks says nothing about RGB
    upright.save(output, image_format, **SAVE_OPTIONS[image_format], **kept)
    return upright.size
