"""Find statements of a page that fit a claim better than the one with its number or date."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from blog.extensions.sources.claim_parts import Claim, Part
from blog.extensions.sources.numbers_on_page import NumberSearch
from blog.extensions.sources.passages import Index, Passage
from blog.extensions.sources.quantities import find_dates, undated_numbers
from blog.extensions.sources.text_search import SENTENCE, Span, bounds, count_words, sentence_of, with_subject
from blog.extensions.sources.values import DATE, NAME
from blog.extensions.sources.words import plain, without_accents

MOST_ALIKE = 20  # blocks with the same words of a claim that are looked into
WORDS_BESIDE = 6  # of a number in the claim
RANGE_OF_YEARS = re.compile(r"\s?(?:-|–|to|until|bis|à|a|から)\s?")  # what stands between two of them
_BRACKETS = re.compile(r"\([^()\n]{4,80}\)")
_LINE = re.compile(r"\n")


class Rivals:
    """Tells where another sentence, item or row says more of a claim, but with another value."""

    def __init__(self, claim: Claim, index: Index, numbers: NumberSearch):
        self.claim, self.index, self.numbers = claim, index, numbers
        names = (part.text.split()[-1].lower() for part in claim.parts if part.kind == NAME)
        self._wanted = frozenset(map(without_accents, [*claim.words, *names]))
        self._known: dict[tuple[int, frozenset[str]], bool] = {}

    def has_better(self, part: Part, passage: Passage, place: Span) -> bool:
        """Whether another statement has all words of the claim that this one has, more, and another value.

        A sentence is compared with those of its paragraph, an item or row with those of its list or
        table, and what is around them with the rest of the page.
        """
        block, text = self._statement(passage, place)
        own = self._said_in(text)
        if (key := (part.start, block, own)) not in self._known:
            self._known[key] = any(self.gives_another(part, other) for other in self._better(block, own))
        return self._known[key]

    def _better(self, place, own) -> Iterator[str]:
        around, mine = self.index.words_around(place) & self._wanted, self.index.blocks[place]
        if mine.kind == "paragraph":
            yield from self._saying_more(place, own)
        for (kind, head, words), places in self._groups.items():
            less = own if (kind, head) == (mine.kind, mine.head) != ("paragraph", "") else around
            for other in places if less < words else ():
                yield from self._saying_more(other, less)

    def _saying_more(self, place, words):
        """Yield the statements of a block that have the words, and more: one word alone tells nothing."""
        for text in _statements(self.index.blocks[place]):
            said = self._said_in(text)
            if words < said and (words or len(said) > 1):
                yield text

    @cached_property
    def _groups(self) -> dict[tuple[str, str, frozenset[str]], list[int]]:
        """The first blocks of each kind and table that have the same words of the claim."""
        groups = defaultdict(list)
        for place, block in enumerate(self.index.blocks):
            if block.kind != "heading" and (words := self.index.words_at(place) & self._wanted):
                group = groups[block.kind, block.head, words]
                if len(group) < MOST_ALIKE:
                    group.append(place)
        return groups

    def gives_another(self, part: Part, text: str) -> bool:
        """Whether a statement has another number of the same kind, or another date, than the part."""
        if part.kind == DATE:
            dates = [date for date in find_dates(text) if bool(date.month) >= bool(part.value.month)]
            return bool(dates) and not any(
                said.agrees_with(date) for said in self.numbers.dates for date in dates
            )
        numbers = undated_numbers(text)
        return not any(number.values & part.value.values for number in numbers) and any(
            self.numbers.is_rival(part, number) and self.numbers.counts_the_same(part, number, text)
            for number in numbers
        )

    def are_swapped(self, places: dict[Part, Span], text: str) -> bool:
        """Whether two numbers of one unit stand in two sentences, each among the words of the other one."""
        sentences = [sentence_of(text, place) for place in places.values()]
        if len({part.value.unit for part in places}) > 1 or len(set(sentences)) < 2:
            return False
        near = [self.claim.nearer(part, WORDS_BESIDE) for part in places]
        fits = [[count_words(words, sentence) for sentence in sentences] for words in near]
        return fits[0][1] + fits[1][0] > fits[0][0] + fits[1][1] + 1

    def _said_in(self, text):
        return self.index.words_in(text) & self._wanted

    def _statement(self, passage, place):
        """Return the number of the block, and its sentence, or the whole of an item or row."""
        if self.index.blocks[passage.first].kind == "row":
            return passage.first, passage.text
        start, end = bounds(_LINE, passage.text, place)
        block = passage.first + passage.text.count("\n", 0, start)
        if self.index.blocks[block].kind != "item":
            start, end = with_subject(passage.text, bounds(SENTENCE, passage.text, place))
            before = passage.text[start : place[0]]
            if before.count('"') % 2:  # who says it does not make a statement another one
                start += before.rindex('"') + 1
        return block, passage.text[start:end]


def _statements(block):
    text = plain(block.with_head())
    return [text] if block.kind in ("row", "item") else SENTENCE.split(text)


def has_own_value(text: str, place: Span, anchor: Span) -> bool:
    """Whether the sentence of a name has another value of the kind that the anchor is."""
    start, end = bounds(SENTENCE, text, place)
    dates, numbers = find_dates(text), undated_numbers(text)
    anchored = [each for each in (*dates, *numbers) if each.start == anchor[0]]
    if any(each in dates for each in anchored):
        return any(start <= date.start < end for date in dates)
    units = {number.unit for number in anchored if number.unit}
    there = [number for number in numbers if start <= number.start < end and number.unit in units]
    return bool(there) and not any(number.values & each.values for number in there for each in anchored)


def has_number_in_brackets(text: str, place: Span, anchor: Span) -> bool:
    """Whether a date is in brackets with a number of its own, as in (2020: £287.9m)."""
    found = next((each for each in _BRACKETS.finditer(text) if each.start() < place[0] < each.end()), None)
    if not found or found.start() < anchor[0] < found.end():
        return False
    return any(found.start() < number.start < found.end() for number in undated_numbers(text) if number.unit)
