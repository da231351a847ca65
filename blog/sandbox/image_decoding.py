"""The sandbox's image tasks: decoding and re-encoding images, in the same or a smaller size.

Ordinary JPEG and PNG files are decoded, too, but their pictures are not encoded again (jpeg.py, png.py).

Dimensions are checked before anything is decoded. The limits are chosen so that 300 MB of memory suffice.
Measured at the limits: peak resident memory in MB (including 23 of the process itself) and seconds of CPU
time, for images of noise with an Exif rotation (Pillow 13.0, libwebp 1.6, libavif 1.4, x86-64):

            megapixels      with four channels     1920 x 1080, animated
    JPEG    25: 268, 1 s    CMYK, 18: 238, 1 s
    PNG     22: 207, 7 s    the same                7 frames: 155, 5 s
    GIF     25: 166, 1 s                           38 frames: 218, 3 s
    WebP    16: 276, 2 s    RGBA, 7: 276, 3 s      19 frames: 124, 6 s
    AVIF     8: 249, 3 s    RGBA, 8: 280, 5 s      19 frames: 258, 5 s

Many small frames take less memory than a few large ones, and no more time. The noise of the GIF is in blocks
of 4 x 4 pixels, since 38 frames of finer noise exceed MAX_IMAGE_BYTES.
"""

import io
import itertools
import os
import re
import struct
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import AvifImagePlugin, ExifTags, ImageOps, UnidentifiedImageError
from PIL import Image as Pillow

from blog.documents.limits import in_megabytes
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.sandbox import png
from blog.sandbox.child import serve
from blog.sandbox.embedded import has_other_file, is_plausible_profile
from blog.sandbox.jpeg import Part, joined, picture_of
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.svg import draw, is_svg

MAX_SIDE = 12_000  # pixels
MAX_FRAMES = 500
MAX_FRAME_PIXELS = 1920 * 1080  # of an animation; an encoder has several frames in memory
RENDITION_OPTIONS = {"quality": 55, "speed": 8}
MOST_BYTES_PER_PIXEL = 0.5  # of a JPEG that is not encoded again; larger ones have needless quality
# Exceptions of Pillow for damaged files. Any other exception would be a bug of ours.
DAMAGES = (
    *(OSError, ValueError, TypeError, LookupError, SyntaxError, EOFError, OverflowError),
    RuntimeError,  # the AVIF decoder
    *(struct.error, zlib.error),
)


@dataclass(frozen=True, slots=True)
class ImageFormat:
    """An accepted image format and its limits in megapixels.

    megapixels: for a still image. moving_megapixels: for all frames of an animation together.
    """

    name: str
    extension: str
    megapixels: int
    moving_megapixels: int = 0
    four_channel_megapixels: int = 0  # for images with alpha or in CMYK; 0: no lower limit
    options: dict[str, Any] = field(default_factory=dict)  # for Pillow's save()


FORMATS = {
    "JPEG": ImageFormat("JPEG", "jpg", 25, 0, 18, {"quality": 90, "optimize": True}),
    "PNG": ImageFormat("PNG", "png", 22, 16),
    "GIF": ImageFormat("GIF", "gif", 25, 80),
    "WEBP": ImageFormat("WebP", "webp", 16, 40, 7, {"quality": 88, "method": 4}),
    "AVIF": ImageFormat("AVIF", "avif", 8, 40, options={"quality": 80, "speed": 8}),
}


@dataclass(frozen=True, slots=True)
class RewrittenImage:
    """An image as it is stored. parts: of the content, if most of it is copied from the given bytes."""

    content: bytes
    extension: str
    width: int
    height: int
    parts: tuple[Part, ...] = ()


def main() -> None:
    if hasattr(os, "SCHED_BATCH"):  # Linux: images do not interrupt other work, so an import is 2 % faster
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    Pillow.init()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread needs memory
    Pillow.MAX_IMAGE_PIXELS = None  # our own limits are lower, and are named in the refusal
    serve({"rewrite": rewrite_in_parts, "shrink": shrink, "crop": crop})


def rewrite_in_parts(data: bytes) -> RewrittenImage:
    """Return the result of rewrite(), without a content that the parent can make of the parts."""
    image = rewrite(data)
    return replace(image, content=b"") if image.parts else image


def rewrite(data: bytes) -> RewrittenImage:
    """Return an image upright, and without metadata except its colour profile: decoded and re-encoded.

    If the picture of a JPEG or PNG can remain unchanged, it is decoded, and copied instead. Accepts JPEG,
    PNG, GIF, WebP and AVIF, recognised by content, and draws SVG. Raises RefusedError.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise RefusedError(Refusal.BYTES, {"megabytes": in_megabytes(MAX_IMAGE_BYTES)})
    is_drawn = is_svg(data)
    if is_drawn:
        data = draw(data)
    with _refusing(Refusal.DAMAGED):
        if copied := _copied_jpeg(data) or _copied_png(data):
            return replace(copied, parts=()) if is_drawn else copied  # they are not those of the SVG
        # No reference to the decoder is kept, so that its memory is free before encoding begins.
        image, image_format = _decoded(data)
        if has_other_file(bytes(image.getpalette() or ())):
            raise RefusedError(Refusal.DAMAGED, {"cause": "Its palette contains another file."})
        output = io.BytesIO()
        if _moves(image):
            kept = {"exif": b"", "xmp": b"", "icc_profile": _profile(image)}
            image.save(output, image.format, save_all=True, **kept, **image_format.options)
        else:
            kept = _kept(image)
            if image_format.name == "JPEG" and image.mode not in {"RGB", "L"}:
                # Mostly CMYK, which browsers show differently. Its colour profile does not apply to RGB.
                image, kept = image.convert("RGB"), {}
            image.save(output, image_format.name.upper(), **image_format.options, **kept)
    return RewrittenImage(output.getvalue(), image_format.extension, *image.size)


def _copied_jpeg(data):
    """Return a JPEG without its metadata, or None if it must be re-encoded: turned, CMYK, large, unusual."""
    copied = picture_of(data)
    if copied is None:
        return None
    picture = joined(copied.parts, data)
    image = _opened(data)
    _check_size(image)
    is_small = len(picture) <= MOST_BYTES_PER_PIXEL * image.width * image.height
    if image.mode not in {"RGB", "L"} or not _is_upright(image) or not is_small:
        return None
    # Coded data can be made to contain an archive.
    if has_other_file(picture) or not _is_needed(picture, copied.ends):
        return None
    return RewrittenImage(picture, FORMATS["JPEG"].extension, *image.size, copied.parts)


def _copied_png(data):
    """Return a PNG without its metadata, or None if it must be re-encoded: turned, or unusual."""
    if not data.startswith(png.SIGNATURE):
        return None
    image = _opened(data)
    if _moves(image):
        return None
    _check_size(image)
    places = png.picture_of(data)
    if places is None:
        return None
    image.load()
    profile = _profile(image)
    header, *others = places
    parts = (header, *([png.profile_chunk(profile)] if profile else []), *others)
    picture = joined(parts, data)
    if not _is_upright(image) or has_other_file(picture):
        return None
    return RewrittenImage(picture, FORMATS["PNG"].extension, *image.size, parts)


def _is_upright(image):
    return image.getexif().get(ExifTags.Base.Orientation, 1) == 1


def _is_needed(picture, ends) -> bool:
    """Decode a JPEG. Return whether the last bytes before each end of its coded data belong to the picture.

    Without them, the decoder waits in a unit of the picture, and does not consume all of the bytes before. If
    it does, the unit was complete: these bytes were skipped while it looked for the marker.
    """
    image = Pillow.open(io.BytesIO(picture), formats=["JPEG"])
    image.draft("L", (1, 1))  # reads all the data, but computes fewer pixels
    image.load_prepare()
    ((codec, extents, _offset, arguments),) = image.tile
    decoder = Pillow._getdecoder(image.mode, codec, arguments, image.decoderconfig)
    decoder.setimage(image.im, extents)
    data, at, left = memoryview(picture), 0, []
    for stop in [*(end - before for end in ends for before in (2, 1)), len(data)]:
        consumed, error = decoder.decode(data[at:stop])
        if error:
            raise OSError(f"The decoder reports the error {error}.")
        if consumed < 0:  # the picture is complete
            break
        at += consumed
        left.append(stop - at)
    return len(left) == 2 * len(ends) and all(map(any, itertools.batched(left, 2)))


def shrink(data: bytes, width: int, steps: tuple[int, ...]) -> bytes:
    """Return an image scaled to another width, as AVIF.

    Raises RefusedError: WIDTH if offered_widths() lacks the width, NO_RENDITION if the image is animated or
    cannot be encoded.
    """
    with _refusing(Refusal.NO_RENDITION):
        image = _opened(data)
        if width not in offered_widths(image.width, steps):
            raise RefusedError(Refusal.WIDTH)
        if getattr(image, "n_frames", 1) > 1:
            raise RefusedError(Refusal.NO_RENDITION, {"cause": "It moves."})
        # The JPEG decoder can scale down by 2, 4 or 8 while decoding, which is faster.
        image.draft(None, (width, width))
        _check_size(image)
        return _shrunk(image, width)


def crop(data: bytes, size: tuple[int, int], focus: tuple[int, int], background: str) -> bytes:
    """Return the RGB pixels of an image, scaled and cropped to `size` around its focal point.

    focus: (x, y) in percent. background: the colour behind transparent parts. Raises RefusedError.
    """
    with _refusing(Refusal.NO_RENDITION):
        image = _opened(data)
        _check_size(image)
        if image.has_transparency_data:
            sheet = Pillow.new("RGBA", image.size, background)
            image = Pillow.alpha_composite(sheet, image.convert("RGBA"))
        centering = tuple(part / 100 for part in focus)
        fitting = ImageOps.fit(image.convert("RGB"), size, Pillow.Resampling.LANCZOS, centering=centering)
        return fitting.tobytes()


def offered_widths(width: int, steps: tuple[int, ...]) -> list[int]:
    """Return the widths of an image's renditions: the steps that are smaller than the image.

    The image's own width is added unless it exceeds the last step.
    """
    return [*(step for step in steps if step < width), *([width] if width <= steps[-1] else [])]


@contextmanager
def _refusing(code):
    """Run the block, and convert exceptions of Pillow and its decoders to RefusedError."""
    try:
        yield
    except UnidentifiedImageError:
        raise RefusedError(Refusal.FORMAT) from None
    except DAMAGES as error:
        # If no memory is left, libavif only reports that encoding planes failed.
        if re.search("(?i:memory)|Encoding of .* planes? failed", str(error)):
            raise MemoryError from None
        raise RefusedError(code, {"cause": str(error)}) from None


def _opened(data):
    """Open an image without decoding it. A WebP is checked first: Pillow allocates two frames on opening."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_pixels(FORMATS["WEBP"], _webp_size(data))
    return Pillow.open(io.BytesIO(data), formats=list(FORMATS))


def _webp_size(data):
    """Return (width, height) from the header of a WebP (RFC 9649); arbitrary numbers if it is truncated."""
    if data[12:16] == b"VP8X":
        return tuple(1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return tuple(int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))


def _decoded(data):
    """Return the decoded image and its format. An animation is decoded later, frame by frame."""
    image = _opened(data)
    image_format = _format(image)
    if _moves(image):
        _check_frames(image)
        image.info.pop("comment", None)
        return image, image_format
    _check_size(image)
    image.load()
    if image_format.name in {"WebP", "AVIF"}:
        return ImageOps.exif_transpose(image), image_format  # a copy, without the decoder
    ImageOps.exif_transpose(image, in_place=True)
    return image, image_format


def _format(image):
    # MPO is a JPEG followed by more images, as phones write it; the first one is the photograph.
    return FORMATS["JPEG" if image.format == "MPO" else image.format]


def _moves(image):
    return image.format not in {None, "JPEG", "MPO"} and getattr(image, "n_frames", 1) > 1


def _kept(image):
    """Remove all metadata from the image. Return the colour profile and transparency, which it needs."""
    kept = {"icc_profile": _profile(image)}
    if "transparency" in image.info:
        kept["transparency"] = image.info["transparency"]
    image.info.clear()
    return kept


def _profile(image):
    """Return the colour profile of an image, or None if it is not plausible."""
    profile = image.info.get("icc_profile") or b""
    return profile if is_plausible_profile(profile, image.mode) else None


def _check_size(image):
    _check_pixels(_format(image), image.size, has_four=image.mode in {"RGBA", "CMYK"})


def _check_pixels(image_format, size, *, has_four=False):
    values = {"width": size[0], "height": size[1]}
    if max(size) > MAX_SIDE:
        raise RefusedError(Refusal.SIDE, values | {"side": MAX_SIDE})
    limits = {Refusal.PIXELS: image_format.megapixels}
    if has_four and image_format.four_channel_megapixels:
        limits[Refusal.FOUR_CHANNEL_PIXELS] = image_format.four_channel_megapixels
    for code, megapixels in limits.items():
        if size[0] * size[1] > megapixels * 1_000_000:
            raise RefusedError(code, values | {"format": image_format.name, "megapixels": megapixels})


def _check_frames(image):
    frames, (width, height), image_format = image.n_frames, image.size, _format(image)
    if frames > MAX_FRAMES:
        raise RefusedError(Refusal.FRAMES, {"frames": frames, "limit": MAX_FRAMES})
    values = {"width": width, "height": height}
    if width * height > MAX_FRAME_PIXELS:
        raise RefusedError(Refusal.FRAME_PIXELS, values | {"pixels": MAX_FRAME_PIXELS})
    if frames * width * height > image_format.moving_megapixels * 1_000_000:
        values |= {"frames": frames, "format": image_format.name}
        raise RefusedError(Refusal.MOVING_PIXELS, values | {"megapixels": image_format.moving_megapixels})


def _shrunk(image, width):
    # A greyscale profile does not apply to the RGB of the result.
    profile = None if image.mode in {"L", "LA"} else _profile(image)
    if image.mode not in {"RGB", "RGBA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    height = max(1, round(image.height * width / image.width))
    output = io.BytesIO()
    image.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3).save(
        output, "AVIF", icc_profile=profile, exif=b"", xmp=b"", **RENDITION_OPTIONS
    )
    return output.getvalue()
