"""The addresses of a Ghost site: its routes.yaml, or the setting that Ghost 1 had instead."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from blog.documents.generators.configuration import ConfigurationError
from blog.documents.generators.loading import decode, load_settings
from blog.documents.generators.settings import zone_of
from blog.documents.systems.export import LONGEST_URL, ExportError, Members

ROUTES = "routes.yaml"
USUAL = "/{slug}/"
NO_TAG = "all"  # in place of a primary tag
TOPICS = {"tag": "tags", "author": "authors"}  # {name in routes.yaml: name in Feeds}

_TOKEN = re.compile(r"\{(\w+)\}")
_COLON_TOKEN = re.compile(r":(\w+)")
_CONDITION = re.compile(r"(?P<key>\w+):(?P<no>-?)(?:\[(?P<list>[^\]]*+)\]|(?P<value>'[^']*+'|[\w-]++))")


class UnknownFilterError(ValueError):
    """Raised for a filter with operators other than those that collections usually have."""


@dataclass(frozen=True, slots=True)
class Post:
    """The values of a post that its address or a filter may use."""

    key: str
    slug: str
    tags: tuple[str, ...]  # slugs of the public ones
    authors: tuple[str, ...]  # slugs
    is_featured: bool
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Routes:
    """The collections of a site, each with its filter ("" for all posts) and its pattern.

    topics: {tags or authors: pattern of their pages, with :name}.
    """

    collections: tuple[tuple[str, str], ...] = (("", USUAL),)
    topics: Mapping[str, str] | None = None
    time_zone: ZoneInfo | None = None

    def address(self, post: Post) -> str:
        """Return the address of a post, or "" if it had none. Raises UnknownFilterError."""
        for condition, pattern in self.collections:
            if not condition or _matches(condition, post):
                return self._expanded(pattern, self._values(post))
        return ""

    def _expanded(self, pattern, values):
        is_complete = all(values.get(name) for name in _TOKEN.findall(pattern))
        return _TOKEN.sub(lambda found: values[found[1]], pattern) if is_complete else ""

    def _values(self, post):
        day = post.published_at
        with suppress(OverflowError):  # in the first and last hours of all years
            day = day.astimezone(self.time_zone) if day and self.time_zone else day
        author = next(iter(post.authors), "")
        return {
            "id": post.key,
            "slug": post.slug,
            "primary_tag": next(iter(post.tags), NO_TAG),
            "author": author,
            "primary_author": author,
            **({"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"} if day else {}),
        }


def read_routes(members: Members, settings: Mapping[str, object]) -> Routes:
    """Return the routes of a site. settings: {key: value} of the export. Raises ExportError."""
    zone = zone_of(settings.get("timezone") or settings.get("active_timezone"))
    name = next((name for name in members.names if name.rpartition("/")[2].lower() == ROUTES), None)
    if name is None:
        old = settings.get("permalinks")
        pattern = _COLON_TOKEN.sub(r"{\1}", old) if isinstance(old, str) and old.startswith("/") else USUAL
        return Routes((("", pattern),), time_zone=zone)
    try:
        found = load_settings(ROUTES, decode(members.read(name)))
    except ConfigurationError as error:
        reason = str(error).rstrip(".")
        raise ExportError(f"{name} {reason}: correct it, and import again for the old addresses.") from None
    rows = found.get("collections") if isinstance(found.get("collections"), dict) else {}
    topics = found.get("taxonomies") if isinstance(found.get("taxonomies"), dict) else {}
    return Routes(
        tuple(filter(None, (_collection(row) for row in rows.values()))),
        {
            TOPICS[key]: pattern.replace("{slug}", ":name").lstrip("/")
            for key, pattern in topics.items()
            if key in TOPICS
            and isinstance(pattern, str)
            and "{slug}" in pattern
            and len(pattern) <= LONGEST_URL
        },
        zone,
    )


def _collection(row):
    if not isinstance(row, dict) or not isinstance(row.get("permalink"), str):
        return None
    condition = row.get("filter")
    return (condition if isinstance(condition, str) else "", row["permalink"])


def _matches(condition: str, post: Post) -> bool:
    """Whether a filter selects a post: conditions joined by + (and) or by , (or), without parentheses."""
    position, is_true, is_any = 0, True, False
    while True:
        found = _CONDITION.match(condition, position)
        if not found:
            raise UnknownFilterError(condition)
        is_true = is_true and _holds(found, post)
        position = found.end()
        sign = condition[position : position + 1]
        if sign not in ("", "+", ","):
            raise UnknownFilterError(condition)
        if sign != "+":
            is_any, is_true = is_any or is_true, True
        if not sign:
            return is_any
        position += 1


def _holds(found: re.Match, post: Post) -> bool:
    values = _values_of(found["key"], post)
    texts = found["list"].split(",") if found["list"] is not None else [found["value"]]
    wanted = {text.strip().strip("'") for text in texts}
    return wanted.isdisjoint(values) if found["no"] else not wanted.isdisjoint(values)


def _values_of(key: str, post: Post) -> tuple[str, ...]:
    match key:
        case "tag" | "tags":
            return post.tags
        case "primary_tag":
            return post.tags[:1]
        case "author" | "authors":
            return post.authors
        case "primary_author":
            return post.authors[:1]
        case "featured":
            return (str(post.is_featured).lower(),)
        case "slug":
            return (post.slug,)
        case "id":
            return (post.key,)
        case _:
            raise UnknownFilterError(key)
