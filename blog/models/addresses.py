"""The addresses of rows."""

from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, reverse


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
