"""Labels that leaked out of a prompt into the text: `**Social Snippet:** words` is shown as the words.

The hashtags at their end were meant for other sites, too.
"""

import itertools
import re

from markdown_it.token import Token

_LABEL = re.compile(r"\s*social(?:[ _-]?media)?[ _-](?:snippet|share|post)\b\s*(:?)\s*", re.IGNORECASE)
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d]\w*)+\s*$")


def drop_leaked_labels(tokens: list[Token]) -> None:
    """Take the label off each paragraph that begins with one, plain or bold."""
    for before, token in itertools.pairwise(tokens):
        if before.type == "paragraph_open" and "social" in token.content.casefold():
            children = [child for child in token.children or () if child.type != "text" or child.content]
            token.children = _without_label(children)


def _without_label(children: list[Token]) -> list[Token]:
    is_bold = len(children) > 2 and children[0].type == "strong_open"
    label = _LABEL.match(children[is_bold].content) if children else None
    if not label or children[is_bold].type != "text":
        return children
    rest = children[is_bold].content[label.end() :]
    after = children[3] if is_bold and not rest and len(children) > 3 else None
    if not label[1]:  # the colon stands behind the bold words, or there is none
        if not after or not after.content.startswith(":"):
            return children
        after.content = after.content[1:]
    children[is_bold].content = rest
    children = children[3:] if is_bold and not rest else children
    while children and (children[0].type.endswith("break") or _is_blank(children[0])):
        children = children[1:]
    if children and children[0].type == "text":
        children[0].content = children[0].content.lstrip()
    if children and children[-1].type == "text":
        children[-1].content = _HASHTAGS.sub("", children[-1].content)
    return children


def _is_blank(child: Token) -> bool:
    return child.type == "text" and not child.content.strip()
