"""Read MDX syntax: components, import and export lines, and comments in braces."""

import re

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, read_arguments, replace_component
from blog.documents.parsing.html import is_element

COMPONENT, MODULE = "component", "import or export line"

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\})*+\}"
_COMPONENT = re.compile(
    r"<(?P<closing>/)?(?P<name>[A-Z][A-Za-z0-9]*(?:\.[A-Z]\w*)*)"
    rf"(?P<rest>(?:\s(?:[^<>\"'{{}}]++|\"[^\"]*+\"|'[^']*+'|{_BRACES})*+)?)/?>"
)
_MODULE = re.compile(
    r"import\s+(?:(?:[\w*$][^;'\"\n{}]*|(?:\w+\s*,\s*)?\{[^{}]*\})\s*from\s+)?"
    r"[\"'][^\"'\n]+[\"'];?[ \t]*(?=\n|\Z)"
    r"|export\s+(?:(?:const|let|var)\s+[\w$]+\s*[=:]|(?:default\s+)?(?:async\s+)?function\b\s*[\w$]*\s*\("
    r"|(?:default\s+)?class\s+[\w$]+\s*(?:extends\s[^\n{]*)?\{|default\s*[({]|default\s+[\w$]+[ \t]*(?:;|$)"
    r"|\{|\*\s*from\s)",
    re.MULTILINE,
)
_BRACKET_OR_LINE_END = re.compile(r"[(\[{}\])\n]")
_TABS = frozenset({"Tab", "TabItem", "TabPanel"})


def read_component(scan: Scan, position: int) -> Leftover | None:
    found = _COMPONENT.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    name = found["name"]
    if name.isupper() or is_element(name):
        return None
    is_plain = not (found[0].endswith("/>") or found["closing"] or name in scan.closed_components)
    if is_plain and not found["rest"].strip():
        return None
    if found["closing"]:
        return Leftover(COMPONENT, position, found.end(), scan.without_meaning(position, found[0]))
    if name in _TABS and (title := read_arguments(found["rest"]).get("label", "title", "value")):
        return Leftover(COMPONENT, position, found.end(), _tab_title(scan, position, title))
    shown = replace_component(name, found["rest"], in_html=scan.is_in_html(position))
    if shown is None:
        # "<Your Name>" may be prose, and is shown as text.
        is_words = is_plain and "=" not in found["rest"] and "{" not in found["rest"]
        is_silent = name in scan.closed_components or scan.is_ornament(position, found[0])
        replace = scan.without_meaning if is_silent else scan.lost
        shown = as_text(found[0]) if is_words else replace(position, found[0])
    return Leftover(COMPONENT, position, found.end(), shown)


def read_fragment(scan: Scan, position: int) -> Leftover | None:
    """Read `<>` or `</>` on its own line, which groups components."""
    if scan.line_before(position).strip(" \t>"):
        return None
    end = scan.text.index(">", position) + 1
    return Leftover(COMPONENT, position, end, scan.nothing(position, scan.text[position:end]))


def read_module(scan: Scan, position: int) -> Leftover | None:
    found = _MODULE.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    is_import = found[0].startswith("import")
    return Leftover(MODULE, position, found.end() if is_import else _end_of_export(scan.text, position), "")


def read_comment(scan: Scan, position: int) -> Leftover | None:
    end = scan.find("*/}", position)
    return Leftover(COMPONENT, position, end, "") if end and end - position < LONGEST_TAG else None


def _tab_title(scan: Scan, position: int, title: str) -> str:
    """Return the title of a tab on its own line: tabs are shown one after the other."""
    before = scan.line_before(position)
    indent = before if not before.strip(" \t>") else ""
    return f"\n{indent}\n{indent}**{as_text(title)}**\n{indent}\n{indent}"


def _end_of_export(text: str, position: int) -> int:
    """Return the end of a statement: of the line that closes its brackets, or of its first line."""
    depth = first_line = 0
    for found in _BRACKET_OR_LINE_END.finditer(text, position, position + LONGEST_TAG):
        if found[0] != "\n":
            depth += 1 if found[0] in "([{" else -1
        elif depth <= 0:
            return found.start()
        else:
            first_line = first_line or found.start()
    return first_line or min(len(text), position + LONGEST_TAG)
