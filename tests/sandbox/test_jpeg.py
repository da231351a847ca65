"""A copied JPEG has the pixels of the file, and no bytes except those of its picture."""

import io
import zipfile

import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from blog.sandbox.image_decoding import rewrite

SECRET = b"BLACKWORDS"  # different letters, as a table of codes must have
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
OPTIONS = {
    "baseline": {},
    "optimised": {"optimize": True},
    "progressive": {"progressive": True},
    "full colours": {"subsampling": 0},
    "rgb": {"keep_rgb": True, "quality": 30},
    "profile": {"icc_profile": PROFILE},
    "restarts": {"restart_marker_rows": 1},
    "many restarts": {"restart_marker_blocks": 1},
    "progressive with restarts": {"progressive": True, "restart_marker_blocks": 3},
}


def picture():
    """Return a picture with noise above an even area, whose coded data is as short as possible."""
    image = Pillow.effect_noise((83, 90), 30).convert("RGB")
    image.paste("white", (0, 40, 83, 90))
    return image


def encoded(image=None, **options) -> bytes:
    output = io.BytesIO()
    (image or picture()).save(output, "JPEG", **options)
    return output.getvalue()


def zip_file() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("secret.txt", SECRET)
    return output.getvalue()


def pixels(data: bytes) -> bytes:
    return Pillow.open(io.BytesIO(data)).tobytes()


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def codes(number: int) -> bytes:
    """Return a table of codes, of which each of the first 15 lengths has one."""
    return segment(0xC4, bytes((number, *[1] * len(SECRET), *[0] * (16 - len(SECRET)))) + SECRET)


def factors(number: int) -> bytes:
    return segment(0xDB, bytes((number,)) + SECRET.ljust(64, b"s"))


def inserted(data: bytes, before: bytes, new: bytes) -> bytes:
    head, found, tail = data.partition(before)
    assert found
    return head + new + found + tail


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_ordinary_file_is_copied_as_it_was(name, mode):
    data = encoded(picture().convert(mode), **({} if (mode, name) == ("L", "rgb") else OPTIONS[name]))

    copied = rewrite(data)

    # A profile for colours says nothing of a grey picture.
    assert copied.parts
    assert pixels(copied.content) == pixels(data)
    assert (copied.content == data) == ((mode, name) != ("L", "profile"))


SCAN, END, FRAME, FIRST = b"\xff\xda", b"\xff\xd9", b"\xff\xc0", b"\xff\xdb"


OTHER_PARTS = {
    "comment": (SCAN, segment(0xFE, SECRET)),
    "application": (SCAN, segment(0xE5, SECRET)),
    "unused codes": (SCAN, codes(3)),
    "codes defined twice": (b"\xff\xc4", codes(0)),
    "unused factors": (FRAME, factors(3)),
    "factors defined twice": (FIRST, factors(0)),
    "second jfif": (SCAN, segment(0xE0, b"JFIF\0" + SECRET)),
    "jfif with a preview": (FIRST, segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + SECRET)),
    "adobe": (FIRST, segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + SECRET)),
    "flags of adobe": (FIRST, segment(0xEE, b"Adobe" + SECRET[:6] + b"\1")),
    "profile": (FIRST, segment(0xE2, b"ICC_PROFILE\0\1\1" + PROFILE + SECRET)),
    "no profile": (FIRST, segment(0xE2, b"ICC_PROFILE\0\1\1" + zip_file())),
    "half a profile": (FIRST, segment(0xE2, b"ICC_PROFILE\0\2\2" + PROFILE)),
    "profile of a printer": (
        FIRST,
        segment(0xE2, b"ICC_PROFILE\0\1\1" + PROFILE.replace(b"RGB ", b"CMYK")),
    ),
}


@pytest.mark.parametrize("name", OTHER_PARTS)
def test_bytes_that_are_not_picture_are_dropped(name):
    before, new = OTHER_PARTS[name]
    plain = encoded()

    copied = rewrite(inserted(plain, before, new) + SECRET)

    assert copied.parts
    assert copied.content.replace(segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"), b"") == plain


def test_unused_table_next_to_a_used_one_is_dropped():
    plain = encoded()
    start = plain.index(b"\xff\xc4")
    stop = start + 2 + int.from_bytes(plain[start + 2 : start + 4])
    both = segment(0xC4, plain[start + 4 : stop] + codes(3)[4:])

    assert rewrite(plain[:start] + both + plain[stop:]).content == plain


@pytest.mark.parametrize(
    ("options", "before", "place"),
    [
        ({}, END, 0),
        ({"optimize": True}, END, 0),
        ({"progressive": True}, END, 0),
        ({"progressive": True}, b"\xff\xc4", 3),
        ({"restart_marker_rows": 1}, b"\xff\xd0", 0),
        ({"restart_marker_rows": 1}, b"\xff\xd3", 0),
        ({"restart_marker_blocks": 1}, b"\xff\xd1", 2),
        ({"progressive": True, "restart_marker_blocks": 3}, b"\xff\xd1", 2),
    ],
)
@pytest.mark.parametrize("new", [SECRET, bytes(9), b"\xff\xd5" + SECRET, b"\xff\xd0" + SECRET])
def test_bytes_after_coded_data_are_not_stored(options, before, place, new):
    plain = encoded(**options)
    at = -1
    for _ in range(place + 1):
        at = plain.index(before, at + 1)

    stored = rewrite(plain[:at] + new + plain[at:])

    assert not stored.parts
    assert SECRET not in stored.content


def test_picture_that_is_an_archive_is_encoded_again():
    plain = encoded()
    table = plain.index(FIRST) + 5
    data = plain[:table] + b"PK\5\6" + bytes(18) + plain[table + 22 :]  # an empty archive
    assert zipfile.is_zipfile(io.BytesIO(data))

    assert not zipfile.is_zipfile(io.BytesIO(rewrite(data).content))
