"""Images in rendered HTML: list, compare, and remove a repeated hero image.

without_cover() removes the first image of a text if it repeats the hero image, which the page shows above the
text. It runs when the page is shown, so a new hero image needs no new rendering.
"""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (src|alt)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """An image as the page shows it: its address there, and its description."""

    address: str
    alt: str


def shown_images(html: str) -> list[RenderedImage]:
    """Return the images of sanitised HTML in order, each address once."""
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
_SOURCE = re.compile(r' src="([^"]*)"')
_PAIR = '<div class="pair">\n'
# Of the address of a file, what else stands behind "?" only says how the file is to be given.
_FILE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_NAMING = re.compile(
    r"(?:\w*[_-])?(?:f|file|frame|id|image|img|key|n|name|page|src|text|title|u|url)", re.IGNORECASE
)
# What image services take in an address to give the same image in another size or format, and who asks.
_SIZING = re.compile(
    r"auto|blur|cache|cb|crop|cs|dpr|facepad|fit|fl|fm|fmt|format|h|height|ixid|ixlib|lossy|mark|max-[hw]|q|quality"
    r"|ref|resize|rect|s|sharp|size|ssl|strip|ts|utm_\w+|v|ver|version|w|width",
    re.IGNORECASE,
)
# The size within the name of a file, as WordPress and others write it.
_SIZE_IN_NAME = re.compile(
    r"(?:[-_]\d{2,4}x\d{2,4}|[-_]scaled|@[23]x|[-_](?:small|medium|large|thumb(?:nail)?))(?=\.\w+$)",
    re.IGNORECASE,
)
_SIZE_ON_PIXABAY = re.compile(r"(?:_+\d{2,4}){1,2}(?=\.\w+$)")  # elsewhere such a number tells photos apart


def without_cover(html: str, cover: str) -> tuple[str, str]:
    """A rendered text without its first image if that is the cover, and the caption that stood under it.

    An image that is a link, or one of a pair, says more than the cover does, and stays.
    """
    figure = _FIGURE.search(html) if cover else None
    if not figure or figure.start(1) != html.find("<img ") or html[: figure.start()].endswith(_PAIR):
        return html, ""
    source = _SOURCE.search(figure[1])
    if not source or not is_same_picture(unescape(source[1]), cover):
        return html, ""
    return html[: figure.start()] + html[figure.end() :], figure[2] or ""


def is_same_picture(address: str, other: str) -> bool:
    """Whether two addresses are of the same picture, perhaps in another size or format."""
    return picture_key(address) == picture_key(other)


def picture_key(address: str) -> str:
    """Return an address without scheme, size and format, to compare pictures by."""
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
