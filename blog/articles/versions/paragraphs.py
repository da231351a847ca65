"""Split a Markdown text into paragraphs, the units of comparing and merging.

A list, a table, a fenced code block or an HTML block is one paragraph even if it contains blank lines,
because a part of it would mean something else. If in doubt, paragraphs are too long rather than too short.
The text is scanned line by line in linear time, without being rendered.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

MOST_PARAGRAPHS = 20_000  # per text; the rest of a longer one is one paragraph
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
MARKER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
# Lines that continue the paragraph before a blank line: indented ones, and definitions.
GOES_ON = re.compile(r"(?: {2,}|\t|:[ \t])")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)|(<!--)|(-->)")
COMMENT = "!--"
OPENING = re.compile(r" {0,3}<(?:[a-zA-Z]|!--)")
WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text without trailing whitespace, and the line ends and blank lines after it (gap)."""

    text: str
    gap: str


def split(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text. Concatenated, their texts and gaps are the text.

    Every gap but the last contains a blank line. Leading blank lines are a paragraph without text.
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    closed_at = _whole_ranges(lines)
    paragraphs, start, index = [], 0, 0
    while index < len(lines) and len(paragraphs) < MOST_PARAGRAPHS:
        if index in closed_at:
            index = closed_at[index]
        index += 1
        if index < len(lines) and _begins(lines, start, index):
            paragraphs.append(_paragraph(lines[start:index]))
            start = index
    if lines:
        paragraphs.append(_paragraph(lines[start:]))
    return paragraphs


def join(paragraphs: list[Paragraph]) -> str:
    """Return the text of paragraphs, separated by blank lines. They may be from different texts."""
    *others, last = paragraphs or [Paragraph("", "")]
    parts = [part.text + (_parting(part.gap) if part.text else part.gap) for part in others]
    return "".join(parts) + last.text + last.gap


def _parting(gap):
    return gap if gap.count("\n") > 1 else "\n\n"


def _begins(lines, start, index):
    """Whether a paragraph begins with this line: it follows a blank line and does not continue a block."""
    line = lines[index]
    if not line.strip() or lines[index - 1].strip():
        return False
    return not lines[start].strip() or not (
        GOES_ON.match(line) or (MARKER.match(line) and MARKER.match(lines[start]))
    )


def _paragraph(lines):
    whole = "".join(lines)
    text = whole.rstrip()
    return Paragraph(text, whole[len(text) :])


def _whole_ranges(lines):
    """Return {first line: last line} of fenced code, HTML elements and comments, which are never split."""
    ranges = _fences(lines)
    inside = {number for first, last in ranges.items() for number in range(first, last + 1)}
    return _html(lines, inside) | ranges


def _fences(lines):
    ranges, first, closing = {}, None, None
    for number, line in enumerate(lines):
        if first is None:
            if match := FENCE.match(line):
                first, mark = number, match[1]
                closing = re.compile(rf"\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        elif closing.match(line):
            ranges[first] = number
            first = None
    if first is not None:
        ranges[first] = len(lines) - 1
    return ranges


def _html(lines, inside):
    """Return {first line: last line} of closed HTML elements and comments."""
    ranges, opened, in_comment = {}, defaultdict(list), False
    for number, name, is_end, is_first in _tags(lines, inside):
        if in_comment and not (name == COMMENT and is_end):
            continue
        in_comment = name == COMMENT and not is_end
        if not is_end:
            opened[name].append((number, is_first))
        elif opened[name]:
            first, begins_line = opened[name].pop()
            if begins_line:
                ranges[first] = max(number, ranges.get(first, 0))
    return ranges


def _tags(lines, inside):
    """Yield each tag as (line number, name, whether it is an end tag, whether it begins its line)."""
    for number, line in enumerate(lines):
        if number in inside or not TAG.search(line):
            continue
        begins = OPENING.match(line) is not None
        for match in TAG.finditer(line):
            end, name, opens, ends = match.groups()
            if opens or ends:
                name, end = COMMENT, ends
            if name.lower() not in WITHOUT_END:
                yield number, name.lower(), bool(end), begins
            begins = False
