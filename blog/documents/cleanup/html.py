"""Find HTML that does not reach the page, for the import report.

- Dropped elements and attributes: readers cannot see that they are missing, so the report names them.
- Tags with unpaired quotes: the parser repairs them (parsing/html.py), and the report lists them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from markdown_it.common.html_re import HTML_TAG_RE

from blog.documents.parsing.html import (
    DROPPED_VOID,
    DROPPED_WITH_CONTENT,
    LONGEST_TAG,
    MEDIA,
    HtmlTag,
    is_invisible,
    repair_element,
    tags_in,
)
from blog.documents.parsing.markdown import raw_html_in, repaired_tags_in

LONGEST_NAME = 40

_GONE = DROPPED_WITH_CONTENT | DROPPED_VOID | MEDIA
# A URL of the web, or the path of a file, which may begin with Pelican's {static} or {attach}.
_FILE_OR_PAGE = re.compile(
    r"(?:(?:https?:)?//\w|(?![a-z][a-z0-9+.-]*:|//)(?:\{(?:static|attach)\})?[\w./@~-])[^\s{}<]{0,2000}\Z",
    re.IGNORECASE,
)
_SOURCE_WITHIN = re.compile(r"<(?:source|embed)\b[^<>]*?\ssrc\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_ACTING = re.compile(r"style|on[a-z]+")
# Pre-check: without a match, nothing is dropped and the text need not be parsed.
_HINT = re.compile(
    rf"<(?:{'|'.join(sorted(_GONE))}|input)\b|<[a-z][^<>]*?[\s/\"'](?:style|on[a-z]+)\s*=", re.IGNORECASE
)


def find_dropped_html(text: str) -> Counter[str]:
    """Count the elements, and the style and event attributes, that are not shown on the page."""
    fragments = raw_html_in(text) if _HINT.search(text) else []
    return Counter(name[:LONGEST_NAME] for fragment in fragments for name in _dropped_in(fragment))


def _dropped_in(fragment: str) -> Iterator[str]:
    lowered = fragment.lower()
    gone_until = 0  # everything up to here is inside a dropped element
    unclosed: set[str] = set()
    for tag in tags_in(fragment):
        if tag.closes or tag.end <= gone_until:
            continue
        is_field = tag.name == "input" and tag.attributes.get("type", "").lower() != "checkbox"
        if tag.name in _GONE or is_field:
            end = -1 if tag.name in unclosed else lowered.find(f"</{tag.name}", tag.end)
            if not _is_linked(tag, fragment[tag.end : end] if end >= 0 else ""):
                yield tag.name
            gone_until = max(gone_until, end)
            if end < 0:
                unclosed.add(tag.name)
        else:
            yield from (f"{name} attribute" for name in tag.attributes if _ACTING.fullmatch(name))


def _is_linked(tag: HtmlTag, content: str) -> bool:
    """Whether the page shows a link to embedded media in their place (rendering/raw_html.py)."""
    addresses = [
        tag.attributes.get("src", ""),
        tag.attributes.get("data", ""),
        *_SOURCE_WITHIN.findall(content),
    ]
    is_linked = any(_FILE_OR_PAGE.match(address.strip()) for address in addresses if address)
    return tag.name in MEDIA and is_linked and not is_invisible(tag.attributes)


_TAG_START = re.compile(r"<(?=[a-zA-Z])")


def find_broken_tags(text: str) -> list[str]:
    """Return the tags that the parser repairs in paragraphs, because their quotes are unpaired."""
    if not any(_may_be_broken(text, found.start()) for found in _TAG_START.finditer(text)):
        return []
    return repaired_tags_in(text)


def _may_be_broken(text: str, start: int) -> bool:
    """Whether the tag here may be broken. Most are clearly whole, which saves parsing the text."""
    end = text.find("\n", start, start + LONGEST_TAG)
    whole = HTML_TAG_RE.match(text, start, end if end >= 0 else start + LONGEST_TAG)
    # A `|` that separates table cells may also split a tag.
    return (not whole or "|" in whole[0]) and repair_element(text, start, len(text)) is not None
