"""Images for tests."""

import io

from PIL import Image


def image_bytes(image_format="PNG", size=(12, 8), colour=(200, 120, 40), **options) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, image_format, **options)
    return output.getvalue()


def large_gif(size) -> bytes:
    """Return a GIF of one colour, which is quick to make at any size."""
    output = io.BytesIO()
    Image.new("P", size, 3).save(output, "GIF")
    return output.getvalue()
