"""The site's icons for browsers, drawn in any colour. Those in static/img have the default colour."""

import io
import itertools
from functools import lru_cache

from PIL import Image, ImageDraw

ACCENT = "#2536c9"
SAFE = 0.14  # margin as a share of a side: launchers crop maskable icons to a circle of 80 %
MEDIA_TYPES = {"ico": "image/x-icon", "png": "image/png", "svg": "image/svg+xml"}
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<rect width="20" height="20" rx="4" fill="{}"/>'
    '<path d="M5 4.2v11.3h10V4.2M8 7.6h4M8 11.3h2.6" fill="none" stroke="#fff" stroke-width="1.8"/></svg>\n'
)
# The logo in a 20 x 20 square, as in static/img/mark.svg: a tray, open at the top, with two lines of type.
STROKE = 1.8
TRAY, LINES = ((5, 4.2), (5, 15.5), (15, 15.5), (15, 4.2)), (((8, 7.6), (12, 7.6)), ((8, 11.3), (10.6, 11.3)))
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


def mark(side: int, *, rounding=4, inset=0.0, stroke="white", accent=ACCENT) -> Image.Image:
    """Return the logo as an image, drawn at four times the size and scaled down for smooth edges.

    rounding: radius of the corners, in twentieths of a side. inset: margin, as a share of a side.
    """
    large = side * 4
    tile = Image.new("RGBA", (large, large), f"{accent}00")
    pen = ImageDraw.Draw(tile)
    pen.rounded_rectangle((0, 0, large - 1, large - 1), rounding * large / 20, fill=accent)
    scale, edge = large * (1 - 2 * inset) / 20, large * inset
    for line in (TRAY, *LINES):
        points = [(edge + x * scale, edge + y * scale) for x, y in line]
        for start, end in itertools.pairwise(points):
            draw_stroke(pen, start, end, STROKE * scale, stroke, is_joined=len(points) > 2)
    return tile.resize((side, side), Image.Resampling.LANCZOS)


def draw_stroke(pen, start, end, width, colour, *, is_joined):
    """Draw a horizontal or vertical line. is_joined: extend its ends, so that corners are square."""
    (x, y), (to_x, to_y) = start, end
    left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
    half = width / 2
    if x == to_x:
        pen.rectangle((left - half, top, right + half - 1, bottom - 1), fill=colour)
    else:
        reach = half if is_joined else 0
        pen.rectangle((left - reach, top - half, right + reach - 1, bottom + half - 1), fill=colour)
