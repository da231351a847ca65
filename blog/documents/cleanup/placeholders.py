"""Lines such as `[IMAGE: a chart]`, which say no more than where an image was meant to be."""

import re

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan

PLACEHOLDER = "picture placeholder"

NAMES = "(?:IMAGE|PICTURE|PHOTO)[ :\\]]"
_PLACEHOLDER = re.compile(
    r"\[(?:IMAGE|PICTURE|PHOTO)(?: (?:PLACEHOLDER|HERE))?(?::[^\[\]\n]*)?\][ \t]*(?=\n|\Z)"
)


def read_placeholder(scan: Scan, position: int) -> Leftover | None:
    """A line that says no more than where an image was meant to be, and nothing to readers."""
    found = _PLACEHOLDER.match(scan.text, position, position + LONGEST_TAG)
    if not found or scan.line_before(position).strip(" \t>"):
        return None
    return Leftover(PLACEHOLDER, position, found.end(), scan.nothing(position, found[0]))
