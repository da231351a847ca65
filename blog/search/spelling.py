"""Suggest another spelling: one letter added, missing, changed or swapped.

There are hundreds of candidates. They are looked up in a table of all indexed words (blog_search_words) on
SQLite, and in the index on PostgreSQL.
"""

from dataclasses import dataclass
from string import ascii_lowercase

from blog.search.queries import Query
from blog.search.words import split_words

SHORTEST, LONGEST = 3, 20
# A suggestion is sure only for longer words, and if it is that many times as frequent as all others.
SHORTEST_SURE, TIMES_AS_FREQUENT = 4, 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another spelling, and whether it is almost certainly the intended one."""

    text: str
    is_sure: bool = False


def near_words(word: str) -> set[str]:
    """Return all strings at an edit distance of 1, or with two letters swapped, whether words or not."""
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = {*ascii_lowercase, *word}
    near = {start + end[1:] for start, end in halves if end}
    near |= {start + end[1] + end[0] + end[2:] for start, end in halves if len(end) > 1}
    near |= {start + letter + end[1:] for start, end in halves if end for letter in letters}
    near |= {start + letter + end for start, end in halves for letter in letters}
    return near - {word}


def choose_spelling(word: str, found: dict[str, int]) -> Suggestion | None:
    """Return the most frequent of the similar words in `found`, {word: number of articles}, or None."""
    if not found:
        return None
    (best, most), (_other, next_most) = (*sorted(found.items(), key=_by_frequency), ("", 0))[:2]
    return Suggestion(best, len(word) >= SHORTEST_SURE and most >= TIMES_AS_FREQUENT * next_most)


def _by_frequency(row):
    word, number = row
    return -number, word


def near_names(query: Query, names: dict[int, str]) -> dict[int, int]:
    """Return {key: number of the query's words in the name}, without zeros.

    Words with a similar spelling and words that begin with a word of the query count, too.
    """
    asked = [(word, {word, *term.forms, *near_words(word)}) for term in query.terms for word in term.words]

    def closeness(name):
        words = split_words(name)
        return sum(
            any(word in near or (len(begun) >= SHORTEST and word.startswith(begun)) for word in words)
            for begun, near in asked
        )

    found = {key: closeness(name) for key, name in names.items()}
    return {key: close for key, close in found.items() if close}
