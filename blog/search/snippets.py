"""Snippets of hits: the text around the words that match a query, with the matches highlighted."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from blog.search.typed_query import Query
from blog.search.words import find_words, split_words

WORDS_BEFORE, WORDS_SHOWN = 8, 34
SECTIONS_SHOWN = 3
# Characters of a text to search: at most, and first. The first part is enough if it contains all terms.
MAX_SEARCHED, SEARCHED_FIRST = 60_000, 6000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a plain text, and whether it matches."""

    text: str
    is_match: bool = False


def marked(text: str, query: Query) -> list[Piece]:
    """Return the whole text in pieces, with is_match set for matches."""
    found = _find(split_words(text), query)
    return list(_pieces(text, find_words(text) if found else (), found, 0, len(text)))


def extract(text: str, query: Query) -> tuple[list[Piece], int]:
    """Return the part of a text with most of the terms, in pieces, and the offset of its first match.

    Without a match, there are no pieces, and the offset is -1.
    """
    text, found, first, number = _best_part(text, query)
    if not found:
        return [], -1
    last = min(first + WORDS_SHOWN, number) - 1
    words = list(itertools.islice(find_words(text, first), last + 1 - first))
    start = words[0][1] if first else 0
    end = words[-1][2] if last < number - 1 else len(text)
    # No-break spaces: an ellipsis must not stand alone in a line.
    before = [Piece("…\u00a0")] if first else []
    after = [Piece("\u00a0…")] if end < len(text.rstrip()) else []
    shown = {place - first for place in found if first <= place <= last}
    return [*before, *_pieces(text, words, shown, start, end), *after], words[min(shown)][1]


def matching_sections(contents: list, text: str, offset: int, query: Query) -> list[tuple[str, list[Piece]]]:
    """Return (id, heading in pieces) of the section at the offset, and of those with a matching heading.

    contents: [level, id, heading] in order; each heading is a line of the text.
    """
    here, end = None, 0
    for _level, key, heading in contents:
        start = text.find(f"{heading}\n", end)
        if not 0 <= start <= offset:
            break
        here, end = key, start + len(heading)
    marks = ((key, marked(heading, query)) for _level, key, heading in contents)
    found = [(key, pieces) for key, pieces in marks if key == here or any(piece.is_match for piece in pieces)]
    return found[:SECTIONS_SHOWN]


def holds_all(name: str, query: Query) -> bool:
    """Whether a name contains all terms of the query."""
    return len(set(_find(split_words(name), query).values())) == len(query.terms)


def _best_part(text, query) -> tuple[str, dict[int, int], int, int]:
    """Return (searched part of the text, its matches, first word to show, number of words searched)."""
    folded, searched = [], ""
    for end in (_end(text, SEARCHED_FIRST), MAX_SEARCHED):
        folded += split_words(text[len(searched) : end])
        searched, number = text[:end], len(folded)
        found = _find(folded, query)
        first = max(0, _densest(found) - WORDS_BEFORE) if found else 0
        if end >= len(text) or (first + WORDS_SHOWN < number and _holds_all(found, first, query)):
            break
    return searched, found, first, number


def _end(text, length):
    """Return where to cut a text to `length` characters: after a whole word, or 0 if there is no space."""
    return max(text.rfind(" ", 0, length), 0) if len(text) > length else length


def _holds_all(found, first, query):
    shown = range(first, first + WORDS_SHOWN)
    return len({term for place, term in found.items() if place in shown}) == len(query.terms)


def _find(folded, query) -> dict[int, int]:
    """Return {position of a matching word: number of the term that it matches}."""
    asked, found = {}, {}
    for number, term in enumerate(query.terms):
        if term.is_phrase:
            found |= {place: number for words in term.phrases for place in _find_phrase(folded, words)}
            continue
        asked |= dict.fromkeys(term.alternatives, number)
        if term.is_prefix:
            asked |= dict.fromkeys({word for word in set(folded) if word.startswith(term.words[0])}, number)
    if not asked:
        return found
    return found | {place: asked[word] for place, word in enumerate(folded) if word in asked}


def _find_phrase(folded, phrase) -> Iterator[int]:
    place, length = -1, len(phrase)
    for _ in range(folded.count(phrase[0])):
        place = folded.index(phrase[0], place + 1)
        if tuple(folded[place : place + length]) == phrase:
            yield from range(place, place + length)


def _densest(found) -> int:
    """Return the first position after which the most terms are close together."""
    places = sorted(found)
    terms, best, most = len(set(found.values())), places[0], 0
    for number, place in enumerate(places[:50]):
        end = place + WORDS_SHOWN - WORDS_BEFORE
        near = {found[other] for other in places[number : number + WORDS_SHOWN] if other < end}
        if len(near) > most:
            best, most = place, len(near)
        if most == terms:
            break
    return best


def _pieces(text, words, found, start, end) -> Iterator[Piece]:
    """Yield the text from start to end in pieces: adjacent matching words, and the text between matches."""
    matches = []
    for place, (_word, first, last) in enumerate(words):
        if place not in found:
            continue
        if matches and not text[matches[-1][1] : first].strip():
            first = matches.pop()[0]
        matches.append((first, last))
    for first, last in matches:
        if first > start:
            yield Piece(_in_one_line(text[start:first]))
        yield Piece(_in_one_line(text[first:last]), is_match=True)
        start = last
    if end > start:
        yield Piece(_in_one_line(text[start:end]))


def _in_one_line(text):
    return re.sub(r"\s+", " ", text)
