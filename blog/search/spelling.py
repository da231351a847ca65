"""Suggest another spelling: one letter added, missing, changed or swapped.

There are hundreds of candidates. They are looked up in a table of all indexed words (blog_search_words) on
SQLite, and in the index on PostgreSQL. Spellings that match titles are preferred, then common words. A word
that occurs is corrected only by a title that has all other words: “tide” may be rare without being a misspelt
“time”.
"""

from dataclasses import dataclass, replace
from string import ascii_lowercase

from django.conf import settings

from blog.search.backend import backend
from blog.search.snippets import holds_all
from blog.search.typed_query import Query, parse_query
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
    ranked = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    (best, most), (_other, next_most) = [*ranked, ("", 0)][:2]
    return Suggestion(best, len(word) >= SHORTEST_SURE and most >= TIMES_AS_FREQUENT * next_most)


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


MAX_WORDS_CORRECTED = 3
MOST_COUNTED = 300  # articles counted for each suggested word
FEW = 2  # articles; the words of a query that more articles match are not corrected
TITLES_TRIED = 5


def suggest_spelling(query: Query, articles) -> Suggestion | None:
    """Return the query with unknown and very rare words respelt, or None if no other spelling is found."""
    unknown, rare = _doubtful_words(query, articles)
    near = {word: backend().known(near_words(word)) for word in unknown + rare}
    forms = {term.words[0]: {*term.alternatives} for term in query.terms}
    near = {word: some for word, words in near.items() if (some := set(words) - forms[word])}
    if not near or any(word not in near for word in unknown):
        return None
    if len(near) < len(query.terms) and (by_title := _respelt_by_title(query, near, articles)):
        return Suggestion(by_title, is_sure=True)  # the other words leave no doubt
    counts = {word: backend().count_holding(near[word], articles, MOST_COUNTED) for word in unknown}
    if not unknown or not all(counts.values()):
        return None
    chosen = {word: choose_spelling(word, found) for word, found in counts.items()}
    text = _respelt(query, {word: respelt.text for word, respelt in chosen.items()})
    is_sure = all(respelt.is_sure for respelt in chosen.values())
    return Suggestion(text, is_sure) if backend().is_found(_parse(text), articles) else None


def with_near_words(query: Query) -> Query:
    """Return the query with similar known words added to each word; for an unfinished word, beginnings."""
    return replace(query, terms=tuple(_with_near(term, place) for place, term in enumerate(query.terms)))


def _with_near(term, place):
    if term.is_phrase or len(term.words[0]) < SHORTEST_SURE or place >= MAX_WORDS_CORRECTED:
        return term
    words = near_words(term.words[0])
    known = backend().known_beginnings(words) if term.is_prefix else backend().known(words)
    return replace(term, near=tuple((word,) for word in sorted(known)))


def _doubtful_words(query, articles) -> tuple[list[str], list[str]]:
    """Return (words of the query that no article has, words that articles have only in excerpt or text)."""
    unknown, rare = [], []
    for term in query.terms[:MAX_WORDS_CORRECTED]:
        word = term.words[0]
        if term.is_phrase or backend().is_in_heads(word, articles):
            continue
        (rare if backend().is_found(_parse(word), articles) else unknown).append(word)
    return unknown, rare


def _respelt_by_title(query, near, articles) -> str:
    """Return the query in the spelling of the best article whose title has all its words, or ""."""
    terms = tuple(replace(term, forms=(*term.forms, *near.get(term.words[0], ()))) for term in query.terms)
    asked = replace(query, terms=terms)
    keys = backend().find(asked, articles, None, MOST_COUNTED, TITLES_TRIED, TITLES_TRIED)
    titles = dict(articles.filter(pk__in=keys).values_list("pk", "title"))
    for title in (titles[key] for key in keys if key in titles):
        words = split_words(title)
        in_title = {word: next(filter(others.__contains__, words), "") for word, others in near.items()}
        if holds_all(title, asked) and any(in_title.values()):
            return _respelt(query, {word: other for word, other in in_title.items() if other})
    return ""


def _respelt(query, respelt) -> str:
    words = [
        word
        for term in query.terms
        for word in (term.words if term.is_phrase else [respelt.get(term.words[0], term.words[0])])
    ]
    return " ".join(words)


def _parse(text):
    return parse_query(text, settings.LANGUAGE_CODE)
