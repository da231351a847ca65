"""Drops the first image of a text if it is the article's cover, which the page shows above the text."""

import re
from html import unescape
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_FIGURE = re.compile(
    r'<figure>(<img(?: [\w-]+="[^"]*")*>)'
    r"(?:<figcaption>((?:[^<]|<(?!/figcaption>))*+)</figcaption>)?</figure>\n?"
)
_SOURCE = re.compile(r' src="([^"]*)"')
_PAIR = '<div class="pair">\n'
# What image services take in an address to give the same image in another size or format.
_SIZING = re.compile("auto|crop|dpr|fit|fm|format|h|height|ixid|ixlib|q|quality|w|width", re.IGNORECASE)


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
    """Return an address without what only chooses size and format, to compare pictures by."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as https://[half-an-address
        return address
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = sorted((name, value) for name, value in query if not _SIZING.fullmatch(name))
    return f"{parts.netloc.lower()}{unquote(parts.path)}?{urlencode(kept)}"
