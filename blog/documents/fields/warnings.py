"""Warnings about a whole file: odd keys, what generators left behind, broken tags, HTML that is dropped."""

import re
from html import unescape

from blog.documents.characters import clean_characters
from blog.documents.cleanup.broken_tags import find_broken_tags
from blog.documents.cleanup.dropped_html import find_dropped_html
from blog.documents.cleanup.leftovers import find_leftovers, replace_leftovers
from blog.documents.fields.keys import is_blank
from blog.documents.frontmatter import Document
from blog.documents.parsing.markdown import MOST_MARKS, split_at_limit

NAMES_SHOWN = 8
TAGS_SHOWN, LONGEST_SHOWN = 3, 60

_ODD_KEY = re.compile(r"(?!.*\w)|[\W\d]|.*[^\w .:/@-]|.*\s$")
_TEMPLATE_MARKS = (("{{", "}}"), ("{%", "%}"))


def find_warnings(document: Document) -> list[str]:
    """Return a sentence for each kind of thing that somebody should know of."""
    fields = document.fields
    named = {
        "keys without a value: ": [key for key, value in fields.items() if _is_null(value)],
        "odd keys: ": [key for key in fields if _ODD_KEY.match(key)],
        "template syntax in the front matter: ": [
            key for key, value in fields.items() if _holds_template(value)
        ],
    }
    sentences = [f"{what}{_listed(keys)}." for what, keys in named.items() if keys]
    parts = (_of_length, _of_leftovers, _of_broken_tags, _of_dropped_html)
    return sentences + [sentence for part in parts for sentence in part(document)]


def _of_length(document):
    shown, rest = split_at_limit(document.body)
    line = document.body_line + shown.count("\n")
    return [f"more than {MOST_MARKS:,} marks: from line {line} on shown as it is written."] if rest else []


def _of_leftovers(document):
    counts, lines = {}, {}
    for found in find_leftovers(document.body):
        counts[found.kind] = counts.get(found.kind, 0) + 1
        if found.kind not in lines:
            lines[found.kind] = document.body_line + document.body.count("\n", 0, found.start)
    parts = [
        f"{count} {kind}{'s' * (count > 1)} (the first in line {lines[kind]})"
        for kind, count in counts.items()
    ]
    return [f"template leftovers: {', '.join(parts)}."] if parts else []


def _of_broken_tags(document):
    # Template tags bring marks of their own, so what counts is what is left without them.
    broken = find_broken_tags(document.body) and find_broken_tags(
        replace_leftovers(clean_characters(document.body))
    )
    if not broken:
        return []
    shown = ", ".join(unescape(tag)[:LONGEST_SHOWN] for tag in broken[:TAGS_SHOWN])
    more = f" and {len(broken) - TAGS_SHOWN} more" if len(broken) > TAGS_SHOWN else ""
    return [f"quotation marks do not pair up in {shown}{more}: read as they were meant."]


def _of_dropped_html(document):
    # Asked first of the text as it stands: most hold nothing of the kind.
    dropped = find_dropped_html(document.body) and find_dropped_html(
        replace_leftovers(clean_characters(document.body))
    )
    if not dropped:
        return []
    shown = ", ".join(f"{name} ({count})" for name, count in dropped.most_common(NAMES_SHOWN))
    more = f" and {len(dropped) - NAMES_SHOWN} more kinds" if len(dropped) > NAMES_SHOWN else ""
    return [f"HTML left out: {shown}{more}."]


def _is_null(value):
    return value is None or (isinstance(value, list) and bool(value) and is_blank(value) and None in value)


def _holds_template(value):
    if isinstance(value, str):
        return any(
            0 <= value.find(opening) <= value.rfind(closing) - 2 for opening, closing in _TEMPLATE_MARKS
        )
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and any(map(_holds_template, value))


def _listed(keys):
    shown = ", ".join(f"{key[:40]!r}" if _ODD_KEY.match(key) else key[:40] for key in keys[:NAMES_SHOWN])
    return f"{shown} and {len(keys) - NAMES_SHOWN} more" if len(keys) > NAMES_SHOWN else shown
