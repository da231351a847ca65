"""Words that the renderer adds to a text: what a link, a table or a note is called, and the kinds of alerts.

They are stored in English, since a text is rendered once; here they get the language of the text, if that is
spoken here, or else that of the site.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

RENDERER_WORDS = {
    gettext_noop("Link to this section"),
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
# The sanitiser writes every "<" of a text as an entity, so this finds our attributes and paragraphs alone.
PLACES = (
    re.compile(r'(<[a-z]+(?: [a-z-]+(?:="[^"]*")?)*? aria-label=")([^"]*)(?=")'),
    re.compile(r'(<p class="label" id="[^"]*">)([^<]*)(?=</p>)'),
)


def localised(html: str, language: str) -> str:
    """Return a rendered text, whose language this is, with these words in that language or the site's."""
    primary = language.partition("-")[0].lower()
    spoken = primary if primary in languages() else get_language() or settings.LANGUAGE_CODE
    if spoken.partition("-")[0] == "en":
        return html
    with override(spoken):
        for place in PLACES:
            html = place.sub(lambda found: found[1] + translated(found[2]), html)
    return html


def translated(text: str) -> str:
    """Return one of the renderer's own texts in the language of the moment, and any other as it is."""
    number = re.search("[0-9]+", text)
    words = text.replace(number[0], "%(number)s") if number else text
    if words not in RENDERER_WORDS:
        return text
    return escape(_(words) % {"number": number[0]} if number else _(words))


@cache
def languages() -> frozenset[str]:
    """Return the languages that there is a catalogue of."""
    folders = (folder for path in settings.LOCALE_PATHS for folder in Path(path).iterdir())
    return frozenset({"en", *(folder.name for folder in folders)})
