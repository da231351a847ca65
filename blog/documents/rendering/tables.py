"""Name tables and their scrolling boxes for screen readers.

The name is the table's caption, the paragraph right before the table if it introduces the table, or the
heading above.
"""

import re
from collections import Counter

from blog.documents.parsing.html import markup_text
from blog.documents.rendering.html import element

LONGEST_NAME = 120  # characters
MAX_CAPTION = 2000  # characters up to the caption's end tag
UNNAMED = "Table"

TABLE_BOX = element("div", {"class": "table", "role": "region", "tabindex": "0"})
_TABLE_START = TABLE_BOX + "<table"
_CAPTION = re.compile(r"[^>]*>\s*<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
_EMPHASISED = re.compile(r"<(strong|em)>[^<]*</\1>")
_NUMBERED = re.compile(r"\w+ \d+[.:]")  # "Table 2: Spring tides"


def name_tables(html: str) -> str:
    """Return an article's HTML with a unique name for each table and its box."""
    before, *tables = html.split(_TABLE_START)
    pieces = [before]
    times = Counter[str]()
    heading = ""
    for table in tables:
        heading = _last_heading(before) or heading
        caption = _CAPTION.match(table, 0, MAX_CAPTION)
        name = (_words(caption[1]) if caption else _introduction(before)) or heading or UNNAMED
        times[name] += 1
        label = _numbered(name, times[name])
        pieces += [
            element("div", {"class": "table", "role": "region", "tabindex": "0", "aria-label": label}),
            "<table" if caption else element("table", {"aria-label": label})[:-1],
            table,
        ]
        before = table
    return "".join(pieces)


def _last_heading(html: str) -> str:
    end = html.rfind("</h")
    tag = html[end + 2 : end + 4]
    start = html.rfind(f"<{tag}", 0, end) if end >= 0 else -1
    return _words(html[html.find(">", start) + 1 : end]) if start >= 0 else ""


def _introduction(html: str) -> str:
    """Return the text of the last paragraph if it is a caption or ends with a colon, or ""."""
    html = html.rstrip()
    if not html.endswith("</p>"):
        return ""
    content = html[html.find(">", html.rfind("<p")) + 1 : -len("</p>")].strip()
    words = _words(content)
    if len(words) > LONGEST_NAME:
        words = words.rpartition(". ")[2]
    is_introduction = words.endswith(":") or _EMPHASISED.fullmatch(content) or _NUMBERED.match(words)
    return words.rstrip(":") if is_introduction and len(words) <= LONGEST_NAME else ""


def _words(markup: str) -> str:
    return " ".join(markup_text(markup).split())


def _numbered(name: str, number: int) -> str:
    if number == 1:
        return name
    return f"{name} {number}" if name == UNNAMED else f"{name} ({number})"
