"""A Markdown text without its listings, of the same length, so that places in it are places in the text."""

import re

_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,2000}\1(?!`)")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")


def without_code(body: str) -> str:
    """Return a Markdown text in which each letter of a listing is a space."""
    if "`" not in body and "~~~" not in body:
        return body
    return _CODE.sub(_blank, "".join(_without_fences(body)))


def has_open_fence(body: str) -> bool:
    """Whether the text ends within a listing."""
    fence = ""
    for line in body.splitlines():
        fence = _fence_after(line, fence)
    return bool(fence)


def _without_fences(body):
    fence = ""
    for line in body.splitlines(keepends=True):
        before, fence = fence, _fence_after(line, fence)
        yield _blanked(line) if before or fence else line


def _fence_after(line, fence):
    """Return the fence that is open after a line."""
    mark = _FENCE.match(line)
    if not mark:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1].startswith(fence) and not line[mark.end() :].strip()
    return "" if closes else fence


def _blank(found):
    return " " * len(found[0])


def _blanked(line):
    text = line.rstrip("\r\n")
    return " " * len(text) + line[len(text) :]
