"""Find the beginning and end of the front matter in a text."""

import json
import re
from dataclasses import dataclass

from blog.documents.frontmatter.encoding import DocumentError

MAX_FRONT_MATTER_BYTES = 64 * 1024

_BLANK_LINES = r"(?:[ \t]*+\n)*+"
_BLANK_START = re.compile(_BLANK_LINES)
_OPENING = re.compile(rf"{_BLANK_LINES}(---|\+\+\+)[ \t]*+(?:\n|\Z)")
_OPENING_BRACE = re.compile(r'\s*+(?=\{\s*+(?:"(?:[^"\\\n]|\\.)*+"\s*+:|\}))')
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*+$\n?", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*+$\n?", re.MULTILINE),
}
_KEY = {
    "---": re.compile(rf"{_BLANK_LINES}[ \t]*+(?:\w[\w .-]*+|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+:(?:\s|\Z)"),
    "+++": re.compile(rf"{_BLANK_LINES}[ \t]*+(?:\[|[\w.\"'-]+[ \t]*+=)"),
}
# Pelican's "Key: value" lines above a blank line. A value may continue in indented lines.
HEADER_LINE = re.compile(
    r"(?P<key>[A-Za-z][\w-]{0,39}):(?P<value>(?:[ \t][^\n]*+)?(?:\n(?: {4}|\t)[ \t]*+[^\s][^\n]*+)*+)"
    r"(?:\n|\Z)"
)
# Lines of YAML: keys, items, indented lines and comments, from a key on.
_YAML_LINES = re.compile(
    r"(?=\w)(?:(?:[A-Za-z][\w-]{0,39}:(?:[ \t][^\n]*+)?|-[ \t][^\n]*+|[ \t]+[^\n]*+|#[^\n]*+|)\n)++"
)
_TITLE_LINE = re.compile(r"^title:[ \t]+\S", re.IGNORECASE | re.MULTILINE)
_REST_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Split:
    """Offsets: text[start:end] is the front matter, text[body:] the body. All are 0 without front matter."""

    fence: str  # "---", "+++", "{", ":" or ""
    start: int
    end: int
    body: int


NO_FRONT_MATTER = Split("", 0, 0, 0)


def split_text(text: str) -> Split:
    """Find the front matter in a cleaned text. Raises DocumentError if it is unterminated or too long."""
    if opening := _OPENING.match(text):
        return _split_fenced(text, opening)
    if opening := _OPENING_BRACE.match(text):
        return _split_json(text, opening.end())
    return _split_unopened(text) or _split_header(text)


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _split_fenced(text, opening):
    fence, start = opening[1], opening.end()
    closing = _CLOSING[fence].search(text, start)
    if closing is None:
        if not _KEY[fence].match(text, start):
            return NO_FRONT_MATTER  # a thematic break
        line = line_at(text, opening.start(1))
        raise DocumentError(
            f"the front matter that begins in line {line} is never closed: end it with a line {fence}.", line
        )
    if len(text[start : closing.start()].encode()) > MAX_FRONT_MATTER_BYTES:
        raise DocumentError("the front matter is longer than 64 KB.", line_at(text, opening.start(1)))
    return Split(fence, start, closing.start(), closing.end())


def _split_json(text, start):
    block = text[start : start + MAX_FRONT_MATTER_BYTES]
    line = line_at(text, start)
    try:
        _, length = json.JSONDecoder(strict=False, parse_int=str).raw_decode(block)
    except json.JSONDecodeError as error:
        limit = " in its first 64 KB" if len(text) - start > MAX_FRONT_MATTER_BYTES else ""
        raise DocumentError(
            f"the front matter is not valid JSON{limit}: {error.msg}.", line + error.lineno - 1
        ) from None
    except RecursionError:
        raise DocumentError("the front matter is nested too deeply.", line) from None
    if len(block[:length].encode()) > MAX_FRONT_MATTER_BYTES:
        raise DocumentError("the front matter is longer than 64 KB.", line)
    rest = _REST_OF_LINE.match(text, start + length)
    return Split("{", start, start + length, rest.end()) if rest else NO_FRONT_MATTER


def _split_unopened(text):
    """Accept lines of YAML with a title at the top as front matter if a line --- ends them, as Hexo does."""
    start = _BLANK_START.match(text).end()
    lines = _YAML_LINES.match(text, start, start + MAX_FRONT_MATTER_BYTES)
    closing = lines and _CLOSING["---"].match(text, lines.end())
    if not closing or not _TITLE_LINE.search(text, start, lines.end()):
        return None
    return Split("---", start, lines.end(), closing.end())


def _split_header(text):
    """Accept the lines at the top as front matter if all of them look like it and one is a title."""
    start = end = _BLANK_START.match(text).end()
    number = 0
    while line := HEADER_LINE.match(text, end):
        end = line.end()
        number += 1
    blank = _REST_OF_LINE.match(text, end)
    if number < 2 or not blank or not _TITLE_LINE.search(text, start, end):
        return NO_FRONT_MATTER
    if len(text[start:end].encode()) > MAX_FRONT_MATTER_BYTES:
        raise DocumentError("the front matter is longer than 64 KB.", line_at(text, start))
    return Split(":", start, blank.end(), blank.end())
