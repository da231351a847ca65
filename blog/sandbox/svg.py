"""Draw SVG as PNG, so that no SVG is ever served.

resvg runs no scripts, but it reads the files that an SVG refers to, and deep nesting overflows its stack. So
an SVG is refused before drawing if it defines entities, refers to other files, or nests its elements too
deep. The time and memory limits of the process also apply.
"""

import re
from pathlib import Path
from xml.parsers import expat

from blog.sandbox.refusals import Refusal, RefusedError

MAX_ELEMENTS = 50_000
MAX_DEPTH = 200  # nested elements; the stack of resvg ends at some 10,000
MAX_PIXELS = 8_000_000
DRAWN_WIDTH = 1600  # pixels; of charts and drawings
SMALL_SIDE = 200  # pixels; smaller images, such as badges, keep their size
FONTS = Path(__file__).parents[1] / "images/fonts"  # in addition to those of the system

_START = re.compile(
    rb"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^<>\[]*>\s*)*<(?:[\w-]+:)?svg\b", re.DOTALL
)
# Pixels in each unit of CSS; em and ex as of text of 16 pixels.
_UNITS = {"px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16, "ex": 8}
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)(px|pt|pc|in|cm|mm|em|ex)?\s*", re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*")
_SIZE_OF_ROOT = re.compile(rb"\s(?:width|height)\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")
_EMBEDDED = re.compile(r"\s*data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)


def is_svg(data: bytes) -> bool:
    return _START.match(data.removeprefix(b"\xef\xbb\xbf"), 0, 4096) is not None


def draw(data: bytes) -> bytes:
    """Return an SVG as PNG. Raises RefusedError."""
    width, height = _checked_size(data)
    scale = 1 if max(width, height) <= SMALL_SIDE else DRAWN_WIDTH / width
    scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
    import resvg_py  # imported only if needed: it takes 5 MB of memory

    try:
        return resvg_py.svg_to_bytes(
            _sized(data, width, height).decode(),
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            font_files=sorted(map(str, FONTS.glob("*.ttf"))),
            font_family="Instrument Sans",
            sans_serif_family="Instrument Sans",
        )
    except ValueError as error:
        raise RefusedError(Refusal.DAMAGED, {"cause": str(error)}) from None


def _sized(data, width, height):
    """Return the SVG with its size in pixels: resvg_py refuses other units."""
    start = _START.match(data.removeprefix(b"\xef\xbb\xbf")).end() + data.startswith(b"\xef\xbb\xbf") * 3
    end = _ATTRIBUTES.match(data, start).end()
    root = _SIZE_OF_ROOT.sub(b"", data[start:end])
    return data[:start] + b' width="%f" height="%f"' % (width, height) + root + data[end:]


def _checked_size(data):
    """Check an SVG and return its (width, height). Raises RefusedError if it is not safe to draw."""
    size = None
    elements = depth = 0

    def start(name, attributes):
        nonlocal size, elements, depth
        elements, depth = elements + 1, depth + 1
        if depth > MAX_DEPTH:
            raise RefusedError(Refusal.DAMAGED, {"cause": f"Its elements are nested over {MAX_DEPTH} deep."})
        if elements > MAX_ELEMENTS:
            raise RefusedError(Refusal.DAMAGED, {"cause": f"It has more than {MAX_ELEMENTS} elements."})
        size = size or _size(attributes)
        for key, value in attributes.items():
            is_reference = key.rpartition(":")[2] == "href" and name.rpartition(":")[2] != "a"
            if is_reference and not (value.strip().startswith("#") or _EMBEDDED.match(value)):
                raise RefusedError(Refusal.DAMAGED, {"cause": "It refers to another file."})

    def end(_):
        nonlocal depth
        depth -= 1

    def refuse_entities(*_):
        raise RefusedError(Refusal.DAMAGED, {"cause": "It defines entities."})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse_entities
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedError(Refusal.DAMAGED, {"cause": str(error)}) from None
    return size


def _size(attributes):
    lengths = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    box = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", attributes.get("viewBox", ""))][2:4]
    if all(lengths):
        width, height = (float(length[1]) * _UNITS[(length[2] or "px").lower()] for length in lengths)
    elif len(box) == 2:
        width, height = box
    else:
        width = height = 100
    is_empty = any(length and not float(length[1]) for length in lengths)
    if is_empty or not (0 < width < 1e6 and 0 < height < 1e6 and 0.01 < width / height < 100):
        raise RefusedError(Refusal.DAMAGED, {"cause": "It has no usable size."})
    return width, height
