"""Find articles with similar words: those that share the most rare words with a text.

Each word is looked up in the index of published articles. A word in many articles is skipped, so the time
per text is bounded. A word counts more the rarer it is, and the more often it is in the text.
"""

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from blog.documents.characters import UNSPACED
from blog.search.words import find_words, is_stopword, split_words

MOST_TERMS = 60  # rare words looked up per text
MOST_LOOKED_UP = 160  # words looked up per text, common ones included
WORDS_OF_TEXT = 5_000
HEAD_WEIGHT = 3  # a word in the title or a keyword counts as this many in the text
SHORTEST = 3  # letters of a word
FEWEST_SHARED = 3  # words; fewer may be a coincidence
RARE = 20  # a word in at most this many articles is never common
MOST_HOLDERS = 300  # articles; a word in more is common
COMMON_SHARE = 0.2  # of all articles; a word in more is common
UNCOMMON = 4  # a word in at most this many other articles is rare on the smallest site

ALIKE = 5  # letters; words that begin with the same ones are taken for forms of one word

_UNSPACED = re.compile(f"[{UNSPACED}]")
_HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))  # particles and endings
Term = tuple[str, ...]  # one word, or the two adjacent characters of a script without spaces


class Similarity(NamedTuple):
    weight: float
    terms: list[Term]  # the rare ones that both texts share, those with the highest weight first


@dataclass
class SimilarTexts:
    """Finds similar texts among `total` articles. Remembers common words, for runs over many texts.

    look_up(term, number) returns the newest articles with a term.
    """

    look_up: Callable[[Term, int], list[int]]
    total: int
    common: set[Term] = field(default_factory=set)

    @property
    def most_holders(self) -> int:
        return min(MOST_HOLDERS, max(RARE, int(self.total * COMMON_SHARE)))

    def find(self, key: int, head: str, text: str, language: str, number: int) -> dict[int, Similarity]:
        """Return {primary key: similarity} of the most similar articles, without the one with this key."""
        shared, rare = defaultdict(list), set()
        for count, term, holders in self._rare_terms(key, head, text, language):
            weight = (1 + math.log(count)) * math.log(self.total / (len(holders) + 1) + 1)
            if len(holders) <= max(UNCOMMON, self.total * COMMON_SHARE):
                rare.add(term)
            for other in holders:
                shared[other].append((weight, term))
        found = {
            other: sum(weight for weight, _term in terms)
            for other, terms in shared.items()
            if len(terms) >= FEWEST_SHARED
        }
        best = sorted(found, key=lambda other: (found[other], other), reverse=True)[:number]
        return {
            other: Similarity(
                found[other], [term for _weight, term in sorted(shared[other], reverse=True) if term in rare]
            )
            for other in best
        }

    def _rare_terms(self, key, head, text, language):
        """Yield (count in the text, term, other articles with it) for the text's most used rare terms."""
        counts = Counter(itertools.islice(_terms(text, language), WORDS_OF_TEXT))
        for term in _terms(head, language):
            counts[term] += HEAD_WEIGHT
        # Of equally frequent words, long ones are rarer.
        ordered = sorted(counts, key=lambda term: (-counts[term], -len("".join(term)), term))
        unknown = (term for term in ordered if term not in self.common)
        rare = 0
        for term in itertools.islice(unknown, MOST_LOOKED_UP):
            holders = self.look_up(term, self.most_holders + 1)
            if len(holders) > self.most_holders:
                self.common.add(term)
                continue
            rare += 1
            yield counts[term], term, [other for other in holders if other != key]
            if rare == MOST_TERMS:
                return


def _terms(text, language):
    """Yield the words of a text that may be rare; in scripts without spaces, pairs of characters."""
    before = ""
    for word in split_words(text):
        if _UNSPACED.match(word):
            if before:
                yield before, word
            before = word
            continue
        before = ""
        if len(word) >= SHORTEST and not word.isdecimal() and not is_stopword(word, language):
            yield (word,)


def as_written(terms: list[Term], text: str, number: int) -> list[str]:
    """Return up to `number` terms in the spelling of the text, and only the first of similar words.

    In scripts without spaces, adjacent pairs of characters become one word.
    """
    written, pairs = {}, {"".join(term) for term in terms if len(term) > 1}
    words = {term[0] for term in terms if not term[0][0].isdigit()}
    for word, start, end in itertools.islice(find_words(text), WORDS_OF_TEXT):
        # Where a word is also written in lower case, capitals are those of a title or sentence.
        if word in words and not written.get(word, "").islower():
            found = text[start:end]
            if word not in written or found.islower():
                written[word] = found
    names = {}
    for term in terms:
        name = written.get(term[0]) if len(term) == 1 else _run(text, "".join(term), pairs)
        if name:
            names.setdefault(name[:ALIKE].casefold(), name)
    return list(names.values())[:number]


def _run(text, pair, pairs):
    """Return the longest run of `pairs` around the first occurrence of `pair`; "" if it is not a word."""
    start = text.find(pair)
    if start < 0:
        return ""
    end = start + 2
    while start and text[start - 1 : start + 1] in pairs:
        start -= 1
    while text[end - 1 : end + 1] in pairs:
        end += 1
    run = text[start:end].lstrip(_HIRAGANA)
    stem = run.rstrip(_HIRAGANA)
    return next((word for word in (stem, run) if len(word) > 1), "")
