"""Translate the renderer's own phrases in an article, such as labels of footnotes, tables and alerts.

Stored HTML contains these phrases in English, because an article is rendered only once. They are translated
on display: into the article's language if it has a catalogue, else into the site's language.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from blog.documents.typography import join_compounds_of_headings, typeset_html

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
# The sanitiser escapes every "<" in a text, so these match only the renderer's own tags and attributes.
PLACES = (
    re.compile(r'(<[a-z]+(?: [a-z-]+(?:="[^"]*")?)*? aria-label=")([^"]*)(?=")'),
    re.compile(r'(<p class="label" id="[^"]*">)([^<]*)(?=</p>)'),
)


def localise_html(html: str, language: str) -> str:
    """Return rendered HTML for display, with phrases and quotation marks in the article's language."""
    printed = join_compounds_of_headings(typeset_html(html, language or settings.LANGUAGE_CODE))
    return localised(printed, language)


def localised(html: str, language: str) -> str:
    """Return rendered HTML with the renderer's phrases in the article's language, or in the site's."""
    spoken = ui_language_within_text(language)
    if spoken.partition("-")[0] == "en":
        return html
    with override(spoken):
        for place in PLACES:
            html = place.sub(lambda found: found[1] + translated(found[2]), html)
    return html


def ui_language_within_text(language: str) -> str:
    """Return the language of UI strings within an article: its own if it has a catalogue, else the site's."""
    primary = language.partition("-")[0].lower()
    return primary if primary in languages() else get_language() or settings.LANGUAGE_CODE


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
