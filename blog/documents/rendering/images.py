"""Images in rendered HTML: list, compare, and remove a repeated hero image.

without_hero() removes the first image of an article if it repeats the hero image. It runs when the page is
shown, so that a new hero image needs no new rendering.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (src|alt)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """An image on the page: its URL there, and its alt text."""

    address: str
    alt: str


def shown_images(html: str) -> list[RenderedImage]:
    """Return the images of sanitised HTML in order, each URL once."""
    found: dict[str, RenderedImage] = {}
    for image in _IMAGE.finditer(html):
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(image[1])}
        address = values.get("src", "")
        found.setdefault(address, RenderedImage(address, values.get("alt", "")))
    return list(found.values())


_FIGURE = re.compile(
    r'<figure>(<img(?: [\w-]+="[^"]*")*>)'
    r"(?:<figcaption>((?:[^<]|<(?!/figcaption>))*+)</figcaption>)?</figure>\n?"
)
_PAIR = '<div class="pair">\n'
CREDIT_TAG = '<span class="credit">'  # the last part of a caption
# If the path names an image file, only query parameters in _NAMING identify the image; others set its form.
_FILE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_NAMING = re.compile(
    r"(?:\w*[_-])?(?:f|file|frame|id|image|img|key|n|name|page|src|text|title|u|url)", re.IGNORECASE
)
# Query parameters of image services for size, format and tracking: the image is the same without them.
_SIZING = re.compile(
    r"auto|blur|cache|cb|crop|cs|dpr|facepad|fit|fl|fm|fmt|format|h|height|ixid|ixlib|lossy|mark|max-[hw]|q|quality"
    r"|ref|resize|rect|s|sharp|size|ssl|strip|ts|utm_\w+|v|ver|version|w|width",
    re.IGNORECASE,
)
# The size within a file name, as written by WordPress and others.
_SIZE_IN_NAME = re.compile(
    r"(?:[-_]\d{2,4}x\d{2,4}|[-_]scaled|@[23]x|[-_](?:small|medium|large|thumb(?:nail)?))(?=\.\w+$)",
    re.IGNORECASE,
)
_SIZE_ON_PIXABAY = re.compile(r"(?:_+\d{2,4}){1,2}(?=\.\w+$)")  # elsewhere such a number identifies the image


def without_hero(html: str, hero: str) -> tuple[str, str]:
    """Return the HTML without its first image if it repeats the hero image, and the caption of that image.

    An image that is a link or part of a pair is kept, because it shows more than the hero image.
    """
    figure = _FIGURE.search(html) if hero else None
    if not figure or figure.start(1) != html.find("<img ") or html[: figure.start()].endswith(_PAIR):
        return html, ""
    if not any(is_same_image(image.address, hero) for image in shown_images(figure[1])):
        return html, ""
    return html[: figure.start()] + html[figure.end() :], figure[2] or ""


def is_same_image(address: str, other: str) -> bool:
    """Whether two URLs are of the same image, possibly in different sizes or formats."""
    return image_key(address) == image_key(other)


@lru_cache(maxsize=256)  # the rules for one text ask several times
def image_key(address: str) -> str:
    """Return a URL without its scheme and parts for size and format, to compare images by."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as https://[half-an-address
        return address
    path = unquote(parts.path)
    query = parse_qsl(parts.query, keep_blank_values=True)
    names_image = _NAMING.fullmatch if _FILE.search(path) else lambda name: not _SIZING.fullmatch(name)
    kept = sorted((name, value) for name, value in query if names_image(name))
    host = parts.netloc.lower()
    size = _SIZE_ON_PIXABAY if host.endswith("pixabay.com") else _SIZE_IN_NAME
    return f"{host}{size.sub('', path)}?{urlencode(kept)}"
