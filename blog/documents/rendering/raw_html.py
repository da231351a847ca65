"""Balance the raw HTML in Markdown, and reduce it to known elements, so that it cannot break what follows.

CommonMark passes raw HTML in fragments: `<div>` in one block, `</div>` in another, Markdown in between.
`RawHtml` rewrites each fragment: it drops unmatched tags, shows text that only looks like a tag, and turns
embedded media into links. Safety does not depend on this: `html.sanitise` runs last.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from blog.documents.characters import clean_characters
from blog.documents.parsing.html import (
    BLOCK_TAGS,
    DROPPED_VOID,
    DROPPED_WITH_CONTENT,
    INLINE_TAGS,
    KNOWN_TAGS,
    MEDIA,
    NOT_AN_ELEMENT,
    TAG_START,
    HtmlTag,
    is_invisible,
    names,
    read_tag,
)
from blog.documents.rendering.html import (
    CLASSES,
    SET_ATTRIBUTES,
    ElementIds,
    element,
    link_address,
    link_attributes,
)
from blog.documents.rendering.tables import TABLE_BOX

MAX_OPEN = 60

_PROGRESS_BAR = re.compile(r"(?:reading|scroll)[-_]?progress|progress[-_]?(?:bar|container)", re.IGNORECASE)

_VOID = names("br col hr img input wbr")
# The parser reads no tags inside these, so their first end tag ends them.
_TEXT_ONLY = names("iframe noembed noframes plaintext script style textarea title xmp")
_WRITTEN = INLINE_TAGS | BLOCK_TAGS
_RENAMED = {"h1": "h2", "strike": "s", "tt": "code", "acronym": "abbr", "image": "img"}
_ENDS_BY_ITSELF = {
    "li": {"li"},
    "p": {"p"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "dt": {"dd", "dt"},
    "dd": {"dd", "dt"},
}
# If never closed, these are removed: they would contain the rest of the document.
_WRAPPERS = names("address article aside blockquote details div figure footer header section")
_TABLE_PARTS = names("colgroup table tbody tfoot thead tr")
_INSIDE_TABLE = names("caption colgroup tbody td tfoot th thead tr")
_EMPTY_IS_NOTHING = frozenset({"div", "figure", "p"})
_KEPT_ATTRIBUTES = names(
    "abbr colspan datetime dir headers lang open reversed rowspan scope span start title type value"
)
_KEPT_CLASSES = names("callout centre credit label num pair tip wide")


@dataclass(slots=True)
class _Open:
    """An open element: the place of its start tag in `pieces`, and its Markdown nesting level."""

    name: str
    level: int
    pieces: list[str]
    index: int
    depth: int = 0  # inline nesting level in Markdown, within a paragraph


@dataclass(slots=True)
class RawHtml:
    """Writer for the raw HTML of one document, fragment by fragment."""

    ids: ElementIds
    image: Callable[[dict[str, str]], str]
    _open: list[_Open] = field(default_factory=list)
    _unclosed: set[str] = field(default_factory=set)
    _depth: int = 0

    def fragment(self, source: str, level: int = 0, *, depth: int = 0, is_inline: bool = False) -> list[str]:
        """Return a fragment as pieces. Join them only after `finish`, which may still change them."""
        self._depth = depth
        while self._open and self._open[-1].level > level:
            self._end(self._open.pop())
        pieces: list[str] = []
        self._unclosed.clear()
        position = 0
        while (start := source.find("<", position)) >= 0:
            pieces.append(_text(source[position:start]))
            position = self._markup(source, start, level, pieces)
        pieces.append(_text(source[position:]))
        if not is_inline:
            self._end_inline(pieces)
        return pieces

    def finish(self) -> None:
        """Close the elements that are still open, or remove their start tags."""
        while self._open:
            self._end(self._open.pop())

    def leave_inline(self, depth: int = -1) -> str:
        """Return the missing end tags of raw HTML where Markdown ends an emphasis or a paragraph."""
        tags: list[str] = []
        while self._open and self._open[-1].depth > depth:
            self._end(self._open.pop(), tags)
        return "".join(tags)

    def end_link(self) -> str:
        """Return the end tags to write before a Markdown link, because links cannot be nested."""
        tags: list[str] = []
        self._end_link(tags)
        return "".join(tags)

    def _markup(self, source: str, start: int, level: int, pieces: list[str]) -> int:
        """Write the markup that starts at a `<`; return its end."""
        skipped = NOT_AN_ELEMENT.match(source, start)
        if skipped:
            return skipped.end()
        tag = read_tag(source, start)
        if not tag:
            # An unfinished tag would turn the rest of the fragment into an attribute: show it as text.
            end = len(source) if TAG_START.match(source, start) else start + 1
            pieces.append(escape(source[start:end]))
            return end
        if tag.name not in KNOWN_TAGS and ":" not in tag.name:
            pieces.append(escape(source[start : tag.end]))
            return tag.end
        if tag.closes:
            self._close(tag.name, level, pieces)
            return tag.end
        if _is_dropped(tag):
            return self._drop(source, tag, pieces)
        self._start(source, tag, level, pieces)
        return tag.end

    def _drop(self, source: str, tag: HtmlTag, pieces: list[str]) -> int:
        end = tag.end if tag.name in DROPPED_VOID else self._end_of_element(source, tag)
        if tag.name in MEDIA and not is_invisible(tag.attributes):
            self._end_link(pieces)
            pieces.append(_media_link(tag, source[tag.end : end]))
        return end

    def _end_of_element(self, source: str, tag: HtmlTag) -> int:
        """Return the end of an element's end tag, or of its start tag if it has no end tag."""
        if tag.is_whole or tag.name in self._unclosed:
            return tag.end
        depth, position = 1, tag.end
        pattern = re.compile(rf"<(/?){re.escape(tag.name)}\b[^<>]*>", re.IGNORECASE)
        while found := pattern.search(source, position):
            position = found.end()
            depth += -1 if found[1] else tag.name not in _TEXT_ONLY
            if depth == 0:
                return position
        self._unclosed.add(tag.name)
        return tag.end

    def _start(self, source: str, tag: HtmlTag, level: int, pieces: list[str]) -> None:
        name = _RENAMED.get(tag.name, tag.name)
        if name == "img":
            pieces.append("" if is_invisible(tag.attributes) else self.image(tag.attributes))
        elif name == "input":
            pieces.append(_checkbox(tag.attributes))
        elif name in _VOID:
            pieces.append(element(name, self._kept(name, tag.attributes)))
        elif name in _WRITTEN and len(self._open) < MAX_OPEN and self._fits(name):
            if name in ("a", "table"):
                self._end_link(pieces)
            self._close_implied(name, level, pieces)
            written = self._start_tag(name, tag)
            if written != "<a>":
                self._open.append(_Open(name, level, pieces, len(pieces), self._depth))
                pieces.append(written)

    def _fits(self, name: str) -> bool:
        """Whether an element may start here: browsers move content between the parts of a table."""
        if name in _INSIDE_TABLE:
            return any(entry.name == "table" for entry in self._open)
        return not self._open or self._open[-1].name not in _TABLE_PARTS

    def _start_tag(self, name: str, tag: HtmlTag) -> str:
        written = element(name, self._kept(name, tag.attributes))
        return TABLE_BOX + written if name == "table" else written

    def _kept(self, name: str, attributes: dict[str, str]) -> dict[str, str | None]:
        kept: dict[str, str | None] = {k: v for k, v in attributes.items() if k in _KEPT_ATTRIBUTES}
        classes = _KEPT_CLASSES.intersection(CLASSES.get(name, ()), attributes.get("class", "").split())
        kept["class"] = " ".join(sorted(classes)) or None
        kept["id"] = self.ids.claim_exactly(attributes.get("id") or attributes.get("name", ""))
        if name == "a":
            address = link_address(attributes.get("href", ""))
            kept |= link_attributes(address, attributes.get("title")) if address else {}
        return kept

    def _close_implied(self, name: str, level: int, pieces: list[str]) -> None:
        """Close the elements that a new element ends, and formatting in them, which browsers would reopen."""
        ended = _ENDS_BY_ITSELF.get(name, {"p"} if name in BLOCK_TAGS else set())
        first = kept = len(self._open)
        while first and self._open[first - 1].level == level:
            first -= 1
            if self._open[first].name in ended:
                kept = first
            elif self._open[first].name not in INLINE_TAGS:
                break
        while len(self._open) > kept:
            pieces.append(f"</{self._open.pop().name}>")

    def _close(self, name: str, level: int, pieces: list[str]) -> None:
        name = _RENAMED.get(name, name)
        if not any(entry.name == name and entry.level == level for entry in self._open):
            return
        while True:
            entry = self._open.pop()
            if (
                entry.name in _EMPTY_IS_NOTHING
                and entry.pieces is pieces
                and _is_blank(pieces, entry.index + 1)
            ):
                del pieces[entry.index :]
            else:
                pieces.append(_end_tag(entry.name))
            if entry.name == name and entry.level == level:
                return

    def _end_inline(self, pieces: list[str]) -> None:
        """Close formatting, links and paragraphs: browsers would repeat them in every following block."""
        self._end_link(pieces)
        while self._open and self._open[-1].name in INLINE_TAGS | {"p"}:
            pieces.append(f"</{self._open.pop().name}>")

    def _end_link(self, pieces: list[str]) -> None:
        """Close an open link, because links cannot contain links or tables."""
        while any(entry.name == "a" for entry in self._open):
            self._end(self._open.pop(), pieces)

    def _end(self, entry: _Open, pieces: list[str] | None = None) -> None:
        if entry.name in _WRAPPERS:
            entry.pieces[entry.index] = ""
        else:
            (entry.pieces if pieces is None else pieces).append(_end_tag(entry.name))


def _is_dropped(tag: HtmlTag) -> bool:
    if tag.name in DROPPED_WITH_CONTENT or tag.name in DROPPED_VOID or tag.name in MEDIA:
        return True
    names = f"{tag.attributes.get('class', '')} {tag.attributes.get('id', '')}"
    return tag.name in ("div", "progress", "span", "section") and bool(_PROGRESS_BAR.search(names))


def _media_link(tag: HtmlTag, inner: str) -> str:
    sources = [tag.attributes.get("src"), tag.attributes.get("data"), *_inner_sources(inner)]
    address = next((link_address(source) for source in sources if source), None)
    if not address or address.startswith("#"):
        return ""
    if address.startswith("//"):
        address = f"https:{address}"
    name = address if "//" in address else unquote(address).rpartition("/")[2] or address
    label = tag.attributes.get("title") or tag.attributes.get("aria-label") or name
    return element("a", link_attributes(address)) + f"{escape(label)}</a>"


def _inner_sources(inner: str) -> list[str]:
    tags = (
        read_tag(inner, found.start()) for found in re.finditer(r"<(?:source|embed)\b", inner, re.IGNORECASE)
    )
    return [tag.attributes["src"] for tag in tags if tag and tag.attributes.get("src")]


def _checkbox(attributes: dict[str, str]) -> str:
    return checkbox("checked" in attributes) if attributes.get("type", "").lower() == "checkbox" else ""


def checkbox(is_checked: bool) -> str:
    state = {"checked": ""} if is_checked else {}
    label = "Done" if is_checked else "To do"
    return element("input", {**SET_ATTRIBUTES["input"], **state, "aria-label": label})


def _end_tag(name: str) -> str:
    return "</table></div>" if name == "table" else f"</{name}>"


def _is_blank(pieces: list[str], start: int) -> bool:
    return not any(piece and not piece.isspace() for piece in pieces[start:])


def _text(source: str) -> str:
    return escape(clean_characters(unescape(source)), quote=False) if "&" in source else source
