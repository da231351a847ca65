"""Snippets of hits: the words around those that match a query, with the matches marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blog.search.queries import Query
from blog.search.words import find_words

WORDS_BEFORE, WORDS_SHOWN = 8, 34
MAX_SEARCHED = 60_000  # characters of a text


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; nothing in it is HTML."""

    text: str
    is_match: bool = False


def marked(text: str, query: Query) -> list[Piece]:
    """Return the whole text in pieces, of which those that match say so."""
    words = find_words(text)
    return list(_pieces(text, words, _find(words, query), 0, len(text)))


def extract(text: str, query: Query) -> list[Piece]:
    """Return the part of the text that holds most of what is asked for, in pieces; none if nothing does."""
    words = find_words(text[:MAX_SEARCHED])
    found = _find(words, query)
    if not found:
        return []
    first = max(0, _densest(found) - WORDS_BEFORE)
    last = min(first + WORDS_SHOWN, len(words)) - 1
    start = words[first][1] if first else 0
    end = words[last][2] if last < len(words) - 1 else len(text[:MAX_SEARCHED])
    before = [Piece("… ")] if first else []
    after = [Piece(" …")] if end < len(text.rstrip()) else []
    return [*before, *_pieces(text, words[first : last + 1], {n - first for n in found}, start, end), *after]


def _find(words, query) -> dict[int, int]:
    """Return the places of the words that are asked for, each with the number of the term that asks."""
    folded = [word for word, _start, _end in words]
    asked, prefixes = {}, {}
    found = {}
    for number, term in enumerate(query.terms):
        if term.is_phrase:
            found |= dict.fromkeys(_find_phrase(folded, term.words), number)
        else:
            asked |= dict.fromkeys(term.alternatives, number)
            if term.is_prefix:
                prefixes[term.words[0]] = number
    found |= {place: asked[word] for place, word in enumerate(folded) if word in asked}
    for prefix, number in prefixes.items():
        found |= {place: number for place, word in enumerate(folded) if word.startswith(prefix)}
    return found


def _find_phrase(folded, phrase) -> Iterator[int]:
    length = len(phrase)
    for place, word in enumerate(folded):
        if word == phrase[0] and tuple(folded[place : place + length]) == phrase:
            yield from range(place, place + length)


def _densest(found) -> int:
    """Return the first place from which on most terms stand close together."""
    places = sorted(found)

    def terms_from(place):
        return len({found[other] for other in places if place <= other < place + WORDS_SHOWN - WORDS_BEFORE})

    return max(places[:50], key=terms_from)


def _pieces(text, words, found, start, end) -> Iterator[Piece]:
    """Yield the text from start to end, in which neighbouring words that are asked for are one piece."""
    for place, (_word, first, last) in enumerate(words):
        if place not in found:
            continue
        if first > start:
            yield Piece(_in_one_line(text[start:first]))
        yield Piece(text[first:last], is_match=True)
        start = last
    if end > start:
        yield Piece(_in_one_line(text[start:end]))


def _in_one_line(text):
    return re.sub(r"\s+", " ", text)
