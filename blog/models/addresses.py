"""The addresses of rows."""

import re
from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

PLAIN_PATH = re.compile(r"/(?:[\w%~-][\w%~.-]*/)*(?:[\w%~-][\w%~.-]*)?")


def address_of(page: str, slug: str) -> str:
    """Return the address of a page of the blog by its slug; nothing if what is stored there is no slug.

    Such a row can only have come past the models. It has no page, and takes none with it on which it is
    named: there it stands without a link (the filter `href`), and in lists of addresses not at all.
    """
    return _address_of(page, slug, get_script_prefix())


@lru_cache(maxsize=10_000)  # pages name the same few over and over
def _address_of(page, slug, script_prefix):  # which reverse() puts before it
    try:
        return reverse(f"blog:{page}", args=[slug])
    except NoReverseMatch:
        return ""


def absolute(address: str) -> str:
    """Return an address of this site with its scheme and host; others stay as they are."""
    if PLAIN_PATH.fullmatch(address):
        return settings.SITE_URL + address  # as urljoin() does, which takes twenty times as long
    try:
        return urljoin(f"{settings.SITE_URL}/", address)
    except ValueError:  # such as https://[half-an-address
        return address


def whole_address(row) -> str:
    """Return the whole address of a row's page, or nothing where it has none."""
    path = row.get_absolute_url()
    return absolute(path) if path else ""
