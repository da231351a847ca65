"""Keep the lines of items that a text writes as lines of one paragraph.

Machine-written texts list items in lines that begin with a sign ("✅ Fast") or a bold label
("**Step 1:** …"), without the marks of a list.
Markdown joins them into one paragraph, in which the items run together.
"""

import re
from itertools import pairwise

from markdown_it.token import Token

# Bullets, arrows, geometric shapes, pictographs, and digits as keycaps.
_SIGN = re.compile(
    r"\s*(?:[\u2022\u2023\u25e6\u30fb\u203b\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    r"|\d\ufe0f?\u20e3)"
)
_ENDS_OF_LABEL = (":", "\uff1a", "?", "!", ".")


def break_before_items(tokens: list[Token]) -> None:
    """Break lines before the items of paragraphs that have two or more."""
    for before, token in pairwise(tokens):
        if before.type != "paragraph_open" or "\n" not in token.content:
            continue
        children = token.children
        starts = [i for i, child in enumerate(children) if child.type in ("softbreak", "hardbreak")]
        items = [i for i in (-1, *starts) if _is_item(children, i + 1)]
        if len(items) > 1:
            for i in items:
                if i >= 0:
                    children[i].type, children[i].tag = "hardbreak", "br"


def _is_item(children: list[Token], start: int) -> bool:
    """Tell whether a sign or a bold label begins here."""
    while start < len(children) and children[start].type == "text" and not children[start].content.strip():
        start += 1
    first = children[start] if start < len(children) else None
    if first is None:
        return False
    if first.type == "text":
        return bool(_SIGN.match(first.content))
    return first.type == "strong_open" and _is_label(children, start)


def _is_label(children: list[Token], start: int) -> bool:
    end = next(i for i in range(start, len(children)) if children[i].type == "strong_close")
    label = children[end - 1].content.rstrip()
    after = children[end + 1].content.lstrip() if end + 1 < len(children) else ""
    return label.endswith(_ENDS_OF_LABEL) or after.startswith(_ENDS_OF_LABEL[:2])
