"""Functions that lower rooms call, of rooms above that they cannot import. blog/apps.py registers them."""

from collections.abc import Callable

from django.db.models import QuerySet


class Registered:
    held_updates: Callable[[], QuerySet]
    old_sites: Callable[[], list[str]]  # URLs of the sites that imported articles come from
    public_tags: Callable[[], QuerySet]  # the tags that have a page


registered = Registered()
