"""Call-outs and tabs as generators write them, as Markdown has them: quotations with an alert, and titles.

`:::note` … `:::`, `!!! note "Title"` and `=== "Tab"` with what is indented below them, `{{< notice tip >}}`,
`<Note>`, `<TabItem>`. Each line stays a line, so the lines that a report names are those of the file.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from blog.documents.cleanup.callouts import (
    Directive,
    end_of_directive,
    may_hold_directives,
    read_directive,
)

DEEPEST = 4  # of call-outs and tabs in one another; deeper ones are shown as they are written
MOST_OPEN = 50  # that wait for their end
INDENT = 4  # columns, of a tab and of what MkDocs has below a mark

_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_ITEM = re.compile(r"[ ]*(?:[*+-]|\d{1,9}[.)])[ ]+")
_BLANK_START = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class _Span:
    """A directive with the number of its last line."""

    directive: Directive
    last: int


@dataclass(frozen=True, slots=True)
class _Block:
    """What is open: up to which line, the columns that its lines lose, and what they get in their place."""

    last: int
    indent: int
    prefix: str
    has_end: bool = False


def replace_directives(text: str) -> str:
    """The text with its call-outs and tabs as Markdown, line for line. It has plain line ends."""
    if not may_hold_directives(text):
        return text
    lines = text.split("\n")
    return "\n".join(_replaced(lines, _spans(lines)))


def _replaced(lines: list[str], spans: dict[int, _Span]) -> Iterator[str]:
    blocks = [_Block(len(lines), 0, "")]
    item_indent = 0  # of the list item that a line may belong to
    for number, line in enumerate(lines):
        while number > blocks[-1].last:
            blocks.pop()
        block = blocks[-1]
        if number == block.last and block.has_end:
            yield blocks[-2].prefix.rstrip()
            continue
        rest = _without_indent(line, block.indent)
        margin = _indent(rest)
        span = spans.get(number)
        if not span or len(blocks) > DEEPEST or margin >= item_indent + INDENT:
            item = _ITEM.match(rest)
            item_indent = item.end() if item else item_indent if margin or not rest.strip() else 0
            yield f"{block.prefix}{rest}" if rest.strip() else block.prefix.rstrip()
            continue
        prefix = block.prefix + " " * margin
        yield f"{prefix}{span.directive.shown}" if span.directive.shown else prefix.rstrip()
        if span.last > number:
            blocks.append(_opened(lines, number, span, block, margin))
            item_indent = 0


def _opened(lines, number, span, outer, margin) -> _Block:
    indent = outer.indent + margin
    if not span.directive.end:
        indent += INDENT
    elif span.directive.may_be_indented:
        indent = max(indent, _indent_below(lines, number))
    prefix = outer.prefix + " " * margin + ("> " if span.directive.is_quoted else "")
    return _Block(span.last, indent, prefix, bool(span.directive.end))


def _indent_below(lines: list[str], opening: int) -> int:
    below = (lines[number] for number in range(opening + 1, len(lines)) if lines[number].strip())
    return _indent(next(below))  # there is one: the line that ends the directive


def _spans(lines: list[str]) -> dict[int, _Span]:
    """The directives outside of listings that have an end, by the number of the line that opens them."""
    spans: dict[int, _Span] = {}
    waiting: deque[tuple[int, Directive]] = deque(maxlen=MOST_OPEN)
    fence = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if fence or (opening := _FENCE.match(bare)):
            fence = ("" if _ends_fence(bare, fence) else fence) if fence else opening[1] or opening[2]
        elif end := end_of_directive(bare):
            if found := _take_waiting(waiting, end):
                spans[found[0]] = _Span(found[1], number)
        elif directive := read_directive(bare):
            if directive.end:
                waiting.append((number, directive))
            else:
                last = number if directive.is_whole else _last_indented(lines, number)
                if directive.is_whole or last > number:
                    spans[number] = _Span(directive, last)
    return spans


def _ends_fence(bare: str, fence: str) -> bool:
    return bare.startswith(fence) and not bare.strip(fence[0])


def _take_waiting(waiting: deque[tuple[int, Directive]], end: str) -> tuple[int, Directive] | None:
    """The innermost directive that has this end; those within it that have none are given up."""
    while waiting:
        found = waiting.pop()
        if found[1].end == end:
            return found
    return None


def _last_indented(lines: list[str], opening: int) -> int:
    """The number of the last line below that is indented as what belongs to a mark of MkDocs."""
    indent = _indent(lines[opening]) + INDENT
    last = opening
    for number in range(opening + 1, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) < indent:
                break
            last = number
    return last


def _indent(line: str) -> int:
    return len(_BLANK_START.match(line)[0].expandtabs(INDENT))  # type: ignore[index] -- it may be empty


def _without_indent(line: str, columns: int) -> str:
    """A line without so many columns of its indentation, or without all of it."""
    if not columns:
        return line
    blank = _BLANK_START.match(line)[0]  # type: ignore[index] -- as above
    return blank.expandtabs(INDENT)[columns:] + line[len(blank) :]
