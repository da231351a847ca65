"""Tags whose quotation marks do not pair up, read as they were meant.

`<img alt="a "b" c">` ends its alternative text at the second mark, `<a href="x>` never ends its address, and
curly marks are no marks at all. Markdown shows such a tag as text. What is read here is written anew, whole,
and goes the way of all raw HTML.
"""

import re
from dataclasses import dataclass

LONGEST_TAG = 2000

_MARKS = {'"': '"“”„', "'": "'‘’"}  # noqa: RUF001 -- curly marks are what is looked for
CURLY_MARKS = "“”„‘’"  # noqa: RUF001 -- as above
_ANY_MARK = "".join(_MARKS.values())
_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9]*)\s([^<>]{{1,{LONGEST_TAG}}})>")
_QUOTED = re.compile(rf"=\s?[{_ANY_MARK}]")
_NEXT = rf"\s[a-zA-Z][\w:-]*=[{_ANY_MARK}]"


def _value(marks: str) -> str:
    """A value ends at a mark with an attribute or nothing behind it, before an attribute, or at the end."""
    return rf"[{marks}]((?:(?!{_NEXT}).)*?)(?:[{marks}](?={_NEXT}|\s[\w:-]+\s?=|\Z)|(?={_NEXT})|\Z)"


_ATTRIBUTE = re.compile(
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
    found = _TAG.match(source, start, end)
    if not found or not _QUOTED.search(found[2]):
        return None
    attributes = _ATTRIBUTE.findall(found[2].rstrip().removesuffix("/").rstrip())
    written = "".join(
        f' {name}="{(double or single or bare).strip().replace('"', "&quot;")}"'
        for name, double, single, bare in attributes
    )
    return MendedTag(found[1].lower(), f"<{found[1]}{written}>", found.end())
