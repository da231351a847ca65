"""Empty texts: those of which readers would see nothing, neither words nor an image."""

import re
import unicodedata
from html import unescape

# A sanitised text has its attributes in double quotes, and no bare "<" in its words.
_TAG_OR_WORDS = re.compile(r'<(?P<name>[a-z0-9/]*)(?:[^<>"]|"[^"]*")*>|(?P<words>[^<]+)')
_BLANK_PATTERN = "\u2800"  # Braille without a dot: by its kind a sign


def is_empty(html: str) -> bool:
    """Whether sanitised HTML shows neither words nor an image. Rules and invisible characters are none."""
    return not any(
        found["name"] == "img" or (found["words"] and _is_seen(found["words"]))
        for found in _TAG_OR_WORDS.finditer(html)
    )


def _is_seen(words):
    return any(
        unicodedata.category(character)[0] not in "ZC" and character != _BLANK_PATTERN
        for character in unescape(words)
    )
