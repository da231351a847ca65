r"""Math in TeX's notation, meant for a script: `$x^2$`, `$$…$$`, `\(…\)`, `\[…\]`. It is shown as written."""

import re

from blog.documents.cleanup.scan import Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text

MATH = "math"
LONGEST_MATH = 2000  # characters

_MATH_START = re.compile(r"\$\$?|\\[(\[]")
_TEX = re.compile(r"\\[A-Za-z]|[_^=<>+]|^\w$")


def read_math(scan: Scan, position: int) -> Leftover | None:
    opening = _MATH_START.match(scan.text, position)[0]
    closing = {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)
    first = position + len(opening)
    end = scan.find(closing, first)
    if not end or scan.crosses(first, end, LONGEST_MATH):
        return None
    inner = scan.text[first : end - len(closing)]
    if opening == "$" and (inner[:1].isspace() or inner[-1:].isspace() or scan.text[end : end + 1].isdigit()):
        return None
    if not _TEX.search(inner) or "`" in inner:
        return None
    return Leftover(MATH, position, end, as_text(scan.text[position:end]))
