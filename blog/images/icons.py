"""The site's icons for browsers, drawn in any colour. Those in static/img have the default colour."""

import io
from functools import lru_cache

from PIL import Image

from blog.images.share_cards.drawing import ACCENT, mark

SAFE = 0.14  # margin as a share of a side: launchers crop maskable icons to a circle of 80 %
MEDIA_TYPES = {"ico": "image/x-icon", "png": "image/png", "svg": "image/svg+xml"}
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<rect width="20" height="20" rx="4" fill="{}"/>'
    '<path d="M5 4.2v11.3h10V4.2M8 7.6h4M8 11.3h2.6" fill="none" stroke="#fff" stroke-width="1.8"/></svg>\n'
)
NAMES = (
    "favicon.ico",
    "mark.svg",
    "apple-touch-icon.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
)


@lru_cache(maxsize=32)
def icon(name: str, accent: str = ACCENT) -> bytes:
    """Return the file of one of NAMES in this colour."""
    if name == "mark.svg":
        return MARK.format(accent).encode()
    if name == "favicon.ico":
        small = [mark(side, rounding=3, accent=accent) for side in (48, 32, 16)]
        return _saved(small[0], "ICO", append_images=small[1:], sizes=[each.size for each in small])
    if name == "apple-touch-icon.png":
        return _png(mark(180, rounding=0, inset=0.06, accent=accent).convert("RGB"))
    if name == "icon-maskable-512.png":
        return _png(mark(512, rounding=0, inset=SAFE, accent=accent).convert("RGB"))
    return _png(mark(192 if name == "icon-192.png" else 512, accent=accent))


def _png(image):
    return _saved(image, "PNG", optimize=True)


def _saved(image: Image.Image, image_format, **options):
    output = io.BytesIO()
    image.save(output, image_format, **options)
    return output.getvalue()
