"""Find sentences, clauses and names in the plain text of a passage."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from blog.extensions.sources.names_in import find_names
from blog.extensions.sources.words import folded, plain, without_accents

Span = tuple[int, int]

SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:No|Nr|St|Dr|Mr|Ms|vs|ca))(?<!\b(?:Abs|Art|Mrs|etc))"
    r"[.!?]['\")\]]*\s+(?=[^a-zà-ÿ\s])|\n|(?<=[。！？])"
)
CLAUSE = re.compile(
    r"[;:]\s|,\s(?=(?:while|whereas|but|and|compared|against|während|aber|tandis|mientras|pero|et|und|y)\b)"
    r"|\s(?:while|whereas|but|compared|versus|vs\.?|against|während|tandis que|mientras)\s|\s-\s"
)
# At the start of a sentence that goes on about what the one before is about
_POINTS_BACK = re.compile(
    r"(?:this|that|these|those|it|they|he|she|das|dies\w*|es|sie|er|cela|ce|ces|cette|il|elle|ils|elles"
    r"|esto|eso|estos|estas|ello|これ|その)(?!\w)",
    re.IGNORECASE,
)
_GOES_ON = (
    r"(?:when|where|wh(?:o|ich|ose)|led|run|according|says?|said|als|wo|wobei|laut|so|qui|dont|selon"
    r"|cuando|donde|quien|según)\b"
)
SMALL_CLAUSE = re.compile(rf"{CLAUSE.pattern}|,\s|\s(?:and|or|und|oder|et|ou|y|o)\s|[()]")
# With what a relative clause adds to it
WHOLE_CLAUSE = re.compile(rf"{CLAUSE.pattern}|,\s(?!{_GOES_ON})|\s(?:and|or|und|oder|et|ou|y|o)\s|[()]")


# Also around a nickname in quotation marks
_BETWEEN_NAMES = r"(?:[\W_]{1,3}|\s\"\s?[^\W_]{1,20}\s?\"\s)"


def bounds(pattern: re.Pattern[str], text: str, place: Span, within: Span | None = None) -> Span:
    """Return the start and end of the sentence or clause around a place."""
    start, end = within or (0, len(text))
    edges = _edges(pattern, text)
    before = bisect_right(edges, place[0], key=itemgetter(1))
    start = max(start, edges[before - 1][1]) if before else start
    after = bisect_left(edges, place[1], key=itemgetter(0))
    return start, min(end, edges[after][0]) if after < len(edges) else end


def sentence_of(text: str, place: Span) -> str:
    return text[slice(*bounds(SENTENCE, text, place))]


def sentence_with_most(words: Collection[str], text: str) -> Span:
    """Return the bounds of the sentence with most of these stems."""
    starts = [0, *(found.end() for found in SENTENCE.finditer(text))]
    sentences = [bounds(SENTENCE, text, (start, start)) for start in starts]
    return max(sentences, key=lambda span: count_words(words, text[slice(*span)]))


def with_subject(text: str, sentence: Span) -> Span:
    """Return the bounds of a sentence, with the one before if it goes on about the same."""
    start, end = sentence
    if start and _POINTS_BACK.match(text, start):
        start = bounds(SENTENCE, text, (start - 1, start - 1))[0]
    return start, end


@lru_cache(maxsize=256)
def _edges(pattern, text):
    """Return where sentences or clauses end and the next ones begin."""
    return [found.span() for found in pattern.finditer(text)]


def begins_word(stem: str, text: str) -> bool:
    """Whether a word of the text begins with the stem."""
    if not stem.isascii():
        return stem in text
    return re.search(rf"(?<![^\W_]){re.escape(stem)}", text) is not None


def count_words(stems: Iterable[str], text: str) -> int:
    """Count the stems that a word of the text begins with, in any case and with any accents."""
    lower = folded(text)
    return sum(begins_word(without_accents(stem), lower) for stem in stems)


def occurrences(text: str, name: str) -> Iterator[Span]:
    """Yield the places of a name in a plain text, in any case and with any accents, but with a capital."""
    words = re.findall(r"[^\W_]+", without_accents(plain(name)).lower())
    pattern = _BETWEEN_NAMES.join(map(re.escape, words))
    lower = folded(text)
    is_exact = len(lower) == len(text)
    if not pattern:
        return
    for found in re.finditer(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])" if pattern.isascii() else pattern, lower):
        if not is_exact or not name[:1].isupper() or not text[slice(*found.span())].islower():
            yield found.span()


def has_name(text: str, name: str) -> bool:
    return next(occurrences(plain(text), name), None) is not None


def people_in(text: str) -> list[str]:
    """Return the names of two words or more that may be those of people."""
    return [name.text for name in find_names(text) if name.may_be_person and len(name.words) > 1]
