"""What MDX adds to Markdown: components, lines that import or export, comments in braces."""

import re

from blog.documents.cleanup.scanning import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, replace_tag
from blog.documents.parsing.elements import is_element

COMPONENT, MODULE = "component", "import or export line"

_COMPONENT = re.compile(
    r"<(?P<closing>/)?(?P<name>[A-Z][A-Za-z0-9]*(?:\.[A-Z]\w*)*)"
    r"(?P<rest>(?:\s(?:[^<>\"'{}]++|\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\})*+)?)(?P<whole>/)?>"
)
_MODULE = re.compile(
    r"import\s+(?:(?:[\w*$][^;'\"\n{}]*|(?:\w+\s*,\s*)?\{[^{}]*\})\s*from\s+)?"
    r"[\"'][^\"'\n]+[\"'];?[ \t]*(?=\n|\Z)"
    r"|export\s+(?:const|default|let|function|async|\{)[^\n]*"
)


def read_component(scan: Scan, position: int) -> Leftover | None:
    found = _COMPONENT.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    name = found["name"]
    if name.isupper() or is_element(name):
        return None
    if not (found["whole"] or found["closing"] or found["rest"].strip() or name in scan.closed_components):
        return None
    shown = None if found["closing"] else replace_tag(name, found["rest"], in_html=scan.is_in_html(position))
    return Leftover(COMPONENT, position, found.end(), as_text(found[0]) if shown is None else shown)


def read_module(scan: Scan, position: int) -> Leftover | None:
    found = _MODULE.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    shown = "" if found[0].startswith("import") else as_text(found[0])
    return Leftover(MODULE, position, found.end(), shown)


def read_comment(scan: Scan, position: int) -> Leftover | None:
    end = scan.find("*/}", position)
    return Leftover(COMPONENT, position, end, "") if end and end - position < LONGEST_TAG else None
