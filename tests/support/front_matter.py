"""Build and read front matter."""

from datetime import UTC
from zoneinfo import ZoneInfo

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document

BERLIN = ZoneInfo("Europe/Berlin")


def document(front_matter: str, body: str = "Text\n"):
    return parse_document(f"---\n{front_matter}\n---\n{body}".encode())


def fields(front_matter: str = "x: y", *, body: str = "Text\n", path: str = "name.md", time_zone=UTC):
    """Return the fields of a file with these keys. Adds a title and a slug, so that both are stated."""
    given = "".join(f"{key}: a-{key}\n" for key in ("title", "slug") if f"{key}:" not in front_matter.lower())
    return read_fields(document(given + front_matter, body), path=path, time_zone=time_zone)


def bare_fields(front_matter: str = "x: y", *, body: str = "Text\n", path: str = "name.md"):
    return read_fields(document(front_matter, body), path=path, time_zone=UTC)


def warnings_except_empty_keys(found):
    """Return the warnings, except the one on keys without a value."""
    return tuple(warning for warning in found.warnings if not warning.startswith("keys without a value"))
