"""Split a Markdown text into blocks: paragraphs, headings, list items and table rows, with their offsets."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import zip_longest

_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENS_BLOCK = re.compile(r"#{1,6} |[-*+] |\d{1,9}[.)] |> ?|\||\[\^")
_DEFINITION = re.compile(r"\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S+(?:[ \t]+[\"'(].*)?")  # of a link: not shown
_NO_TEXT = object()  # marks a line of code or HTML, or a blank line
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-{2,}")


class Block(Enum):
    """The kind of block that contains a sentence."""

    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    ROW = auto()
    FOOTNOTE = auto()
    PARAGRAPH = auto()
    PICTURE = auto()


def read_blocks(body: str) -> Iterator[tuple[int, int, Block]]:
    """Yield (start, end, block) of each paragraph, heading, list item and table row."""
    start, kind, position = None, Block.PARAGRAPH, 0
    for line, opens, is_head in _lines(body):
        goes_on_quoting = opens == Block.QUOTE == kind
        if start is not None and opens is not None and not goes_on_quoting:
            yield start, position, kind
            start = None
        if opens is not _NO_TEXT and start is None:
            start, kind = position, opens or Block.PARAGRAPH
        if start is not None and kind in (Block.HEADING, Block.ROW):
            yield start, position + len(line), Block.HEADING if is_head else kind
            start = None
        position += len(line)
    if start is not None:
        yield start, position, kind


def _lines(body):
    """Yield (line, the block that it opens, _NO_TEXT or None, whether it is a table header)."""
    fence, may_define = "", True  # a definition cannot interrupt a paragraph
    is_in_tag = False  # the tag began on an earlier line
    lines = body.splitlines(keepends=True)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        bare = line.strip()
        mark = _FENCE.match(bare) if bare.startswith(("`", "~")) else None
        defines = may_define and bare.startswith("[") and _DEFINITION.fullmatch(bare)
        may_define = not bare or defines
        was_in_tag = is_in_tag and bool(bare)
        is_in_tag = (was_in_tag or bare.startswith("<")) and ">" not in bare
        if was_in_tag or defines or fence or mark or not bare or bare.startswith("<"):
            if mark and (not fence or bare.startswith(fence)):
                fence = "" if fence else mark[1]
            yield line, _NO_TEXT, False
        else:
            opens = _OPENS_BLOCK.match(bare)
            is_head = "--" in following and _DELIMITER_ROW.match(following) is not None
            yield line, _kind(opens[0]) if opens else None, is_head


def _kind(mark: str) -> Block:
    first = mark[:1]
    if first == "#":
        return Block.HEADING
    if first == "|":
        return Block.ROW
    if first == ">":
        return Block.QUOTE
    if first == "[":
        return Block.FOOTNOTE
    return Block.ITEM
