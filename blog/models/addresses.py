"""The addresses of rows."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address_of(page: str, slug: str) -> str:
    """Return the address of a page of the blog by its slug: pages name the same few over and over."""
    return _address_of(page, slug, get_script_prefix())


@lru_cache(maxsize=10_000)
def _address_of(page, slug, script_prefix):  # which reverse() puts before it
    return reverse(f"blog:{page}", args=[slug])
