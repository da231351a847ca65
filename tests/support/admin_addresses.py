"""All URLs of the admin, collected from its URL patterns, so that tests include new ones automatically."""

import re
from uuid import UUID

from django.contrib import admin
from django.urls import URLResolver, reverse


def admin_routes() -> dict[str, str]:
    """Return {name: route below /admin/} of all patterns. The name of a nameless pattern is its route."""
    patterns, *_ = admin.site.urls
    return dict(_walk(patterns))


def _walk(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield pattern.name or route, route


def address_of(name: str, route: str, rows: dict) -> str:
    """Return a path that the route matches, with the row's pk."""
    if name == "app_list":
        return reverse("admin:app_list", args=["blog"])
    if route.startswith("("):  # the catch-all pattern
        return reverse("admin:index") + "no/such/page"
    if "<uuid:uid>" in route:
        staged = rows.get("import")
        arguments = {"<uuid:uid>": str(staged.uid) if staged else str(UUID(int=1)), "<int:position>": "0"}
        return reverse("admin:index") + re.sub("<[^>]+>", lambda found: arguments[found[0]], route)
    model = "/".join(route.split("/")[:2])
    row = rows.get(model)
    return reverse("admin:index") + re.sub("<[^>]+>", str(row.pk) if row else "1", route)
