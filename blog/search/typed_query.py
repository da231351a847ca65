"""Parse a search: words, phrases in quotes, and an unfinished last word. Broaden searches without results.

A query is reduced to quoted words, with at most LONGEST_QUERY characters and MOST_TERMS terms. Prefixes of
two or three letters are matched only in titles, keywords and names. Stopwords count only in quotes, or if
there are no other words.

Version numbers are found, too: “ruby 3.2” finds the release 3.2.0 before its patches and previews.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from blog.search.inflections import kana_spellings, other_forms, without_ending
from blog.search.words import is_stopword, split_words

LONGEST_QUERY = 200  # characters
MOST_TERMS = 10
MOST_WORDS = 30  # of the query, to compare with whole titles
# Characters. Shorter prefixes match too many words, so they are used only for titles, keywords and names.
LONG_PREFIX = 4
SHORT_PREFIX = 2

# {language: words that a question has and its answer need not have}, besides stopwords (words.py).
_QUESTION_WORDS = {
    "en": """can could do does did has have how i me my should there they we what when where which who why
        will would you your""",
    "de": "bin hat habe haben ich kann mein mir sie soll wann warum was welche welcher wer wie wird wo",
    "fr": "ai ce comment est-ce faut il je mon on pourquoi puis quand que quel quelle qui quoi sont",
    "es": "como cual cuando donde hay mi por que quien se son tengo",
}
MOST_COMBINED = 8  # terms, because the number of combinations grows quickly
MOST_LEFT_OUT = 3

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its other forms, or a phrase of several words with its other spellings."""

    words: tuple[str, ...]
    forms: tuple[str, ...] = ()
    spellings: tuple[tuple[str, ...], ...] = ()
    near: tuple[tuple[str, ...], ...] = ()  # other words that may be meant, as one may still be typing
    is_prefix: bool = False

    @property
    def alternatives(self) -> tuple[str, ...]:
        return (*self.words, *self.forms)

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    @property
    def phrases(self) -> tuple[tuple[str, ...], ...]:
        return (self.words, *self.spellings)

    @property
    def prefix(self) -> str:
        """The prefix to match in all fields, or ""."""
        return self.words[0] if self.is_prefix and len(self.words[0]) >= LONG_PREFIX else ""

    @property
    def short_prefix(self) -> str:
        """The prefix to match only in titles, keywords and names, or ""."""
        is_short = SHORT_PREFIX <= len(self.words[0]) < LONG_PREFIX
        return self.words[0] if self.is_prefix and is_short else ""


@dataclass(frozen=True, slots=True)
class Query:
    """The terms, all of which an article must contain, and the typed words in order."""

    terms: tuple[Term, ...] = ()
    words: tuple[str, ...] = ()
    is_cut: bool = False  # whether the typed query has more words than `words`
    versions: tuple[tuple[str, ...], ...] = ()  # version numbers, in parts

    def __bool__(self):
        return bool(self.terms)

    @property
    def is_one_phrase(self) -> bool:
        return len(self.terms) == 1 and self.terms[0].is_phrase


def clean_text(text: str) -> str:
    """Return the typed query for display: one line, without control characters, shortened."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_QUERY]).split())


def parse_query(text: str, language: str = "") -> Query:
    """Parse a reader's query. Quotes are the only operators.

    Stopwords count only in quotes, or if there are no other words.
    """
    terms, stopwords, last = {}, set(), None
    for match in _PIECE.finditer(clean_text(text).translate(_QUOTES)):
        is_quoted = match[1] is not None
        words = tuple(split_words(match[0], MOST_TERMS))
        last = words if len(words) == 1 and not is_quoted else None
        if words and is_quoted:
            terms[words] = Term(words)
        elif len(words) > 1:
            words = without_ending(words)
            terms[words] = Term(words, spellings=kana_spellings(words))
        elif words:
            spelt = (spelling for (spelling,) in kana_spellings(words))
            terms[words] = Term(words, (*other_forms(words[0], language), *spelt))
        if len(words) == 1 and not is_quoted and is_stopword(words[0], language):
            stopwords.add(words)
    kept = [term for words, term in terms.items() if words not in stopwords]
    chosen = (kept or list(terms.values()))[:MOST_TERMS]
    typed = split_words(clean_text(text), MOST_WORDS + 1)
    return Query(
        tuple(replace(term, is_prefix=term.words == last) for term in chosen),
        words=tuple(typed[:MOST_WORDS]),
        is_cut=len(typed) > MOST_WORDS,
        versions=tuple(version_numbers(clean_text(text))),
    )


def broader_queries(query: Query, language: str) -> Iterator[list[Query]]:
    """Yield lists of queries, each list broader than the one before. More than half of the terms remain."""
    asking = _ASKING.get(language.partition("-")[0].lower(), frozenset())
    terms = [term for term in query.terms if term.is_phrase or term.words[0] not in asking]
    terms = tuple(terms or query.terms)[:MOST_COMBINED]
    if terms != query.terms:
        yield [replace(query, terms=terms)]
    for left_out in range(1, MOST_LEFT_OUT + 1):
        kept = len(terms) - left_out
        if kept <= len(terms) / 2:
            return
        yield [replace(query, terms=some) for some in itertools.combinations(terms, kept)]


_ASKING = {language: frozenset(split_words(words)) for language, words in _QUESTION_WORDS.items()}


_NUMBER = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+)(?![\w.]*\.\d)", re.IGNORECASE)
# Words that follow the number of a version that is not released yet.
PRE_RELEASE = frozenset(
    "alpha beta candidate dev nightly pre preview prerelease rc snapshot testing".split()  # noqa: SIM905 -- shorter
)
_WITH_NUMBER = re.compile(r"(?:alpha|beta|pre|preview|rc)\d+")
WORDS_AFTER = 3  # in which a word of PRE_RELEASE is looked for

RELEASE, LATER, UNRELEASED, OTHER = range(4)


def version_numbers(text: str) -> list[tuple[str, ...]]:
    """Return the version numbers in a text, each as its parts: ("3", "2")."""
    return [tuple(number.split(".")) for number in _NUMBER.findall(text)]


def rank_of_title(title: str, version: tuple[str, ...], *, asks_for_pre_release: bool) -> int:
    """Return how well a title fits a searched version. Lower is better.

    RELEASE: exactly this version, or with zeros added. LATER: one of its later releases, such as 3.2.4 for
    3.2. UNRELEASED: a preview or release candidate. OTHER: the title does not have the version.
    """
    ranks = [OTHER]
    for match in _NUMBER.finditer(title):
        parts = tuple(match[1].split("."))
        if parts[: len(version)] == version:
            is_release = not any(part.strip("0") for part in parts[len(version) :])
            ranks.append(RELEASE if is_release else LATER)
            if not asks_for_pre_release and is_pre_release(title[match.end() :]):
                ranks[-1] = UNRELEASED
    return min(ranks)


def is_pre_release(text: str) -> bool:
    """Whether one of the first words says that a version is not released yet."""
    words = split_words(text, WORDS_AFTER)
    return any(word in PRE_RELEASE or _WITH_NUMBER.fullmatch(word) for word in words)
