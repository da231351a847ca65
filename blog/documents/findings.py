"""Opinions on a text, for its editor: what reads badly although nothing is wrong with the file."""

import re

from blog.documents.lookalikes import has_invisible_characters, has_misleading_link, mixes_scripts
from blog.documents.text import clean_excerpt, clean_share_quote, fold_name, same_text
from blog.documents.translating import mark as _

META_DESCRIPTION_LENGTH = 160  # about what search engines show
READING_TIME_TOLERANCE = 0.25

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")  # noqa: RUF001 -- full-width marks end sentences too
_HASHTAGS_REVERSED = re.compile(r"(?:\w++#\s*+)+")  # from the end: from the start each would be tried


def find_flaws(
    *,
    title: str,
    text: str,
    html: str = "",
    excerpt: str = "",
    meta_description: str = "",
    share_quote: str = "",
    hero_alt: str | None = None,  # None: no hero image
    hero_is_decorative: bool = False,
    primary_category: str = "",
    categories: tuple[str, ...] = (),
    reading_time: int = 1,
    reading_time_in_file: int | None = None,
) -> list[str]:
    """Return a sentence for each thing that an editor should look at."""
    names = (title, primary_category, *categories)
    found = {
        _("There is no hero image."): hero_alt is None,
        _("The hero image has no description. Say what it shows, or that it is decorative."): (
            hero_alt is not None and not (hero_alt.strip() or hero_is_decorative)
        ),
        _("The hero image's alternative text repeats the title. Say what the picture shows."): (
            bool(hero_alt) and same_text(hero_alt, title)
        ),
        _("The search description is cut off in the middle of a sentence."): _is_cut(meta_description),
        _("The search description is longer than 160 characters."): (
            len(meta_description.strip()) > META_DESCRIPTION_LENGTH
        ),
        _("The excerpt begins with a label. Readers do not see it; an export keeps it."): (
            clean_excerpt(excerpt) != " ".join(excerpt.split())
        ),
        _("The share quote does not occur in the text."): not _occurs(share_quote, text),
        _("The primary category is not among the categories."): (
            bool(primary_category)
            and fold_name(primary_category) not in {fold_name(category) for category in categories}
        ),
        _("The title or a category holds characters that are not seen, or that turn others around."): (
            any(map(has_invisible_characters, names))
        ),
        _("A word of the title or of a category has letters of two alphabets that look alike."): (
            any(map(mixes_scripts, names))
        ),
        _("A link shows another address than the one to which it leads."): has_misleading_link(html),
        _("The reading time in the file is off by more than a quarter."): (
            _is_off(reading_time_in_file, reading_time)
        ),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _is_cut(text):
    return bool(text.strip()) and (
        text.rstrip().endswith(("...", "…")) or not _ENDS_SENTENCE.search(text.rstrip())
    )


def _occurs(quote, text):
    quote = clean_share_quote(quote)
    hashtags = _HASHTAGS_REVERSED.match(quote[::-1])
    words = _words(quote[: -hashtags.end()] if hashtags else quote)
    return words in _words(text)


def _words(text):
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_off(given, computed):
    return given is not None and abs(given - computed) > READING_TIME_TOLERANCE * computed
