"""Allowed HTML of articles: URLs, ids, and the sanitiser that runs last on all output."""

import re
import unicodedata
from html import escape
from urllib.parse import quote, unquote

import nh3
from pygments.token import STANDARD_TYPES

from blog.documents.parsing.html import BLOCK_TAGS, DROPPED_WITH_CONTENT, INLINE_TAGS
from blog.documents.references import SCHEME

ID_PREFIX = "s-"
LONGEST_ATTRIBUTE, LONGEST_ID = 10_000, 1_000
LONG_HTML = 50_000  # characters; longer HTML is split for the sanitiser
EXTERNAL_LINK_REL = "noopener nofollow ugc"

CLASSES = {
    "a": {"anchor", "back"},
    "aside": {"callout", "tip", "note", "warning", "caution", "important", "insight"},
    "code": {"short"},
    "div": {"code", "code-head", "pair", "table", "wide"},
    "figure": {"wide"},
    "img": {"unsized"},
    "li": {"task"},
    "p": {"label", "lead"},
    "section": {"footnotes", "takeaways"},
    "span": {"credit", "file", "label", "lang", "missing-picture"} | (set(STANDARD_TYPES.values()) - {""}),
    "sup": {"fn-ref"},
    "td": {"centre", "num"},
    "th": {"centre", "num"},
    "ul": {"tasks"},
}
_ATTRIBUTES = {
    "*": {"dir", "id", "lang"},
    "a": {"aria-label", "href", "title"},
    "abbr": {"title"},
    "aside": {"aria-labelledby"},
    "bdo": {"dir"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "div": {"aria-label"},
    "img": {"alt", "height", "src", "title", "width"},
    "input": {"aria-label", "checked"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "section": {"aria-label", "aria-labelledby"},
    "table": {"aria-label"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
# Written by this package, because the sanitiser would add them in an order that differs between processes.
SET_ATTRIBUTES = {
    "img": {"loading": "lazy", "decoding": "async"},
    "input": {"type": "checkbox", "disabled": ""},
}
_ATTRIBUTE_VALUES = {
    "a": {"rel": {EXTERNAL_LINK_REL}},
    "aside": {"role": {"note"}},
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "pre": {"tabindex": {"0"}},
    **{tag: {name: {value} for name, value in values.items()} for tag, values in SET_ATTRIBUTES.items()},
}
_CLEANER = nh3.Cleaner(
    tags=INLINE_TAGS | BLOCK_TAGS,
    # A second line of defence: raw_html has already removed these.
    clean_content_tags=DROPPED_WITH_CONTENT | {"iframe", "noscript", "object"},
    attributes=_ATTRIBUTES,
    allowed_classes=CLASSES,
    tag_attribute_values=_ATTRIBUTE_VALUES,
    set_tag_attribute_values=SET_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", SCHEME.removesuffix(":")},
    link_rel=None,
    id_prefix=ID_PREFIX,
)

# The sanitiser takes quadratic time for text with many "&" or characters such as "«" and no tag. Therefore
# long text is split by comments, which the sanitiser drops, and attributes have a maximum length.
_LONG_TEXT = re.compile(r"(\A|>)([^<>]{1000,})")
_PART_OF_TEXT = re.compile(r"(?:&[a-zA-Z0-9#]{1,10};|[\s\S]){1,1000}")

_IGNORED_IN_ADDRESS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Looser than the standard: a path with a colon before its first slash must be written with a leading "./".
_SCHEME = re.compile(r"([^/?#]*?):")
_WITH_HOST = re.compile(r"(?:https?:)?//[^\s/?#]", re.IGNORECASE)
_TEMPLATE_SYNTAX = re.compile(r"\{\{|\{%|\}\}|%\}")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_ASCII_WORD = re.compile(r"[a-zA-Z0-9]+")
_SAFE_IN_ADDRESS = "!#$%&'()*+,/:;=?@~"


def sanitise(html: str) -> str:
    return _CLEANER.clean(_LONG_TEXT.sub(_parted, html) if len(html) > LONG_HTML else html)


def _parted(found: re.Match[str]) -> str:
    return found[1] + "<!---->".join(_PART_OF_TEXT.findall(found[2]))


def _attribute(value: str | int) -> str:
    """Return the escaped value of an attribute, or "" if it is only whitespace."""
    text = str(value)[:LONGEST_ATTRIBUTE]
    return "" if text.isspace() else escape(text)


def element(tag: str, attributes: dict[str, str | int | None]) -> str:
    """Return a start tag. Attributes whose value is None are skipped."""
    written = (f' {name}="{_attribute(value)}"' for name, value in attributes.items() if value is not None)
    return f"<{tag}{''.join(written)}>"


def element_id(name: str) -> str:
    """Return the id for a heading, a raw `id` or a link to either; "" if the name has no letter or digit."""
    folded = unicodedata.normalize("NFC", unquote(name)).casefold()[:LONGEST_ID]
    words = _ASCII_WORD.findall(folded) if folded.isascii() else _words(folded)
    return ID_PREFIX + "-".join(words) if words else ""


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") else " " for c in text).split()


def link_address(address: str) -> str | None:
    """Return a URL cleaned for use in a link, or None if it is not allowed."""
    if len(address) > LONGEST_ATTRIBUTE:
        return None
    address = _IGNORED_IN_ADDRESS.sub("", address).strip()
    if not address or has_template_syntax(address):
        return None
    if address.startswith("#"):
        return "#" + element_id(address[1:])
    scheme = _SCHEME.match(address)
    allowed = not scheme or scheme[1].lower() == "mailto" or is_external(address)
    allowed = allowed or address.startswith(SCHEME)
    return quote(_STRAY_PERCENT.sub("%25", address), safe=_SAFE_IN_ADDRESS) if allowed else None


def is_external(address: str) -> bool:
    return bool(_WITH_HOST.match(address))


def is_image_address(address: str) -> bool:
    """Whether a URL can be an image's: a path or http(s), without leftover template syntax."""
    return (
        len(address) <= LONGEST_ATTRIBUTE
        and not has_template_syntax(address)
        and bool(is_external(address) or not _SCHEME.match(address))
    )


def has_template_syntax(text: str) -> bool:
    return bool(_TEMPLATE_SYNTAX.search(text))


def link_attributes(address: str, title: str | None = None) -> dict[str, str | None]:
    """Return the attributes of a link. The address must come from `link_address`."""
    return {
        "href": address,
        "title": title[:LONGEST_ATTRIBUTE] if title else None,
        "rel": EXTERNAL_LINK_REL if is_external(address) else None,
    }


class ElementIds:
    """Unique ids of the elements of one document."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def claim(self, name: str, fallback: str = "section") -> str:
        """Return the id for a name, with a number if it is already taken."""
        wanted = element_id(name) or ID_PREFIX + fallback
        found = wanted
        while found in self._taken:
            self._taken[wanted] += 1
            found = f"{wanted}-{self._taken[wanted]}"
        self._taken[found] = 1
        return found

    def claim_exactly(self, name: str) -> str | None:
        """Return the id for a name, or None if it is taken: links would not find a numbered id."""
        wanted = element_id(name)
        if not wanted or wanted in self._taken:
            return None
        self._taken[wanted] = 1
        return wanted
