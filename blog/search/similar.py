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

from blog.documents.characters import UNSPACED
from blog.search.words import is_stopword, split_words

MOST_TERMS = 60  # rare words looked up per text
MOST_LOOKED_UP = 160  # words looked up per text, common ones included
WORDS_OF_TEXT = 5_000
HEAD_WEIGHT = 3  # a word in the title or a keyword counts as this many in the text
SHORTEST = 3  # letters of a word
FEWEST_SHARED = 3  # words; fewer may be a coincidence
RARE = 20  # a word in at most this many articles is never common
MOST_HOLDERS = 300  # articles; a word in more is common
COMMON_SHARE = 0.2  # of all articles; a word in more is common

_UNSPACED = re.compile(f"[{UNSPACED}]")
Term = tuple[str, ...]  # one word, or the two adjacent characters of a script without spaces


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

    def find(self, key: int, head: str, text: str, language: str, number: int) -> dict[int, float]:
        """Return {primary key: weight} of the most similar articles, without the one with this key."""
        shared, weights = Counter(), defaultdict(float)
        for count, holders in self._rare_terms(key, head, text, language):
            weight = (1 + math.log(count)) * math.log(self.total / (len(holders) + 1) + 1)
            for other in holders:
                shared[other] += 1
                weights[other] += weight
        found = {other: weights[other] for other, n in shared.items() if n >= FEWEST_SHARED}
        best = sorted(found, key=lambda other: (found[other], other), reverse=True)
        return {other: found[other] for other in best[:number]}

    def _rare_terms(self, key, head, text, language):
        """Yield (count in the text, other articles with it) for the text's most frequent rare terms."""
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
            yield counts[term], [other for other in holders if other != key]
            if rare == MOST_TERMS:
                return


def _terms(text, language):
    """Yield the words of a text that may be rare, and pairs of characters in scripts without spaces."""
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
