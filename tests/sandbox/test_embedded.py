"""Profiles and palettes of an image are stored as they are, so they must not contain other files."""

import io
import zipfile

import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from blog.sandbox.embedded import is_plausible_profile
from blog.sandbox.image_decoding import rewrite
from blog.sandbox.refusals import RefusedError

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def encoded(image, image_format, **options) -> bytes:
    output = io.BytesIO()
    image.save(output, image_format, **options)
    return output.getvalue()


def zip_file() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("secret.txt", "Secret words")
    return output.getvalue()


@pytest.mark.parametrize("image_format", ["PNG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("moves", [False, True])
def test_archive_in_a_profile_or_after_the_end_is_not_stored(image_format, moves):
    image = Pillow.effect_noise((40, 30), 50).convert("RGB")
    frames = {"save_all": True, "append_images": [image.rotate(180)]} if moves else {}
    profile = (len(PROFILE) + len(zip_file())).to_bytes(4) + PROFILE[4:] + zip_file()
    data = encoded(image, image_format, icc_profile=profile, **frames)

    stored = rewrite(data + zip_file())

    assert "icc_profile" not in Pillow.open(io.BytesIO(stored.content)).info
    assert not zipfile.is_zipfile(io.BytesIO(stored.content))


@pytest.mark.parametrize("image_format", ["PNG", "GIF"])
def test_archive_in_a_palette_is_refused(image_format):
    image = Pillow.frombytes("P", (16, 16), bytes(range(256)))
    image.putpalette(b"abc" + zip_file().ljust(765, b"\0"))
    data = encoded(image, image_format)

    with pytest.raises(RefusedError, match="palette"):
        rewrite(data)


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "AVIF"])
def test_plausible_profile_stays(image_format):
    data = encoded(Pillow.new("RGB", (9, 9)), image_format, icc_profile=PROFILE)

    assert Pillow.open(io.BytesIO(rewrite(data).content)).info["icc_profile"] == PROFILE


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        PROFILE[:-4],
        PROFILE + bytes(4),
        PROFILE.replace(b"RGB ", b"GRAY"),
        PROFILE.replace(b"acsp", b"icc "),
        PROFILE[:128] + (10**6).to_bytes(4) + PROFILE[132:],
        (len(PROFILE) + 40).to_bytes(4) + PROFILE[4:] + bytes(40),
        (len(PROFILE) + 2).to_bytes(4) + PROFILE[4:128] + (1).to_bytes(4) + PROFILE[132:] + bytes(2),
        bytes(70_000),
    ],
    ids=["none", "cut", "longer", "grey", "other kind", "many tags", "space after", "space between", "large"],
)
def test_profile_of_another_form_is_not_plausible(profile):
    assert not is_plausible_profile(profile, "RGB")
