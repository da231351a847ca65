"""Correct misspelt words of a query: prefer spellings that match titles, then common words.

A word that occurs is corrected only by a title that has all other words: “tide” may be rare without being a
misspelt “time”.
"""

from dataclasses import replace

from django.conf import settings

from blog.search.backend import backend
from blog.search.queries import Query, parse_query
from blog.search.snippets import holds_all
from blog.search.spelling import SHORTEST_SURE, Suggestion, choose_spelling, near_words
from blog.search.words import split_words

MAX_WORDS_CORRECTED = 3
MOST_COUNTED = 300  # articles counted for each suggested word
FEW = 2  # articles; the words of a query that more articles match are not corrected
TITLES_TRIED = 5


def suggest_spelling(query: Query, articles) -> Suggestion | None:
    """Return the query with unknown and very rare words respelt, or None if no other spelling is found."""
    unknown, rare = _doubtful_words(query, articles)
    if not unknown and len(rare) == len(query.terms):
        return None
    near = {word: backend().known(near_words(word)) for word in unknown + rare}
    near = {word: set(words) - {word} for word, words in near.items() if words}
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
