"""Wikilinks, as Obsidian has them: `[[page]]`, `[[page|words]]`, `![[image.png]]`."""

import re

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import IMAGE_FILE, as_text, image

WIKILINK = "wikilink"

_WIKILINK = re.compile(
    r"(?P<embed>!)?\[\[(?P<target>[^\s\[\]|\n](?:[^\[\]|\n]*[^\s\[\]|\n\\])?)\\?(?:\|(?P<label>[^\[\]\n]*))?\]\](?![(\[:])"
)
_IMAGE_FILE = re.compile(IMAGE_FILE, re.IGNORECASE)


def read_wikilink(scan: Scan, position: int) -> Leftover | None:
    found = _WIKILINK.match(scan.text, position, position + LONGEST_TAG)
    if not found or found["target"][0] in "^-":
        return None
    target = found["target"]
    if target.casefold() == "toc":
        shown = ""
    elif found["embed"] and _IMAGE_FILE.fullmatch(target):
        label = found["label"] or ""
        alt = "" if re.fullmatch(r"[\dx]*", label) else label
        shown = image(target, alt, in_html=scan.is_in_html(position)) or ""
    else:
        words = found["label"] or target.replace("#", " > ").removeprefix(" > ")
        shown = as_text(words.strip())
    return Leftover(WIKILINK, position, found.end(), shown)
