"""Translate the renderer's own phrases in an article, such as labels of footnotes, tables and alerts.

Stored HTML contains these phrases in English, because an article is rendered only once. They are translated
on display: into the article's language if it has a catalogue, else into the site's language.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

LINK_TO_SECTION = gettext_noop("Link to section %(name)s")
RENDERER_WORDS = {
    LINK_TO_SECTION,
    gettext_noop("Table"),
    gettext_noop("Table %(number)s"),
    gettext_noop("Footnotes"),
    gettext_noop("Footnote %(number)s"),
    gettext_noop("Back to the text"),
    gettext_noop("Back to the text (%(number)s)"),
    gettext_noop("Done"),
    gettext_noop("To do"),
    gettext_noop("Note"),
    gettext_noop("Tip"),
    gettext_noop("Important"),
    gettext_noop("Warning"),
    gettext_noop("Caution"),
}


def interface_language() -> str:
    """Return the language of UI strings: the active one if it has a catalogue, else English."""
    active = get_language() or settings.LANGUAGE_CODE
    return active if active.partition("-")[0] in languages() else "en"


def ui_language_within_text(language: str) -> str:
    """Return the language of UI strings within an article: its own if it has a catalogue, else the site's."""
    primary = language.partition("-")[0].lower()
    return primary if primary in languages() else interface_language()


def translated(text: str) -> str:
    """Return a phrase of the renderer in the active language, escaped. Other strings are unchanged."""
    before_name = LINK_TO_SECTION.partition("%")[0]
    if text.startswith(before_name):
        return escape(_(LINK_TO_SECTION)) % {"name": text.removeprefix(before_name)}
    number = re.search("[0-9]+", text)
    words = text.replace(number[0], "%(number)s") if number else text
    if words not in RENDERER_WORDS:
        return text
    return escape(_(words) % {"number": number[0]} if number else _(words))


@cache
def languages() -> frozenset[str]:
    """Return the codes of the languages that have a catalogue."""
    folders = (folder for path in settings.LOCALE_PATHS for folder in Path(path).iterdir())
    return frozenset({"en", *(folder.name for folder in folders)})
