"""Edits to a file's text that leave every other byte of it alone."""

import re
from collections.abc import Mapping
from itertools import takewhile

from blog.documents.frontmatter.bounds import split_text
from blog.documents.frontmatter.edits import edit_front_matter
from blog.documents.frontmatter.encoding import DocumentError, clean, decode, encode, raw_offsets
from blog.documents.frontmatter.notations import Dialect

_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_BLANK_LINE_LAST = re.compile(r"\n[ \t]*\n\Z")
_NEWLINE = re.compile(r"\r\n?|\n")


def patch(
    original: bytes, dialect: Dialect, fields: Mapping[str, object], changes: Mapping[str, object], body: str
) -> bytes:
    """Return a file's bytes with these changes. Raises DocumentError for a value without a notation."""
    raw, encoding, _ = decode(original)
    text = clean(raw)
    split = split_text(text)
    newline = _usual_newline(raw)
    offsets = range(len(text) + 1) if raw == text else raw_offsets(raw, split.body)
    front, old_body = raw[: offsets[split.body]], raw[offsets[split.body] :]
    if changes:
        edits = edit_front_matter(dialect, text[split.start : split.end], fields, changes)
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
            start, end = offsets[edit.start + split.start], offsets[edit.end + split.start]
            front = front[:start] + edit.text.replace("\n", newline) + front[end:]
    if not front and _has_front_matter(body):
        front = f"---{newline}---{newline}"  # or the text itself would be read as front matter
    new_body = _patch_lines(old_body, body, newline)
    if new_body and split.fence:
        front += newline * _line_ends_lacking(clean(front))
    return encode(front + new_body, encoding)


def _usual_newline(raw):
    newlines = _NEWLINE.findall(raw)
    return max(("\n", "\r\n", "\r"), key=newlines.count)


def _line_ends_lacking(front):
    """Count the line ends that must still part a front matter from the text below it."""
    is_ended = front.endswith("\n")
    is_parted = split_text(front).fence != ":" or _BLANK_LINE_LAST.search(front)
    return (not is_ended) + (not is_parted)


def _has_front_matter(body):
    try:
        return bool(split_text(body).fence)
    except DocumentError:
        return True


def _patch_lines(raw, body, newline):
    """Put a text in the place of another; the lines at both ends that stay keep their bytes."""
    raw_lines = _LINE.findall(raw)
    old, new = [clean(line) for line in raw_lines], re.findall(r"[^\n]*+\n|[^\n]++", body)
    head = _count_equal(old, new)
    tail = _count_equal(old[head:][::-1], new[head:][::-1])
    middle = "".join(new[head : len(new) - tail]).replace("\n", newline)
    return "".join(raw_lines[:head]) + middle + "".join(raw_lines[len(raw_lines) - tail :])


def _count_equal(first, second):
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
