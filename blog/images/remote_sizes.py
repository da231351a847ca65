"""Pictures of other sites in smaller widths, where the site makes these and addresses name the width."""

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from blog.images.renditions import WIDTHS

# Which parameter of an address is the width in pixels, by host.
_WIDTH_BY_HOST = (
    (re.compile(r"(?:images|plus)\.unsplash\.com|images\.pexels\.com"), "w"),
    (re.compile(r"[\w-]+\.imgix\.net|images\.(?:prismic\.io|ctfassets\.net)|cdn\.sanity\.io"), "w"),
    (re.compile(r"i[0-3]\.wp\.com|[\w-]+\.files\.wordpress\.com"), "w"),
    (re.compile(r"cdn\.shopify\.com"), "width"),
)
_HEIGHTS = {"w": "h", "width": "height"}


@lru_cache(2048)  # lists ask for each card, mostly of the same images
def remote_srcset(address: str) -> str:
    """Return the srcset attribute of a picture elsewhere; "" if its site is not known to make other widths.

    None is wider than what the address asks for. A height that it asks for shrinks with the width.
    """
    try:
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    except ValueError:
        return ""
    name = _width_parameter(parts.hostname or "")
    if not name or "dpr" in query:
        return ""
    full, height = (_number(query.get(key, "")) for key in (name, _HEIGHTS[name]))
    if height and not full:
        return ""
    return ", ".join(
        f"{_with(parts, query | _size(name, width, full, height))} {width}w" for width in _widths(full)
    )


def _width_parameter(host):
    return next((name for hosts, name in _WIDTH_BY_HOST if hosts.fullmatch(host)), "")


def _number(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _widths(full):
    """Return the widths to offer, up to the one that the address asks for."""
    return [*(width for width in WIDTHS if not full or width < full), *([full] if full else [])]


def _size(name, width, full, height):
    return {name: width} | ({_HEIGHTS[name]: round(height * width / full)} if height else {})


def _with(parts, query):
    address = urlunsplit(parts._replace(query=urlencode(query), fragment=""))
    return address.replace(" ", "%20").replace(",", "%2C")  # they would end an address of the list
