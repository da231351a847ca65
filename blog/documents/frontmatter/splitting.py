"""Where the front matter of a text begins and ends."""

import json
import re
from dataclasses import dataclass

from blog.documents.frontmatter.decoding import DocumentError

MAX_FRONT_MATTER_BYTES = 64 * 1024

_BLANK_LINES = r"(?:[ \t]*+\n)*+"
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
_REST_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Split:
    """The front matter is text[start:end], the body text[body:]; without front matter all three are 0."""

    fence: str  # "---", "+++", "{" or ""
    start: int
    end: int
    body: int


NO_FRONT_MATTER = Split("", 0, 0, 0)


def split_text(text: str) -> Split:
    """Find the front matter in a cleaned text. Raises DocumentError if it has no end or no bounds."""
    if opening := _OPENING.match(text):
        return _split_fenced(text, opening)
    if opening := _OPENING_BRACE.match(text):
        return _split_json(text, opening.end())
    return NO_FRONT_MATTER


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
