"""Read MDX syntax: components, images, import and export lines, and comments in braces."""

import re
from html import escape

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, read_arguments, replace_component
from blog.documents.parsing.html import is_element

COMPONENT, MODULE = "component", "import or export line"

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\})*+\}"
_REST = rf"(?P<rest>(?:\s(?:[^<>\"'{{}}]++|\"[^\"]*+\"|'[^']*+'|{_BRACES})*+)?)/?>"
_COMPONENT = re.compile(rf"<(?P<closing>/)?(?P<name>[A-Z][A-Za-z0-9]*(?:\.[A-Z]\w*)*){_REST}")
_IMAGE = re.compile(rf"<img{_REST}")
_ATTRIBUTE = re.compile(rf"(?<=\s)(?P<name>[a-zA-Z][\w-]*)=(?P<value>\"[^\"]*+\"|'[^']*+'|{_BRACES})")
# The file of an image: a string, require('./x.png').default, useBaseUrl('/x.png'), or an imported name.
_IN_QUOTES = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|`[^`$\n]*+`)"
_FILE = (
    rf"\s*(?:(?:require|useBaseUrl|withBaseUrl)\(\s*)?(?P<quoted>{_IN_QUOTES})\s*+\)?(?:\.default|\.src)?\s*+"
)
_EXPRESSION = re.compile(rf"{_FILE}|\s*(?P<name>[a-zA-Z_$][\w$]*)(?:\.src)?\s*")
_THEMED = re.compile(rf"\{{\s*(?:\w+\s*:{_FILE},?\s*)", re.DOTALL)
_WRITTEN_CODE = re.compile(r"\scode=\{\s*`([^`$\\]++)`\s*\}")  # of Astro's <Code />, without insertions
_NUMBER = re.compile(r"\d{1,5}")
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
    if name.isupper() or (is_element(name) and "={" not in found["rest"]):
        return None
    is_plain = not (found[0].endswith("/>") or found["closing"] or name in scan.closed_components)
    if is_plain and not found["rest"].strip():
        return None
    if found["closing"]:
        return Leftover(COMPONENT, position, found.end(), scan.without_meaning(position, found[0]))
    if name in _TABS and (title := read_arguments(found["rest"]).get("label", "title", "value")):
        return Leftover(COMPONENT, position, found.end(), _tab_title(scan, position, title))
    if written := _WRITTEN_CODE.search(found["rest"]):
        language = read_arguments(found["rest"]).get("lang", "language")
        return Leftover(COMPONENT, position, found.end(), scan.listing(position, language, written[1]))
    rest = _with_files(scan, found["rest"])
    shown = replace_component(name, rest, in_html=scan.is_in_html(position))
    if shown is None:
        # "<Your Name>" may be prose, and is shown as text.
        is_words = is_plain and "=" not in found["rest"] and "{" not in found["rest"]
        is_silent = name in scan.closed_components or scan.is_ornament(position, found[0])
        if not is_silent and not is_words:
            return scan.unknown(position, found[0], name, rest.rstrip("/"))
        shown = as_text(found[0]) if is_words else scan.without_meaning(position, found[0])
    return Leftover(COMPONENT, position, found.end(), shown)


def read_image(scan: Scan, position: int) -> Leftover | None:
    """Read an `<img>` with values in braces, which HTML does not have."""
    found = _IMAGE.match(scan.text, position, position + LONGEST_TAG)
    if not found or "={" not in found["rest"] or "%}" in found["rest"]:
        return None
    written = {each["name"]: each["value"] for each in _ATTRIBUTE.finditer(found["rest"])}
    if written.get("src", "{{").startswith("{{"):  # output of a template
        return None
    values = read_arguments(_with_files(scan, found["rest"])).named
    if not values.get("src"):
        return Leftover(COMPONENT, position, found.end(), scan.lost(position, found[0]))
    kept = [(name, values.get(name, "")) for name in ("src", "alt", "title", "width", "height")]
    kept = [(name, value) for name, value in kept if name not in ("width", "height") or value.isdigit()]
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept if value)
    return Leftover(COMPONENT, position, found.end(), f"<img{attributes}>")


def _with_files(scan, rest):
    """Return the attributes with each expression replaced by the path of the image file that it names."""
    return _ATTRIBUTE.sub(lambda found: _with_file(scan, found), rest) if "={" in rest else rest


def _with_file(scan, found):
    name, value = found["name"], found["value"]
    if value[0] != "{":
        return found[0]
    if name == "sources" and (themed := _THEMED.match(value[1:-1].strip())):
        name, file = "src", themed["quoted"][1:-1]
    elif expression := _EXPRESSION.fullmatch(value[1:-1]):
        quoted = expression["quoted"]
        file = quoted[1:-1] if quoted else scan.imported_files.get(expression["name"], "")
    else:
        file = value[1:-1] if _NUMBER.fullmatch(value[1:-1]) else ""
    return f'{name}="{file}"' if file and '"' not in file else ""


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
    """Return the end of the line that closes a statement's brackets, or of its first line."""
    depth = first_line = 0
    for found in _BRACKET_OR_LINE_END.finditer(text, position, position + LONGEST_TAG):
        if found[0] != "\n":
            depth += 1 if found[0] in "([{" else -1
        elif depth <= 0:
            return found.start()
        else:
            first_line = first_line or found.start()
    return first_line or min(len(text), position + LONGEST_TAG)
