"""Images for tests."""

import io
import struct

from PIL import Image


def image_bytes(image_format="PNG", size=(12, 8), colour=(200, 120, 40), **options) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, image_format, **options)
    return output.getvalue()


def claiming_gif(size) -> bytes:
    """Return a small GIF with this size in its header."""
    data = bytearray(image_bytes("GIF"))
    data[6:10] = struct.pack("<HH", *size)
    return bytes(data)
