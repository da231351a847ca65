"""Words as the index holds them, the same on every database: in small letters, without accents.

Both databases get words that are split and folded here, so that neither one's own rules decide what is found.
"""

import re
import unicodedata
from collections.abc import Iterator

from blog.documents.scripts import PLAIN_LATIN, UNSPACED

LONGEST_WORD = 40

# U+200C and U+200D are left out: they join letters inside Persian and Indic words.
_SEPARATORS = (
    r"\s\x00-/:-@\[-`{-\u00bf\u2000-\u200b\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\ufe00-\ufe6f"
)
# Of scripts without spaces each character is a word, and what is asked for a phrase.
# C++ and C# are words of their own.
_WORD = re.compile(
    rf"[{UNSPACED}]|[^\W_{UNSPACED}][^{_SEPARATORS}{UNSPACED}]*(?:(?:\+\+|\#)(?![^{_SEPARATORS}]))?"
)
# Marks that readers leave out: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Those of
# other scripts are vowels, and stay.
_MARKS = (*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670)
_FOLDING = PLAIN_LATIN | dict.fromkeys(_MARKS)


class _Folded(dict):
    """A cache: word -> folded word, as texts repeat theirs. Emptied when it holds MOST."""

    MOST = 100_000

    def __missing__(self, word):
        if len(self) >= self.MOST:
            self.clear()
        self[word] = folded = _fold(word)
        return folded


def split_words(text: str, most: int | None = None) -> list[str]:
    """Return the words of a text, folded; at most so many."""
    return [word for word in map(_folded.__getitem__, _WORD.findall(text)[:most]) if word]


def find_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text, folded, each with where it begins and ends there."""
    for match in _WORD.finditer(text):
        if word := _folded[match[0]]:
            yield word, *match.span()


def _fold(word):
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word.casefold()).translate(_FOLDING)
        word = unicodedata.normalize("NFKC", "".join(filter(_is_kept, letters)))
    return word.lower()[:LONGEST_WORD]


def _is_kept(character):
    return character.isalnum() or character in "+#" or unicodedata.category(character)[0] == "M"


_folded = _Folded()
