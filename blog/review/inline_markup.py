"""Keep emphasis, links and tags of a text whole when a part of a line is removed."""

import re

_UNREAD = re.compile(
    r"`[^`\n]*`|(?<=\])\([^)\n]{0,2000}\)|^[\s>]*[*+-][ \t]|\\[\[\]*_<]|https?://\S+", re.MULTILINE
)
_DELIMITER = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)")
_TAG = re.compile(r"<(/?)(?!(?:br|hr|img|input|source|wbr)\b)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>", re.IGNORECASE)
_BRACKET = re.compile(r"[\[\]]")
_BEGINNING = re.compile(r"\s*")


def with_whole_emphasis(body: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without an unpaired emphasis delimiter at its beginning or end.

    “**One. Two.**” without its first or last sentence keeps both pairs of asterisks.
    """
    for delimiter in _open_delimiters(body[start:end]):
        text = body[start:end]
        lead = _BEGINNING.match(text).end()
        if text.startswith(delimiter, lead):
            start += lead + len(delimiter)
        elif text.rstrip().endswith(delimiter):
            end = start + len(text.rstrip()) - len(delimiter)
            start = len(body[:start].rstrip(" \t"))  # a delimiter after a space would not close
    return start, end


def is_whole(text: str) -> bool:
    """Whether all links, tags and emphasis of a text are complete."""
    unread = _UNREAD.sub(" ", text)
    depth = 0
    for bracket in _BRACKET.findall(unread):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            return False
    return depth == 0 and has_whole_tags(text) and not _open_delimiters(text)


def has_whole_tags(text: str) -> bool:
    """Whether each HTML element that begins or ends in a text is whole."""
    opened = []
    for closes, name in _TAG.findall(_UNREAD.sub(" ", text)) if "<" in text else ():
        if not closes:
            opened.append(name.lower())
        elif not opened or opened.pop() != name.lower():
            return False
    return not opened


def _open_delimiters(text) -> list[str]:
    """Return the emphasis delimiters that occur an odd number of times."""
    numbers = dict.fromkeys(("**", "__", "*", "_"), 0)
    for found in _DELIMITER.findall(_UNREAD.sub(" ", text)):
        for delimiter in (found,) if len(found) < 3 else (found[:2], found[0]):
            numbers[delimiter] += 1
    return [delimiter for delimiter, number in numbers.items() if number % 2]
