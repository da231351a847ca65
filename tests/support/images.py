"""Images for tests."""

import io

from PIL import Image


def image_bytes(image_format="PNG", size=(12, 8), colour=(200, 120, 40), **options) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, image_format, **options)
    return output.getvalue()
