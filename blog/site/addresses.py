"""Paths and absolute URLs of rows."""

import re
from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

WEB = ("https://", "http://")
PLAIN_PATH = re.compile(r"/(?:[\w%~-][\w%~.-]*/)*(?:[\w%~-][\w%~.-]*)?")


def address_of(page: str, slug: str) -> str:
    """Return the path of a row's page, or "" if the stored slug is invalid. page: a URL name.

    Only writes that bypass the models can store such a slug. The row then has no page, but must not break
    pages that name it: they show it without a link (the filter `href`), and feeds and sitemap omit it.
    """
    return _address_of(page, slug, get_script_prefix())


@lru_cache(maxsize=10_000)  # most pages link to the same few rows
def _address_of(page, slug, script_prefix):  # part of the cache key, because reverse() prepends it
    try:
        return reverse(f"blog:{page}", args=[slug])
    except NoReverseMatch:
        return ""


def absolute(address: str) -> str:
    """Return the absolute URL of a path on this site. Absolute URLs are returned unchanged."""
    if PLAIN_PATH.fullmatch(address):
        return settings.SITE_URL + address  # same result as urljoin(), twenty times as fast
    try:
        return urljoin(f"{settings.SITE_URL}/", address)
    except ValueError:  # for example https://[half-an-address
        return address


def whole_address(row) -> str:
    """Return the absolute URL of a row's page, or "" if it has none."""
    path = row.get_absolute_url()
    return absolute(path) if path else ""


def is_outward(address: str) -> bool:
    """Whether this is a URL with a safe scheme: https, http or mailto."""
    return address.startswith((*WEB, "mailto:"))
