"""Plain values from the settings of a configuration, whatever their types."""

import posixpath
from zoneinfo import ZoneInfo

from blog.documents.generators.loading import decode, load_settings

LONGEST_ZONE = 100
MOST_FOLDERS = 100  # content roots, static roots, languages and permalinks


def load_file(path, files):
    return load_settings(path, decode(files[path]))


def text_of(settings, *keys):
    for key in keys:
        value = settings.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value).strip()
    return ""


def mapping_of(settings, key):
    value = settings.get(key)
    return value if isinstance(value, dict) else {}


def texts_of(value):
    """Return the strings of a list, or of a single string."""
    items = value if isinstance(value, list) else [value]
    return [item.strip() for item in items[:MOST_FOLDERS] if isinstance(item, str)]


def mappings_of(value):
    items = value if isinstance(value, list) else []
    return [item for item in items[:MOST_FOLDERS] if isinstance(item, dict)]


def zone_of(name: object) -> ZoneInfo | None:
    """Return the time zone with this name, or None if there is none."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and 0 < len(name) <= LONGEST_ZONE else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def folder_of(text: str) -> str | None:
    """Return a relative folder without ./ and slashes at its ends, or None if it is outside ("../docs")."""
    folder = posixpath.normpath(text.replace("\\", "/").strip().strip("/") or ".")
    if folder == "." or "\0" in folder:
        return ""
    return None if folder.split("/")[0] == ".." else folder


def folders_of(texts):
    return tuple(dict.fromkeys(folder for text in texts if (folder := folder_of(text)) is not None))


def lowered(value):
    """Return settings with keys in lower case, as Hugo compares them."""
    if isinstance(value, dict):
        return {key.lower(): lowered(item) for key, item in value.items()}
    return [lowered(item) for item in value] if isinstance(value, list) else value


def join_url(url, path):
    """Return a URL with a path added, without a trailing slash."""
    path = path.strip("/")
    return f"{url.rstrip('/')}/{path}" if url and path else url.rstrip("/") or (f"/{path}" if path else "")
