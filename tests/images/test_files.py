"""Storing images: accepted formats, removed metadata, rejected files."""

import contextlib
import io
import random
import struct
import zlib
from functools import cache

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.files import ImageError, store_file
from blog.sandbox.calls import rewrite_image
from tests.support.images import image_bytes

RED, BLUE = (255, 0, 0), (0, 0, 255)


def encode(image, image_format, **options):
    output = io.BytesIO()
    image.save(output, image_format, **options)
    return output.getvalue()


def rewritten(data):
    stored = rewrite_image(data)
    image = Pillow.open(io.BytesIO(stored.content))
    image.load()
    assert image.size == (stored.width, stored.height)
    return image, stored.extension


def refuse(data):
    """Validate an image that must be rejected, without storing it."""
    store_file(data, keep=False)


def png_of_size(width, height):
    """A PNG of a few hundred bytes that decodes into as many pixels as asked for."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def photograph(**options):
    """A JPEG whose left half is red, with the metadata of a mobile phone."""
    image = Pillow.new("RGB", (80, 40), BLUE)
    image.paste(RED, (0, 0, 40, 40))
    exif = Pillow.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return encode(image, "JPEG", exif=exif, comment=b"SecretComment", **options)


@cache
def noise():
    return Pillow.effect_noise((64, 64), 20).convert("RGB")


class TestAccepted:
    @pytest.mark.parametrize(
        ("image_format", "extension"),
        [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp"), ("AVIF", "avif")],
    )
    def test_five_formats(self, image_format, extension):
        image, found = rewritten(image_bytes(image_format, size=(30, 20)))

        assert (image.format, found, image.size) == (image_format, extension, (30, 20))

    def test_an_image_is_stored_upright(self):
        image, _extension = rewritten(photograph())

        assert image.size == (40, 80)
        top, bottom = image.getpixel((20, 10)), image.getpixel((20, 70))
        assert top[0] > 200 > 60 > top[2]
        assert bottom[2] > 200 > 60 > bottom[0]

    def test_metadata_is_removed(self):
        content = rewrite_image(photograph(xmp=b"<x>SecretXmp</x>")).content

        assert not Pillow.open(io.BytesIO(content)).getexif()
        assert b"Secret" not in content

    def test_text_in_a_png_is_dropped(self):
        info = PngInfo()
        info.add_text("Author", "Secret")

        content = rewrite_image(image_bytes("PNG", pnginfo=info)).content

        assert b"Secret" not in content

    def test_the_colour_profile_stays(self):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

        image, _extension = rewritten(image_bytes("JPEG", icc_profile=profile))

        assert image.info["icc_profile"] == profile

    def test_cmyk_becomes_rgb(self):
        data = encode(Pillow.new("CMYK", (10, 10), (0, 255, 255, 0)), "JPEG", icc_profile=b"inks")

        image, _extension = rewritten(data)

        assert image.mode == "RGB"
        assert image.getpixel((5, 5))[0] > 200 > image.getpixel((5, 5))[1]
        assert "icc_profile" not in image.info

    def test_sixteen_bits_stay(self):
        image, _extension = rewritten(encode(Pillow.new("I;16", (10, 10), 40_000), "PNG"))

        assert image.getpixel((5, 5)) == 40_000

    @pytest.mark.parametrize("image_format", ["PNG", "GIF"])
    def test_transparency_of_a_palette_stays(self, image_format):
        image = Pillow.new("P", (10, 10), 0)
        image.putpalette([255, 0, 0, 0, 0, 255])
        image.paste(1, (0, 0, 5, 10))

        found, _extension = rewritten(encode(image, image_format, transparency=0))

        assert found.convert("RGBA").getpixel((7, 5))[3] == 0
        assert found.convert("RGBA").getpixel((2, 5)) == (0, 0, 255, 255)

    @pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
    def test_an_animation_keeps_moving_and_loses_its_comment(self, image_format):
        frames = [Pillow.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
        options = {"comment": b"Secret"} if image_format == "GIF" else {}
        data = encode(
            frames[0], image_format, save_all=True, append_images=frames[1:], duration=70, **options
        )

        content = rewrite_image(data).content

        image = Pillow.open(io.BytesIO(content))
        image.load()
        assert image.n_frames == 2
        assert image.info["duration"] == 70
        assert b"Secret" not in content

    def test_first_of_several_images_in_a_jpeg_is_stored(self):
        frames = [Pillow.new("RGB", (40, 20), colour) for colour in (RED, BLUE)]
        data = encode(frames[0], "MPO", save_all=True, append_images=frames[1:])

        image, extension = rewritten(data)

        assert (image.format, extension) == ("JPEG", "jpg")
        assert image.getpixel((5, 5))[0] > 200


class TestCopied:
    """The picture of an ordinary JPEG is not encoded again."""

    @pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
    def test_only_the_picture_is_left(self, options):
        plain = encode(noise(), "JPEG", **options)
        exif = Pillow.Exif()
        exif[0x010F] = "Secret"
        metadata = {"exif": exif, "comment": b"Secret", "xmp": b"<x>Secret</x>"}
        data = encode(noise(), "JPEG", **options, **metadata)

        assert rewrite_image(data + b"Secret").content == plain
        assert b"Secret" in data

    def test_a_picture_in_shades_of_grey_is_copied(self):
        data = encode(noise().convert("L"), "JPEG")

        assert rewrite_image(data).content == data

    def test_a_part_between_two_scans_is_dropped(self):
        data = encode(noise(), "JPEG", progressive=True)
        second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
        comment = b"\xff\xfe\x00\x08Secret"

        assert rewrite_image(data[:second] + comment + data[second:]).content == data

    def test_a_preview_in_the_header_is_dropped(self):
        data = encode(noise(), "JPEG")
        length, header = data[4:6], data[6:20]
        assert header.startswith(b"JFIF")
        preview = (int.from_bytes(length) + 6).to_bytes(2) + header[:-2] + b"\1\2Secret"

        assert rewrite_image(data[:4] + preview + data[20:]).content == data

    def test_one_with_many_scans_is_encoded_again(self):
        data = encode(noise(), "JPEG", progressive=True)
        scans = data[data.rindex(b"\xff\xda") : -2] * 30

        assert rewrite_image(data[:-2] + scans + data[-2:]).content.count(b"\xff\xda") == 1

    def test_one_of_needless_quality_is_encoded_again(self):
        data = encode(noise(), "JPEG", quality=100)

        assert len(rewrite_image(data).content) < len(data)

    def test_one_that_cannot_be_decoded_is_rejected(self):
        data = bytearray(encode(noise(), "JPEG"))
        tables = data.index(b"\xff\xc4")
        data[tables + 5 : tables + 21] = b"\xff" * 16  # more codes than there can be

        with pytest.raises(ImageError):
            refuse(bytes(data))


class TestRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a<script>alert(1)</script>",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            b"BM" + b"\0" * 60,
            encode(Pillow.new("RGB", (9, 9)), "TIFF"),
            encode(Pillow.new("RGB", (9, 9)), "BMP"),
            encode(Pillow.new("RGB", (9, 9)), "PDF"),
        ],
        ids=["nothing", "svg", "html", "gif in name only", "eps", "broken bmp", "tiff", "bmp", "pdf"],
    )
    def test_other_formats_are_rejected(self, data):
        with pytest.raises(ImageError):
            refuse(data)

    @pytest.mark.parametrize(
        "size", [(13_000, 13_000), (12_001, 1), (1, 12_001), (7_000, 7_000), (40_000, 40_000)]
    )
    def test_too_many_pixels_before_they_are_decoded(self, size):
        with pytest.raises(ImageError, match="pixels"):
            refuse(png_of_size(*size))

    def test_too_many_bytes(self):
        with pytest.raises(ImageError, match="25 MB"):
            refuse(bytes(MAX_IMAGE_BYTES + 1))

    @pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
    def test_truncated_and_damaged_files_raise_only_image_error(self, image_format):
        noise = Pillow.effect_noise((64, 64), 90).convert("RGB")
        data = encode(noise, image_format)
        chance = random.Random(7)  # noqa: S311 -- the same damage in each run
        for number in range(60):
            broken = bytearray(data[: chance.randrange(len(data))] if number % 2 else data)
            for _hit in range(number // 2):
                if broken:
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
            with contextlib.suppress(ImageError):
                assert store_file(bytes(broken), keep=False)

    @pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF"])
    def test_half_of_a_file_is_rejected(self, image_format):
        data = encode(Pillow.effect_noise((64, 64), 90).convert("RGB"), image_format)

        with pytest.raises(ImageError):
            refuse(data[: len(data) // 2])


class TestStored:
    def test_name_is_the_digest_of_the_content(self):
        stored = store_file(image_bytes())

        assert stored.name == f"images/{stored.digest[:2]}/{stored.digest[:40]}.png"
        assert default_storage.exists(stored.name)

    def test_the_same_image_is_one_file(self):
        first, second = store_file(image_bytes()), store_file(image_bytes())

        folder = first.name.rpartition("/")[0]
        assert first == second
        assert len(default_storage.listdir(folder)[1]) == 1

    def test_validation_stores_nothing(self):
        stored = store_file(image_bytes(), keep=False)

        assert not default_storage.exists(stored.name)
