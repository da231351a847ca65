"""Small files that are large images: rejected before decoding, with the limit in the message."""

import contextlib
import io
import os
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.files import ImageError, store_file
from blog.sandbox.child import Task
from blog.sandbox.image_decoding import FORMATS, MAX_FRAME_PIXELS, MAX_FRAMES
from blog.sandbox.process import IMAGES, Process
from blog.sandbox.refusals import RefusedError
from tests.support.durations import IS_LONG

MEGAPIXEL = 1_000_000
TRANSPARENT = (255, 0, 0, 128)
QUICK = {"AVIF": {"speed": 10}, "WEBP": {"method": 0}, "PNG": {"compress_level": 1}}


@cache
def still(image_format, pixels, mode=""):
    """Return a file of some KB: a single-coloured image with at least this many pixels, 4,000 wide."""
    mode = mode or ("P" if image_format == "GIF" else "RGB")
    image = Pillow.new(mode, (4000, -(-pixels // 4000)), TRANSPARENT if mode == "RGBA" else 1)
    return encoded(image, image_format)


def moving(image_format, size, frames):
    mode, colour = ("P", int) if image_format == "GIF" else ("RGB", lambda n: (255 * (n % 2), n % 256, 0))
    images = [Pillow.new(mode, size, colour(number)) for number in range(frames)]
    return encoded(images[0], image_format, save_all=True, append_images=images[1:], duration=20)


def noise(size, frames):
    """Return a GIF whose frames are noise in blocks of 7 x 7 pixels."""
    width, height = small = tuple(side // 7 for side in size)
    images = [Pillow.frombytes("P", small, os.urandom(width * height)).resize(size) for _ in range(frames)]
    for image in images:
        image.putpalette(os.urandom(768))
    return encoded(images[0], "GIF", save_all=True, append_images=images[1:], optimize=False)


def encoded(image, image_format, **options):
    output = io.BytesIO()
    image.save(output, image_format, **QUICK.get(image_format, {}), **options)
    return output.getvalue()


def reason(data):
    with pytest.raises(ImageError) as refusal:
        store_file(data, keep=False)
    return str(refusal.value)


def peak_memory(data):
    """Return the peak memory in MB of a process that decodes this image."""
    process = Process(IMAGES)
    process.wait_until_ready()
    with contextlib.suppress(RefusedError):
        process.ask(Task("rewrite", (data,), 60))
    with open(f"/proc/{process.process.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024
    process.end()
    return peak


@pytest.mark.parametrize("name", FORMATS)
class TestPixels:
    def test_one_row_too_many_is_refused_with_the_limit_of_the_format(self, name):
        limit = FORMATS[name].megapixels

        sentence = reason(still(name, limit * MEGAPIXEL + 1))

        assert f"the limit for {FORMATS[name].name} is {limit} megapixels" in sentence
        assert "The image is 4000 x " in sentence

    def test_it_is_refused_before_it_is_decoded(self, name):
        assert peak_memory(still(name, FORMATS[name].megapixels * MEGAPIXEL + 1)) < 100

    def test_as_many_as_are_taken_need_no_more_than_300_mb(self, name):
        rows = FORMATS[name].megapixels * MEGAPIXEL // 4000

        assert peak_memory(still(name, rows * 4000)) <= 300


class TestFourChannels:
    @pytest.mark.parametrize(("name", "mode"), [("WEBP", "RGBA"), ("JPEG", "CMYK")])
    def test_have_a_limit_of_their_own(self, name, mode):
        limit = FORMATS[name].four_channel_megapixels

        sentence = reason(still(name, limit * MEGAPIXEL + 1, mode))

        assert f" is {limit} megapixels" in sentence


class TestAnimations:
    def test_of_too_many_frames_are_refused(self):
        assert "more than 500 frames" in reason(moving("PNG", (2, 2), MAX_FRAMES + 1))

    # To make the others takes seconds.
    @pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"] if IS_LONG else ["GIF", "PNG"])
    def test_of_too_many_pixels_in_all_are_refused_with_the_limit(self, name):
        limit = FORMATS[name].moving_megapixels
        frames = limit * MEGAPIXEL // (1000 * 1000) + 1

        sentence = reason(moving(name, (1000, 1000), frames))

        assert f"The animation has {frames} frames of 1000 x 1000 pixels" in sentence
        assert f"is {limit} megapixels across all frames" in sentence

    def test_as_many_of_a_gif_as_are_taken_need_no_more_than_300_mb(self):
        frames = FORMATS["GIF"].moving_megapixels * MEGAPIXEL // MAX_FRAME_PIXELS

        data = noise((1920, 1080), frames)

        assert MAX_IMAGE_BYTES / 2 < len(data) < MAX_IMAGE_BYTES
        assert peak_memory(data) <= 300

    def test_of_too_large_frames_are_refused(self):
        assert "1920 x 1080" in reason(moving("GIF", (MAX_FRAME_PIXELS // 1000 + 1, 1000), 2))

    @pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
    def test_ordinary_ones_are_taken(self, name):
        stored = store_file(moving(name, (320, 240), 20), keep=False)

        assert (stored.width, stored.height) == (320, 240)


@pytest.fixture
def bomb():
    return still("AVIF", 9 * MEGAPIXEL)


@pytest.mark.django_db
class TestEverywhere:
    SENTENCE = "the limit for AVIF is 8 megapixels"

    def test_in_an_upload_into_a_text(self, admin_client, bomb):
        answer = admin_client.post(reverse("markdownx_upload"), {"image": io.BytesIO(bomb)})

        assert answer.status_code == 400
        assert self.SENTENCE in answer.json()["image"][0]

    @pytest.mark.parametrize("address", ["/admin/blog/image/add/", "/admin/appearance/"])
    def test_in_a_form_of_the_admin(self, admin_client: Client, address, bomb):
        forms = {
            f"{name}-{number}_FORMS": 0
            for name in ("categories", "footer_links")
            for number in ("TOTAL", "INITIAL")
        }
        data = forms | {"upload": io.BytesIO(bomb), "focal_x": 50, "focal_y": 50, "profiles": ""}

        page = admin_client.post(address, data)

        assert page.status_code == 200
        assert self.SENTENCE in page.content.decode()
