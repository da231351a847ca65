"""Split texts into folded words (lower case, without accents), the same on every database.

Both databases index words that are split and folded here, so that their own rules do not affect results.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator

from blog.documents.characters import PLAIN_LATIN, UNSPACED
from blog.documents.text import as_ascii

LONGEST_WORD = 40
# {language: words in nearly every text, which a query does not need}. Words that are also names (IT, US, WHO)
# are not included.
_STOPWORDS = {
    "en": "a an and are as at be by for from in is of on that the this to was were with",
    "de": """am an auf aus bei das dem den der des die ein eine einem einen einer eines für im in ist mit nach
        sind und vom von wie zu zum zur""",
    "nl": "de een en het in is met op te van voor",
    "fr": "à au aux avec d dans de des du en est et l la le les par pour sur un une",
    "es": "al con de del el en es la las los para por un una y",
    "it": "al con da dal dei del della di e è gli i il in la le lo nel per un una",
    "pt": "a ao as com da das de do dos e é em na no o os para por um uma",
}

# U+200C and U+200D are not separators: they join letters inside Persian and Indic words.
_SEPARATORS = (
    r"\s\x00-/:-@\[-`{-\u00bf\u2000-\u200b\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\ufe00-\ufe6f"
)
# In scripts without spaces, each character is a word, and a query is a phrase. C++ and C# are words, too.
_WORD = re.compile(
    rf"[{UNSPACED}]|[^\W_{UNSPACED}][^{_SEPARATORS}{UNSPACED}]*(?:(?:\+\+|\#)(?![^{_SEPARATORS}]))?"
)
# Diacritics that readers omit: accents in Latin, Greek and Cyrillic, points in Hebrew and Arabic. Diacritics
# of other scripts are vowels, so they are not removed.
_MARKS = (*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670)
_FOLDING = PLAIN_LATIN | dict.fromkeys(_MARKS)
# Without any of these, words are runs of ASCII letters and digits, which are found much faster: a letter that
# is not ASCII, or a sign that belongs to the word before it.
_NEEDS_RULES = re.compile(
    r"[#+\x80-\U0010ffff]"
    rf"(?:(?<=[^\W\x00-\x7f])|(?<=[{UNSPACED}])|(?<=[a-zA-Z0-9](?:[#+]|[^{_SEPARATORS}])))"
)
_KEPT = "".join(sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128)))


class _Split(dict):
    """A cache of {text between two spaces: its folded words}."""

    # Entries, which are mostly the frequent words of the first texts; characters, as longer pieces are rare.
    MOST, LONGEST = 20_000, 24

    def __missing__(self, piece):
        words = tuple(filter(None, map(_fold, _WORD.findall(piece))))
        if len(piece) <= self.LONGEST and len(self) < self.MOST:
            self[piece] = words
        return words


def split_words(text: str, most: int | None = None) -> list[str]:
    """Return the folded words of a text, at most `most` of them."""
    if _NEEDS_RULES.search(text):
        return list(itertools.chain.from_iterable(map(_split.__getitem__, text.split())))[:most]
    return [word[:LONGEST_WORD] for word in as_ascii(text).translate(_KEPT).split()[:most]]


def is_stopword(word: str, language: str) -> bool:
    """Whether a folded word is a stopword of a language such as en or pt-BR; other languages have none."""
    return word in _FOLDED_STOPWORDS.get(language.partition("-")[0].lower(), ())


def find_words(text: str, first: int = 0) -> Iterator[tuple[str, int, int]]:
    """Yield (folded word, start, end) for the words of a text, from word number `first` on (0-based)."""
    start, number = _skip(text, first)
    for match in _WORD.finditer(text, start):
        if word := _fold(match[0]):
            if number >= first:
                yield word, *match.span()
            number += 1


def _skip(text, number) -> tuple[int, int]:
    """Return (offset, number of words before it) for an offset shortly before word `number`."""
    skipped = 0
    for place, piece in enumerate(text.split() if number else ()):
        if skipped + len(_split[piece]) > number:
            return len(text) - len(text.split(None, place)[place]), skipped
        skipped += len(_split[piece])
    return 0, 0


def _fold(word):
    return word.lower()[:LONGEST_WORD] if word.isascii() else _fold_letters(word)


@functools.lru_cache(5_000)
def _fold_letters(word):
    letters = unicodedata.normalize("NFKD", word.casefold()).translate(_FOLDING)
    return unicodedata.normalize("NFKC", "".join(filter(_is_kept, letters))).lower()[:LONGEST_WORD]


def _is_kept(character):
    return character.isalnum() or character in "+#" or unicodedata.category(character)[0] == "M"


_split = _Split()
_FOLDED_STOPWORDS = {language: frozenset(split_words(words)) for language, words in _STOPWORDS.items()}
