"""Names in lists: their order and letter, initials in place of a picture, and names of languages."""

import unicodedata
from collections import defaultdict

from django.utils.translation import get_language_info

from blog.articles.authors import Author

NO_LETTER = "0-9"
LEADING_ARTICLES = ("the ", "a ", "an ", "der ", "die ", "das ", "le ", "la ", "les ", "el ", "los ")
# {first word of a letter's Unicode name: letter under which all names of the script are listed}
SCRIPTS = {
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA"), "\u3042"),
    "HANGUL": "\uac00",
    "ARABIC": "\u0627",
    "HEBREW": "\u05d0",
    "CYRILLIC": "\u0410",
    "GREEK": "\u0391",
    "DEVANAGARI": "\u0905",
    "THAI": "\u0e01",
}
COLOURS = 5


def by_letter(authors: list[Author]) -> list[tuple[str, list[Author]]]:
    """Return (letter, authors), sorted. Each script in SCRIPTS has a single letter for all its names."""
    letters = defaultdict(list)
    for author in authors:
        letters[letter_of(author.name)].append(author)
    groups = sorted(letters.items(), key=lambda group: (group[0] != NO_LETTER, group[0]))
    return [
        (letter, sorted(group, key=lambda row: (sort_key(row.name), row.name))) for letter, group in groups
    ]


def letter_of(name: str) -> str:
    script = unicodedata.name(_without_article(name)[:1] or "0", "").partition(" ")[0]
    initial = SCRIPTS.get(script) or sort_key(name)[:1].upper()[:1]
    return initial if initial.isalpha() else NO_LETTER


def sort_key(name: str) -> str:
    return name_key(_without_article(name))


def _without_article(name):
    lowered = name.lower()
    article = next((word for word in LEADING_ARTICLES if lowered.startswith(word)), "")
    return name[len(article) :].strip() or name


def initials(name: str) -> str:
    """Return the initials of the first and the last word, but only one in the scripts of SCRIPTS."""
    words = [word for word in _without_article(name).split() if word[0].isalnum()]
    if not words:
        return name[:1]
    is_latin = unicodedata.name(words[0][0], "").partition(" ")[0] not in SCRIPTS
    chosen = [words[0], words[-1]] if len(words) > 1 and is_latin else words[:1]
    return "".join(word[0] for word in chosen)


def colour(name: str) -> int:
    """Return the number of the colour behind the initials, from 1 to COLOURS."""
    return sum(map(ord, name)) % COLOURS + 1


def in_name_order(rows) -> list:
    return sorted(rows, key=lambda row: (name_key(row.name), row.name))


def name_key(name) -> str:
    """Return the sort key of a name: É sorts as E, ß as ss."""
    if name.isascii():
        return name.lower()
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
    ).casefold()


def language_name(code: str) -> str:
    """Return the name of a language in that language, or the code if Django does not know it."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code
