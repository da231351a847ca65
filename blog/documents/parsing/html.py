"""HTML tags as browsers read them; those whose quotation marks do not pair up as they were meant."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from blog.documents.characters import clean_characters
from blog.documents.parsing.elements import BLOCK_TAGS, DROPPED_WITH_CONTENT, MEDIA, is_element
from blog.documents.parsing.tag_mending import CURLY_MARKS, MendedTag, mend_tag

TAG_START = re.compile(r"</?[a-zA-Z]")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?:[^\"'>]+|\"[^\"]*\"|'[^']*')*+)>")
NOT_AN_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>`]+)))?")
_LONE_HEADING = re.compile(r"\s*<h([1-6])\b([^>]*)>(.*?)</h\1\s*>\s*", re.DOTALL | re.IGNORECASE)
_START_NAME = re.compile(r"<([a-z]+[1-6]?)")
_MARKUP = re.compile(r"<[^>]*>")
_DROPPED_START = re.compile(
    rf"<({'|'.join(sorted((DROPPED_WITH_CONTENT | MEDIA) - {'embed'}))})\b", re.IGNORECASE
)


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    closes: bool
    is_whole: bool
    end: int


def read_tag(source: str, start: int) -> Tag | None:
    """The tag at this place, as browsers read it; one whose quotation marks are broken as it was meant."""
    found = _TAG.match(source, start)
    if not found:
        mended = mend_element(source, start, len(source))
        tag = read_tag(mended.text, 0) if mended else None
        return tag._replace(end=mended.end) if tag and mended else None
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(found[3]):
        value = double or single or bare.strip(CURLY_MARKS)
        attributes.setdefault(name.lower(), clean_characters(unescape(value)))
    return Tag(found[2].lower(), attributes, bool(found[1]), found[3].endswith("/"), found.end())


def mend_element(source: str, start: int, end: int) -> MendedTag | None:
    """What mend_tag() finds, if it is an element that HTML has."""
    mended = mend_tag(source, start, end)
    return mended if mended and is_element(mended.name) else None


def dropped_element_left_open(source: str) -> str | None:
    """The name of an element that is dropped with its content and whose end is not in this fragment."""
    lowered = source.lower()
    position = 0
    while found := _DROPPED_START.search(lowered, position):
        tag = read_tag(source, found.start())
        if not tag:
            return None
        if not tag.is_whole and lowered.rfind(f"</{found[1]}") < found.end():
            return found[1]
        position = tag.end
    return None


def closes_element(source: str, name: str) -> bool | None:
    """Whether a fragment ends an element that began before it; None if it says nothing about that."""
    found = re.search(rf"<(/?){name}\b", source, re.IGNORECASE)
    return bool(found[1]) if found else None


def lone_image(source: str) -> dict[str, str] | None:
    """The attributes of an image, if a fragment is one `<img>` and nothing else."""
    bare = source.strip()
    tag = read_tag(bare, 0) if bare[:4].lower() == "<img" else None
    return tag.attributes if tag and tag.name == "img" and tag.end == len(bare) else None


def lone_heading(source: str) -> tuple[int, str, str] | None:
    """Level, id and inner HTML, if a fragment is one heading and nothing else."""
    found = _LONE_HEADING.fullmatch(source)
    if not found or re.search(r"<h[1-6]\b", found[3], re.IGNORECASE):
        return None
    tag = read_tag(source, source.index("<"))
    return int(found[1]), tag.attributes.get("id", "") if tag else "", found[3]


def tags_in(source: str) -> Iterator[Tag]:
    """The tags of a fragment, one after the other; comments and what only looks like a tag are passed by."""
    position = 0
    while (start := source.find("<", position)) >= 0:
        if skipped := NOT_AN_ELEMENT.match(source, start):
            position = skipped.end()
        elif tag := read_tag(source, start):
            position = tag.end
            yield tag
        else:
            position = len(source) if TAG_START.match(source, start) else start + 1


def image_addresses(source: str) -> list[str]:
    """The addresses of the `<img>` elements in a fragment."""
    addresses = (tag.attributes.get("src", "").strip() for tag in tags_in(source) if tag.name == "img")
    return [address for address in addresses if address]


def holds_block(markup: str) -> bool:
    """Whether well-formed HTML starts an element that cannot stand in a paragraph."""
    return any(name in BLOCK_TAGS for name in _START_NAME.findall(markup))


def markup_text(markup: str) -> str:
    """The words of well-formed HTML."""
    return unescape(_MARKUP.sub("", markup))
