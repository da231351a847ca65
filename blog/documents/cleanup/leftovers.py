"""What a site generator left in a text: shortcodes, Liquid, wikilinks, components, and math for a script.

Nothing of it can be run here. What has a plain meaning is written as Markdown before the text is parsed, all
else is shown as the words that it is: no mark in it is taken for Markdown or HTML. The text itself stays.
"""

import re
from collections.abc import Iterator

from blog.documents.cleanup import placeholders, wordpress
from blog.documents.cleanup.hugo import read_hugo
from blog.documents.cleanup.jekyll import read_kramdown, read_liquid, read_output
from blog.documents.cleanup.mdx import read_comment, read_component, read_module
from blog.documents.cleanup.scan import Leftover, Scan
from blog.documents.cleanup.tex import MATH, read_math
from blog.documents.cleanup.wikilinks import read_wikilink

# Without any of these there is no leftover. Each begins with one sign, for which a search is quick.
_HINTS = tuple(
    map(
        re.compile,
        (
            r"\{[{%:/.]",
            rf"\[(?:\[|/?(?:{wordpress.NAMES})\b|{placeholders.NAMES})",
            r"</?[A-Z]",
            r"\$",
            r"\\[(\[]",
        ),
    )
)
# Where a leftover may begin. Looked for first, as a set of signs is found much faster than a choice of marks.
_SIGN = re.compile(r"[{\\$`!\[<]")
_SIGN_OR_MODULE = re.compile(rf"{_SIGN.pattern}|^(?=(?:import|export)\s)", re.MULTILINE)
_START = re.compile(
    r"(?P<hugo>\{\{[<%])|(?P<output>\{\{)|(?P<liquid>\{%)|(?P<kramdown>\{:|(?<=\s)\{(?=\.))|(?P<comment>\{/\*)"
    r"|(?P<math>\\[(\[]|(?<![\\$\w])\$\$?(?!\$))|(?P<escape>\\.)|(?P<code>`+)|(?P<wikilink>!?\[\[)"
    rf"|(?P<wordpress>\[/?(?:{wordpress.NAMES})(?=[\s\]=]))|(?P<component>(?<!\w)</?[A-Z])"
    rf"|(?P<module>^(?:import|export)\s)|(?P<placeholder>\[{placeholders.NAMES})",
    re.MULTILINE,
)
_MODULES = re.compile(r"^(?:import|export)\s", re.MULTILINE)
_READERS = {
    "output": read_output,
    "kramdown": read_kramdown,
    "comment": read_comment,
    "math": read_math,
    "wikilink": read_wikilink,
    "wordpress": wordpress.read_wordpress,
    "component": read_component,
    "module": read_module,
    "placeholder": placeholders.read_placeholder,
}


def find_leftovers(text: str) -> list[Leftover]:
    """The leftovers of a text in order; in code only what keeps templates from being run there."""
    return [found for found in _leftovers(text) if found.kind != MATH]


def replace_leftovers(text: str) -> str:
    """The text as it is to be parsed. It must have passed clean_characters()."""
    pieces, position = [], 0
    for found in _leftovers(text):
        pieces += text[position : found.start], found.replacement
        position = found.end
    return "".join([*pieces, text[position:]]) if pieces else text


def _leftovers(text: str) -> list[Leftover]:
    return list(_walk(Scan(text))) if _may_hold(text) else []


def _may_hold(text: str) -> bool:
    return any(hint.search(text) for hint in _HINTS) or _has_modules(text)


def _has_modules(text: str) -> bool:
    may_have = text.startswith(("import", "export")) or "\nimport" in text or "\nexport" in text
    return may_have and bool(_MODULES.search(text))


def _walk(scan: Scan) -> Iterator[Leftover]:
    position = 0
    signs = _SIGN_OR_MODULE if _has_modules(scan.text) else _SIGN
    while sign := signs.search(scan.text, position):
        position = sign.start()
        start = _START.match(scan.text, position)
        if not start:
            position += 1
            continue
        found = _read(scan, start.lastgroup or "", start)
        if found:
            position = scan.done_until = found.end
            yield found
        else:
            is_whole = start.lastgroup in ("escape", "code") or start[0][0] == "\\"
            position = start.end() if is_whole else position + 1


def _read(scan: Scan, kind: str, start: re.Match) -> Leftover | None:
    position = start.start()
    in_code = scan.is_in_code(position)
    in_raw = scan.is_in_raw(position)
    if kind == "liquid":
        return read_liquid(scan, position, in_code=in_code, in_raw=in_raw)
    if kind == "hugo":
        return None if in_raw else read_hugo(scan, position, in_code=in_code)
    if in_code or (kind == "output" and in_raw):
        return None
    if kind == "code":
        scan.enter_code(start)
    return _READERS[kind](scan, position) if kind in _READERS else None
