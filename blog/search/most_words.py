"""Broaden a query that no article matches: leave out words of a question, then one to three other words."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from blog.search.queries import Query
from blog.search.words import split_words

# {language: words that a question has and its answer need not have}, besides stopwords (words.py).
_QUESTION_WORDS = {
    "en": """can could do does did has have how i me my should there they we what when where which who why
        will would you your""",
    "de": "bin hat habe haben ich kann mein mir sie soll wann warum was welche welcher wer wie wird wo",
    "fr": "ai ce comment est-ce faut il je mon on pourquoi puis quand que quel quelle qui quoi sont",
    "es": "como cual cuando donde hay mi por que quien se son tengo",
}
MOST_TERMS = 8  # of the query, because the number of combinations grows quickly
MOST_LEFT_OUT = 3


def broader_queries(query: Query, language: str) -> Iterator[list[Query]]:
    """Yield lists of queries, each list broader than the one before. More than half of the terms remain."""
    asking = _FOLDED.get(language.partition("-")[0].lower(), frozenset())
    terms = [term for term in query.terms if term.is_phrase or term.words[0] not in asking]
    terms = tuple(terms or query.terms)[:MOST_TERMS]
    if terms != query.terms:
        yield [replace(query, terms=terms)]
    for left_out in range(1, MOST_LEFT_OUT + 1):
        kept = len(terms) - left_out
        if kept <= len(terms) / 2:
            return
        yield [replace(query, terms=some) for some in itertools.combinations(terms, kept)]


_FOLDED = {language: frozenset(split_words(words)) for language, words in _QUESTION_WORDS.items()}
