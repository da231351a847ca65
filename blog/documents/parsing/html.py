"""Raw HTML: read tags as browsers do, repair broken ones, and classify elements.

An element is kept, replaced, or dropped with its content; the sets of names at the top decide.

Tags with unpaired quote marks are read as they were meant. `<img alt="a "b" c">` ends its alt text at the
second quote mark, `<a href="x>` never ends its URL, and curly quote marks are not quote marks in HTML.
Without a repair, Markdown shows such a tag as text. The repaired tag is processed like all raw HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from blog.documents.characters import clean_characters

LONGEST_TAG = 2000

_MARKS = {'"': '"“”„', "'": "'‘’"}  # noqa: RUF001 -- curly marks are what is looked for
CURLY_MARKS = "“”„‘’"  # noqa: RUF001 -- as above
_ANY_MARK = "".join(_MARKS.values())
_BROKEN_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9]*)\s([^<>]{{1,{LONGEST_TAG}}})>")
_QUOTED = re.compile(rf"=\s?[{_ANY_MARK}]")
_NEXT = rf"\s[a-zA-Z][\w:-]*=[{_ANY_MARK}]"


def _value(marks: str) -> str:
    """A value ends at a mark with an attribute or nothing behind it, before an attribute, or at the end."""
    return rf"[{marks}]((?:(?!{_NEXT}).)*?)(?:[{marks}](?={_NEXT}|\s[\w:-]+\s?=|\Z)|(?={_NEXT})|\Z)"


_BROKEN_ATTRIBUTE = re.compile(
    rf"(?<![\w:.-])([a-zA-Z_:][\w:.-]*+)\s?=\s?(?:{_value(_MARKS['"'])}|{_value(_MARKS["'"])}|([^\s{_ANY_MARK}`]+))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class MendedTag:
    name: str
    text: str
    end: int  # where the broken one ends


def mend_tag(source: str, start: int, end: int) -> MendedTag | None:
    """Return the start tag that was meant at this place; None if there is none, or none with a mark in it."""
    found = _BROKEN_TAG.match(source, start, end)
    if not found or not _QUOTED.search(found[2]):
        return None
    attributes = _BROKEN_ATTRIBUTE.findall(found[2].rstrip().removesuffix("/").rstrip())
    written = "".join(
        f' {name}="{(double or single or bare).strip().replace('"', "&quot;")}"'
        for name, double, single, bare in attributes
    )
    return MendedTag(found[1].lower(), f"<{found[1]}{written}>", found.end())


def names(words: str) -> frozenset[str]:
    return frozenset(words.split())


INLINE_TAGS = names(
    "a abbr b bdi bdo br cite code data del dfn em i img input ins kbd mark q rp rt ruby s samp small span"
    " strong sub sup time u var wbr"
)
BLOCK_TAGS = names(
    "address article aside blockquote caption col colgroup dd details div dl dt figcaption figure footer"
    " h2 h3 h4 h5 h6 header hgroup hr li ol p pre section summary table tbody td tfoot th thead tr ul"
)
# Read by the parser as something else than HTML, or made to act: gone with all that is in them.
DROPPED_WITH_CONTENT = names(
    "applet button canvas dialog form frameset head math noembed noframes noscript optgroup option plaintext"
    " script select style svg template textarea title xmp"
)
DROPPED_VOID = names("area base basefont bgsound embed frame link meta param source track")
MEDIA = names("audio embed iframe object video")
# Gone, but not what is in them.
UNWRAPPED = names(
    "acronym big blink body center dir fieldset font h1 html image label legend listing main map marquee menu"
    " menuitem meter nav nobr output picture portal progress rb rtc search slot strike tt"
)
KNOWN_TAGS = INLINE_TAGS | BLOCK_TAGS | DROPPED_WITH_CONTENT | DROPPED_VOID | MEDIA | UNWRAPPED
_BORROWED = names("figure image picture portal search slot")  # names that components have more often


def is_element(name: str) -> bool:
    """Whether HTML has an element of this name, which may only be written in capitals."""
    return name.lower() in KNOWN_TAGS - _BORROWED


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
