"""Map the properties of a page of Notion, whose names people choose, to front matter."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_KEYS = {
    "date": "date|publish(?:ed|ing)? ?(?:date|on|at)?|publication date|posted(?: on)?",
    "created": "created(?: (?:time|at|on|date))?",
    "updatedAt": "(?:last )?(?:edited|updated|modified)(?: (?:time|at|on))?",
    "tags": "tags?|keywords?|topics?",
    "categories": "categor(?:y|ies)|section",
    "status": "status|state|stage|draft",
    "slug": "slug|url slug",
    "authors": "authors?|written by|by|writer",
    "excerpt": "excerpt|summary|description|teaser|subtitle",
    "image": "cover|image|hero|featured image|thumbnail",
    "lang": "lang(?:uage)?",
    "series": "series",
}
_PATTERNS = {key: re.compile(pattern, re.IGNORECASE) for key, pattern in _KEYS.items()}
_LISTS = frozenset(("tags", "categories", "authors"))
_PUBLISHED = frozenset(("published", "live", "public", "online"))
_DATES = (
    *("%B %d, %Y %I:%M %p", "%B %d, %Y %H:%M", "%B %d, %Y", "%Y/%m/%d %H:%M", "%Y/%m/%d"),
    *("%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
)
_ZONE = re.compile(r" \((?:UTC|GMT)(?:[+-]\d{1,2}(?::\d\d)?)?\)| → .*")
_OTHER_KEY = re.compile(r"[^\w-]+")


def front_matter(properties: Mapping[str, str]) -> dict[str, object]:
    """Return the front matter of a page. Unknown properties keep their names."""
    fields: dict[str, object] = {}
    for name, value in properties.items():
        key = next((key for key, pattern in _PATTERNS.items() if pattern.fullmatch(name)), "")
        if not value or key in fields:
            continue
        if name.lower() == "published" and value.lower() in ("yes", "no", "true", "false"):
            fields["status"] = "published" if value.lower() in ("yes", "true") else "draft"
        elif key in ("date", "created", "updatedAt"):
            fields[key] = _date(value)
        elif key == "status":
            fields[key] = "published" if value.lower() in _PUBLISHED else "draft"
        elif key in _LISTS:
            fields[key] = [one for part in value.split(",") if (one := part.strip())]
        else:
            fields[key or _OTHER_KEY.sub("-", name).strip("-") or "property"] = value
    created = fields.pop("created", None)
    return {"date": created, **fields} if created and "date" not in fields else fields


def _date(value):
    """Return a date in ISO's notation if it is one of Notion's, which have no time zone."""
    bare = _ZONE.sub("", value).strip()
    for notation in _DATES:
        try:
            date = datetime.strptime(bare, notation).replace(tzinfo=UTC)
        except ValueError:
            continue
        return (
            f"{date:%Y-%m-%d}" if "%H" not in notation and "%I" not in notation else f"{date:%Y-%m-%dT%H:%M}"
        )
    return value
