"""Letters: a message as HTML and as plain text, with the site's name above and the reason for it below.

A letter has a part that is the same for all recipients, which is composed once for a mailing, and a foot with
the links of one recipient. It contains no images and no links that count clicks.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi

from blog.mail.messages import new_message
from blog.mail.models import Message
from blog.site.addresses import absolute
from blog.site.identity import site_identity

COLUMNS = 64  # of the plain text


@dataclass(frozen=True, slots=True)
class Letter:
    """The part of a letter that is the same for all recipients."""

    subject: str
    html: str
    text: str

    def message(self, to: str, reason: str, links: Sequence[tuple[str, str]] = (), **options) -> Message:
        """Return the unsaved message to an address. links: (label, URL), below the reason for the letter."""
        context = site_context() | {"letter": self, "reason": reason, "links": links}
        html = render_to_string("blog/letters/letter.html", context)
        foot = [wrapped(reason), *(f"{label}:\n{address}" for label, address in links)]
        text = "\n".join([self.text, "", "-- ", *foot, ""])
        headers = {"Auto-Submitted": "auto-generated"} | options.pop("headers", {})
        name = site_identity().name
        return new_message(to, self.subject, text, html, headers, sender_name=name, **options)


def short_letter(title, paragraphs, label="", url="", entries=()) -> Letter:
    """Return a letter with a button or a list. entries: objects with title, url and detail (may be "")."""
    context = {"title": title, "entries": entries, "paragraphs": paragraphs, "label": label, "link": url}
    html = render_to_string("blog/letters/short.html", site_context() | context)
    parts = [wrapped(title), *map(_entry_as_text, entries), *map(wrapped, paragraphs)]
    button = [f"{label}:\n{url}"] if url else []
    return Letter(title, html, "\n\n".join([site_identity().name, *parts, *button]))


def _entry_as_text(entry) -> str:
    return "\n".join([wrapped(entry.title), entry.url, *map(wrapped, entry.detail.splitlines())])


def site_context() -> dict:
    site = site_identity()
    return {
        "site_name": site.name,
        "site_address": absolute("/"),
        "accent": site.look.nearest_accent,
        "is_right_to_left": get_language_bidi(),
    }


def wrapped(text: str, *, indent: str = "", first: str | None = None) -> str:
    """Return a paragraph in lines of COLUMNS characters. Longer words, such as URLs, are not broken."""
    first = indent if first is None else first
    filler = textwrap.TextWrapper(COLUMNS, first, indent, break_long_words=False, break_on_hyphens=False)
    return filler.fill(" ".join(text.split()))
