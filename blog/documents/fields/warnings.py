"""Warn of problems in a file: odd keys, generator leftovers, broken tags, dropped HTML."""

import re
from collections import Counter
from html import unescape

from blog.documents.characters import clean_characters
from blog.documents.cleanup.callouts import replace_directives
from blog.documents.cleanup.html import find_broken_tags, find_dropped_html
from blog.documents.cleanup.leftovers import find_leftovers, replace_leftovers
from blog.documents.cleanup.scan import LOST
from blog.documents.fields.keys import is_blank
from blog.documents.frontmatter.document import Document
from blog.documents.notices import Notice, NoticeKind
from blog.documents.parsing.markdown import MAX_TOKENS, split_at_limit

NAMES_SHOWN = 8
TAGS_SHOWN, LONGEST_SHOWN = 3, 60

_ODD_KEY = re.compile(r"(?!.*\w)|[\W\d]|.*[^\w .:/@-]|.*\s$")
_LOOKS = {"link", "style", "style attribute"}  # dropped HTML that has no words
_TEMPLATE_MARKS = (("{{", "}}"), ("{%", "%}"))


def find_warnings(document: Document) -> list[Notice]:
    """Return one notice for each kind of problem found."""
    fields = document.fields
    named = (
        (
            NoticeKind.EMPTY_KEYS,
            "keys without a value",
            [key for key, value in fields.items() if _is_null(value)],
        ),
        (NoticeKind.ODD_KEYS, "odd keys", [key for key in fields if _ODD_KEY.match(key)]),
        (
            NoticeKind.TEMPLATE_IN_FRONT_MATTER,
            "template syntax in the front matter",
            [key for key, value in fields.items() if _holds_template(value)],
        ),
    )
    notices = [
        Notice(kind, f"{what}: {_listed(keys)}.", detail=_listed(keys)) for kind, what, keys in named if keys
    ]
    parts = (_of_length, _of_leftovers, _of_broken_tags, _of_dropped_html)
    return [*notices, *filter(None, (part(document) for part in parts))]


def _of_length(document):
    shown, rest = split_at_limit(document.body)
    if not rest:
        return None
    line = document.body_line + shown.count("\n")
    sentence = f"too much markup (more than {MAX_TOKENS:,} tokens): shown as plain text from line {line}."
    return Notice(NoticeKind.TOO_MANY_MARKS, sentence, line)


def _of_leftovers(document):
    """Return a warning on template tags whose output is missing, or a remark if all could be converted."""
    body = replace_directives(document.body)  # line numbers stay, and indented content is not taken for code
    leftovers = find_leftovers(body)
    if not leftovers:
        return None
    if lost := [found for found in leftovers if LOST in found.replacement]:
        shown = [
            f"{_shortened(body[found.start : found.end])} (line {_line(document, body, found)})"
            for found in lost[:NAMES_SHOWN]
        ]
        more = f" and {len(lost) - NAMES_SHOWN} more" if len(lost) > NAMES_SHOWN else ""
        sentence = f"the output of template tags is missing: {', '.join(shown)}{more}."
        return Notice(NoticeKind.LEFTOVERS, sentence, _line(document, body, lost[0]))
    kinds = Counter(found.kind for found in leftovers)
    named = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items())
    return Notice(NoticeKind.CONVERTED, f"template leftovers: {named}.", detail=", ".join(kinds))


def _shortened(source):
    return " ".join(source[: 2 * LONGEST_SHOWN].split())[:LONGEST_SHOWN]


def _line(document, body, leftover):
    return document.body_line + body.count("\n", 0, leftover.start)


def _of_broken_tags(document):
    # Template tags contain quotes, too, so only broken tags outside them count.
    broken = find_broken_tags(document.body) and find_broken_tags(
        replace_leftovers(clean_characters(document.body))
    )
    if not broken:
        return None
    shown = ", ".join(unescape(tag)[:LONGEST_SHOWN] for tag in broken[:TAGS_SHOWN])
    more = f" and {len(broken) - TAGS_SHOWN} more" if len(broken) > TAGS_SHOWN else ""
    sentence = f"quotation marks do not pair up in {shown}{more}: read as they were meant."
    return Notice(NoticeKind.BROKEN_TAGS, sentence)


def _of_dropped_html(document):
    # The text is checked unchanged first: most texts have no such HTML.
    dropped = find_dropped_html(document.body) and find_dropped_html(
        replace_leftovers(clean_characters(document.body))
    )
    if not dropped:
        return None
    shown = ", ".join(f"{name} ({count})" for name, count in dropped.most_common(NAMES_SHOWN))
    more = f" and {len(dropped) - NAMES_SHOWN} more kinds" if len(dropped) > NAMES_SHOWN else ""
    kind = NoticeKind.STYLES if dropped.keys() <= _LOOKS else NoticeKind.DROPPED_HTML
    return Notice(kind, f"HTML left out: {shown}{more}.")


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
