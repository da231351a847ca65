"""Where passages of a body are in the file that it was read from."""

from bisect import bisect_right
from collections.abc import Iterable

from blog.documents.frontmatter.document import parse_file
from blog.documents.frontmatter.encoding import clean, decode, raw_offsets

Place = tuple[int, int, int]  # line, start, end


def places_in_file(data: bytes, path: str, passages: Iterable[tuple[int, int]]) -> list[Place | None]:
    """Return the line of a file, and the characters in it, for passages (start, end) of its body.

    Lines are counted from 1, characters from 0 and without a byte order mark. None for all passages of an
    HTML file, whose body is composed.
    """
    passages, document = list(passages), parse_file(data, path)
    if document.html:
        return [None] * len(passages)
    raw = decode(data)[0]
    text = clean(raw)
    before = len(text) - len(document.body)
    offsets = range(len(raw) + 1) if text == raw else raw_offsets(raw, len(text))
    line_ends = [place for place, character in enumerate(text) if character == "\n"]
    return [
        (bisect_right(line_ends, before + start - 1) + 1, offsets[before + start], offsets[before + end])
        for start, end in passages
    ]
