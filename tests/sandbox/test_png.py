"""A copied PNG has the pixels of the file, and no bytes except those of its picture."""

import io
import zipfile
import zlib
from functools import cache

import pytest
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from blog.sandbox.image_decoding import rewrite

SECRET = b"Secret words"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HEADER_END = 33  # of the signature and the first chunk


@cache
def picture():
    image = Pillow.effect_noise((60, 50), 12).convert("RGB")
    image.paste("navy", (0, 0, 60, 25))
    return image


def encoded(image=None, **options) -> bytes:
    output = io.BytesIO()
    (image or picture()).save(output, "PNG", **options)
    return output.getvalue()


def pixels(data: bytes) -> bytes:
    return Pillow.open(io.BytesIO(data)).convert("RGBA").tobytes()


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def chunks(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + data[at + 8 : at + 8 + size]
        at += 12 + size
    return found


def with_coded(data: bytes, coded: bytes) -> bytes:
    """Return a file of one chunk of coded data with other coded data."""
    return data[: data.index(b"IDAT") - 4] + chunk(b"IDAT", coded) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_ordinary_file_is_copied_as_it_was(mode):
    data = encoded(picture().convert(mode))

    copied = rewrite(data)

    assert copied.parts
    assert copied.content == data


@pytest.mark.parametrize(("mode", "transparent"), [("P", b"\x00\xff\x80"), ("RGB", (0, 0, 128)), ("L", 12)])
def test_transparency_stays(mode, transparent):
    data = encoded(picture().convert(mode), transparency=transparent)

    copied = rewrite(data)

    assert copied.parts
    assert pixels(copied.content) == pixels(data)
    assert Pillow.open(io.BytesIO(copied.content)).has_transparency_data


def test_metadata_is_dropped():
    info, exif = PngInfo(), Pillow.Exif()
    exif[0x010F] = SECRET.decode()
    for add in (info.add_text, info.add_itxt):
        add("Author", SECRET.decode())
    info.add_text("Comment", SECRET.decode(), zip=True)
    data = encoded(pnginfo=info, exif=exif, dpi=(72, 72))
    end = data.index(b"IEND") - 4
    own = chunk(b"seCr", SECRET) + chunk(b"cHRM", SECRET.ljust(32))
    data = data[:HEADER_END] + own + data[HEADER_END:end] + own + data[end:] + SECRET

    copied = rewrite(data)

    assert copied.parts
    assert copied.content == encoded()


def test_profile_is_written_without_its_name():
    named = chunk(b"iCCP", SECRET + b"\0\0" + zlib.compress(PROFILE) + SECRET)

    copied = rewrite(inserted(named))

    assert copied.parts
    assert Pillow.open(io.BytesIO(copied.content)).info["icc_profile"] == PROFILE
    assert SECRET not in copied.content
    assert chunks(copied.content)[b"IDAT"] == chunks(encoded())[b"IDAT"]


def turned():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    return encoded(exif=exif)


def raw():
    return zlib.decompress(chunks(encoded())[b"IDAT"])


def inserted(new):
    return encoded()[:HEADER_END] + new + encoded()[HEADER_END:]


def with_wrong_checksum():
    data = bytearray(encoded())
    data[-13] ^= 1  # of the coded data, before the last chunk
    return bytes(data)


def two_colours():
    return encoded(picture().quantize(2), bits=1)


def palettes():
    colours = chunks(two_colours())[b"PLTE"]
    return chunk(b"PLTE", colours), chunk(b"PLTE", colours * 2)


UNUSUAL = {
    "turned": turned,
    "hardly compressed": lambda: encoded(compress_level=0),
    "bytes behind the coded data": lambda: with_coded(encoded(), zlib.compress(raw()) + SECRET),
    "coded data that is too long": lambda: with_coded(encoded(), zlib.compress(raw() + SECRET)),
    "wrong checksum": with_wrong_checksum,
    "palette of too many colours": lambda: two_colours().replace(*palettes()),
    "palette of a picture without": lambda: inserted(chunk(b"PLTE", SECRET)),
    "16 bits": lambda: encoded(Pillow.new("I;16", (60, 50), 40_000)),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_file_is_encoded_again(name):
    data = UNUSUAL[name]()

    stored = rewrite(data)

    assert not stored.parts
    assert SECRET not in stored.content
    assert name == "turned" or pixels(stored.content) == pixels(data)


def test_picture_that_is_an_archive_is_encoded_again():
    rows = b"\0PK\5\6".ljust(181 * 50, b"\0")
    first, rest = rows[:23], rows[23:]
    packer = zlib.compressobj(wbits=-15)
    block = b"\0" + len(first).to_bytes(2, "little") + (len(first) ^ 0xFFFF).to_bytes(2, "little") + first
    data = with_coded(
        encoded(),
        b"\x78\x01" + block + packer.compress(rest) + packer.flush() + zlib.adler32(rows).to_bytes(4),
    )
    assert zipfile.is_zipfile(io.BytesIO(data))

    stored = rewrite(data)

    assert not zipfile.is_zipfile(io.BytesIO(stored.content))
    assert pixels(stored.content) == pixels(data)
