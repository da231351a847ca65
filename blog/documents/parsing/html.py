"""Raw HTML: read tags as browsers do, repair broken ones, and classify elements.

The sets of names at the top decide whether an element is kept, replaced, or dropped with its content.

Tags with unpaired quote marks are repaired. In HTML, `<img alt="a "b" c">` ends its alt text at the second
quote mark, `<a href="x>` never ends its URL, and curly quote marks are not quote marks. Without a repair,
Markdown shows such a tag as text. The repaired tag is processed like all raw HTML.
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
    """Return a pattern for a value in one of these quote marks.

    The value ends at a quote mark before an attribute or the end. If no such mark follows, the value ends
    before the next attribute, or at the end.
    """
    return rf"[{marks}]((?:(?!{_NEXT}).)*?)(?:[{marks}](?={_NEXT}|\s[\w:-]+\s?=|\Z)|(?={_NEXT})|\Z)"


_BROKEN_ATTRIBUTE = re.compile(
    rf"(?<![\w:.-])([a-zA-Z_:][\w:.-]*+)\s?=\s?(?:{_value(_MARKS['"'])}|{_value(_MARKS["'"])}|([^\s{_ANY_MARK}`]+))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RepairedTag:
    name: str
    text: str
    end: int  # offset after the broken tag


def repair_tag(source: str, start: int, end: int) -> RepairedTag | None:
    """Return the repaired start tag at this offset, or None if there is no tag with a quote mark in it."""
    found = _BROKEN_TAG.match(source, start, end)
    if not found or not _QUOTED.search(found[2]):
        return None
    attributes = _BROKEN_ATTRIBUTE.findall(found[2].rstrip().removesuffix("/").rstrip())
    written = "".join(
        f' {name}="{(double or single or bare).strip().replace('"', "&quot;")}"'
        for name, double, single, bare in attributes
    )
    return RepairedTag(found[1].lower(), f"<{found[1]}{written}>", found.end())


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
# Active content, and elements whose content the parser does not read as HTML.
DROPPED_WITH_CONTENT = names(
    "applet button canvas dialog form frameset head math noembed noframes optgroup option plaintext"
    " script select style svg template textarea title xmp"
)
DROPPED_VOID = names("area base basefont bgsound embed frame link meta param source track")
MEDIA = names("audio embed iframe object video")
# The tags are removed, their content stays.
UNWRAPPED = names(
    "acronym big blink body center dir fieldset font h1 html image label legend listing main map marquee menu"
    " menuitem meter nav nobr noscript output picture portal progress rb rtc search slot strike tt"
)
KNOWN_TAGS = INLINE_TAGS | BLOCK_TAGS | DROPPED_WITH_CONTENT | DROPPED_VOID | MEDIA | UNWRAPPED
_BORROWED = names("figure image picture portal search slot")  # in capitals, these are usually components


def is_element(name: str) -> bool:
    """Whether HTML has an element with this name, in any case."""
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


class HtmlTag(NamedTuple):
    name: str
    attributes: dict[str, str]
    closes: bool
    is_whole: bool
    end: int


def read_tag(source: str, start: int) -> HtmlTag | None:
    """Return the tag at this offset as browsers read it, repaired if its quote marks are unpaired."""
    found = _TAG.match(source, start)
    if not found:
        repaired = repair_element(source, start, len(source))
        tag = read_tag(repaired.text, 0) if repaired else None
        return tag._replace(end=repaired.end) if tag and repaired else None
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(found[3]):
        value = double or single or bare.strip(CURLY_MARKS)
        attributes.setdefault(name.lower(), clean_characters(unescape(value)))
    return HtmlTag(found[2].lower(), attributes, bool(found[1]), found[3].endswith("/"), found.end())


def repair_element(source: str, start: int, end: int) -> RepairedTag | None:
    """Return the repaired tag at this offset, or None if it is not an HTML element. See repair_tag()."""
    repaired = repair_tag(source, start, end)
    return repaired if repaired and is_element(repaired.name) else None


def dropped_element_left_open(source: str) -> str | None:
    """Return the name of a dropped element whose end tag is not in this fragment, or None."""
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
    """Whether the first tag with this name in a fragment is an end tag. None if there is no such tag."""
    found = re.search(rf"<(/?){name}\b", source, re.IGNORECASE)
    return bool(found[1]) if found else None


def lone_image(source: str) -> dict[str, str] | None:
    """Return the attributes of the image if a fragment is a single visible `<img>`, or None."""
    bare = source.strip()
    tag = read_tag(bare, 0) if bare[:4].lower() == "<img" else None
    is_alone = tag and tag.name == "img" and tag.end == len(bare) and not is_invisible(tag.attributes)
    return tag.attributes if tag and is_alone else None


def is_invisible(attributes: dict[str, str]) -> bool:
    """Whether an image or a frame is at most one pixel wide and high, like tracking pixels."""
    return all(attributes.get(side, "").removesuffix("px") in ("0", "1") for side in ("width", "height"))


def lone_heading(source: str) -> tuple[int, str, str] | None:
    """Return (level, id, inner HTML) if a fragment is a single heading, or None."""
    found = _LONE_HEADING.fullmatch(source)
    if not found or re.search(r"<h[1-6]\b", found[3], re.IGNORECASE):
        return None
    tag = read_tag(source, source.index("<"))
    return int(found[1]), tag.attributes.get("id", "") if tag else "", found[3]


def tags_in(source: str) -> Iterator[HtmlTag]:
    """Yield the tags of a fragment in order, skipping comments and text that only looks like a tag."""
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
    """Return the URLs of the `<img>` elements in a fragment."""
    images = (tag.attributes for tag in tags_in(source) if tag.name == "img")
    addresses = (image.get("src", "").strip() for image in images if not is_invisible(image))
    return [address for address in addresses if address]


def holds_block(markup: str) -> bool:
    """Whether well-formed HTML starts an element that is not allowed in a paragraph."""
    return any(name in BLOCK_TAGS for name in _START_NAME.findall(markup))


def markup_text(markup: str) -> str:
    """Return the text of well-formed HTML, without tags."""
    return unescape(_MARKUP.sub("", markup))
