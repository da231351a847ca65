"""Find the numbers of a claim in a passage, but only where they are about the same."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter

from blog.extensions.sources.claim_parts import Claim, Part
from blog.extensions.sources.pages import Block
from blog.extensions.sources.passages import FARTHEST_INTRO, Passage
from blog.extensions.sources.quantities import (
    Date,
    Number,
    find_numbers,
    has_unit,
    undated_numbers,
)
from blog.extensions.sources.tables import TableSearch
from blog.extensions.sources.text_search import (
    CLAUSE,
    SENTENCE,
    SMALL_CLAUSE,
    Span,
    begins_word,
    bounds,
    count_words,
    has_name,
    with_subject,
)
from blog.extensions.sources.values import DATE, NAME, NUMBER
from blog.extensions.sources.vocabulary import ALL_STOP_WORDS
from blog.extensions.sources.words import folded, plain, stems, without_accents

_NEAR = 60  # characters
LONGEST_BETWEEN = 10  # characters between the ends of a range
_PREPOSITIONS = frozenset(
    "in on at by with since after before under for according from during until as im am bei mit seit nach"
    " laut unter ab bis dans en depuis selon avec après pour à au con desde según para de por tras".split()
)
# Stems of words that tell what is measured of a subject: the share of users
_MEASURES = tuple(
    "shar numb percen propor rate total amou avera major antei zahl nombr núme porce moye".split()
)
_LABEL = re.compile(r"(?:^|[,;:]\s|\s(?:and|und|et|y)\s)([^,;:()]{2,40})\s\($")  # Norvik (22%)
_CHANGE = re.compile(r"\s(?:to|auf|à|a)\s(?=\S)")
_ENDS_CHANGE = re.compile(r"\b(?:to|auf|à|a)\s$", re.IGNORECASE)
_OWNER = re.compile(r"[\w-]+'s?\s")
_NAME_BEFORE = re.compile(r"([A-Z][\w-]*)\s$")
IN_PLACE = re.compile(r"\b(?:in|en|au|aux)\s(?:the\s)?([A-ZÀ-Ý][^\W\d_]+(?:\s[A-ZÀ-Ý][^\W\d_]+)*)")
_RANGE = re.compile(r"(?:\s?(?:-|to|bis|à|a|or|oder|ou|o|から|〜|~)\s?\d[\d.,]*)?")
_TOPIC = re.compile(r"([\u30a0-\u30ff\u4e00-\u9fff]{2})は")  # the end of what a Japanese sentence is about


class NumberSearch:
    """Searches for the numbers of a claim. is_foreign: the page has another language."""

    def __init__(self, claim: Claim, blocks: Sequence[Block], title: str, *, is_foreign: bool):
        self.claim, self.blocks, self.title, self.is_foreign = claim, blocks, title, is_foreign
        self.table = TableSearch(claim, blocks)
        self._contrasts: dict[int, bool] = {}
        self._places: dict[tuple[int, int, int], list[Span]] = {}
        parts = [part for part in claim.parts if part.kind == NUMBER]
        self.said = list(dict.fromkeys(each for part in parts for each in (part.low, part.value) if each))
        self.dates: list[Date] = [part.value for part in claim.parts if part.kind == DATE]

    def places(self, part: Part, passage: Passage, block: Block) -> list[Span]:
        """Return where the number stands. block: the first one of the passage."""
        key = part.start, passage.first, passage.last
        if key not in self._places:
            places = self._find(part, passage, block)
            self._places[key] = [each for each in places if _begins_range(part, passage.text, each)]
        return self._places[key]

    def _find(self, part, passage, block) -> Iterator[Span]:
        if block.kind == "row":
            yield from self.table.places(part, passage, block)
            return
        text, numbers = passage.text, undated_numbers(passage.text)
        near, is_end = self._near(part), self._is_end(part)
        rivals = [
            each
            for each in numbers
            if self.is_rival(part, each)
            and not (
                _restates(each, text)
                or _is_model(each, text)
                or (is_end and _begins_change(each, numbers, text))
            )
        ]
        best = max(
            rivals,
            key=lambda each: count_words(near, text[slice(*self._around(each, numbers, text))]),
            default=None,
        )
        for number in numbers:
            if not (number.values & part.value.values and has_unit(part.value, number, text)):
                continue
            if is_end and _begins_change(number, numbers, text):
                continue
            label = self._named_by_label(text, number, rivals)
            if label is not None:
                yield from [(number.start, number.end)] * label
                continue
            is_fitting = self.is_foreign or self._fits_best(part, near, text, number, best, numbers)
            if not is_fitting or self._is_said_of_another(part, passage, number):
                continue
            if self._is_of_other_place(text, number, rivals):
                continue
            if self._is_about(part, near, passage, block, (number.start, number.end)):
                yield number.start, number.end

    def _is_of_other_place(self, text, number, rivals):
        """Whether only this number of the sentence is that of a place, which the claim does not name."""
        place = self._place_after(text, number)
        if not place or self.claim.language == "de" or has_name(self.claim.text, place):
            return False
        start, end = bounds(SENTENCE, text, (number.start, number.end))
        inside = [each for each in rivals if start <= each.start < end]
        return bool(inside) and not all(self._place_after(text, each) for each in inside)

    def _named_by_label(self, text, number, rivals):
        """Whether the claim has the word before this number in brackets. None if it has that of no number."""
        labels = [_LABEL.search(text[max(0, each.start - _NEAR) : each.start]) for each in (number, *rivals)]
        named = [count_words(stems(label[1]), self.claim.text) if label else 0 for label in labels]
        return bool(named[0]) if labels[0] and any(named) else None

    @staticmethod
    def _place_after(text, number):
        place = number.start, number.end
        end = bounds(SMALL_CLAUSE, text, place, bounds(SENTENCE, text, place))[1]
        found = IN_PLACE.search(text, number.end, end)
        return found[1] if found else ""

    def _is_end(self, part):
        """Whether the claim says of a number that something came to it: "fell to 39%"."""
        return _ENDS_CHANGE.search(self.claim.text[: part.start]) is not None

    def _is_said_of_another(self, part, passage, number):
        """Whether the page names what the claim begins with, with another number, but not before this one."""
        subject = self._subject(part)
        if self.is_foreign or not subject:
            return False
        text = folded(passage.text[: (passage.text + "\n").index("\n", number.start)])
        above = folded(f"{self._above(passage)}\n{self.title}")
        others = [word for word in stems(above) if word not in self.claim.words]
        is_above = begins_word(subject, above) and not any(begins_word(word, text) for word in others)
        if begins_word(subject, text) or is_above:
            return False
        if part.start not in self._contrasts:
            self._contrasts[part.start] = any(self._rivals_beside(part, subject))
        return self._contrasts[part.start]

    def _subject(self, part):
        """Return the stem of what the sentence is about: its first word, or the first after "In 2020, "."""
        before = self.claim.text[: part.start]
        if before.partition(" ")[0].lower() in _PREPOSITIONS:
            before = before.partition(",")[2]
        words = (word for word in stems(_OWNER.sub("", before)) if not word.startswith(_MEASURES))
        subject = next(words, "")
        return without_accents(subject) if subject in self.claim.words else ""

    def _above(self, passage):
        """Return the heading, or what introduces the list, above a passage."""
        kind = self.blocks[passage.first].kind
        before = reversed(self.blocks[max(0, passage.first - FARTHEST_INTRO) : passage.first])
        wanted = (block.text for block in before if block.kind == "heading" or (kind == "item" != block.kind))
        return next(wanted, "")

    def _rivals_beside(self, part, subject):
        for place, block in enumerate(self.blocks):
            if begins_word(subject, folded(block.text)):
                text = plain("\n".join(block.text for block in self.blocks[place : place + 2]))
                yield any(self.is_rival(part, number) for number in undated_numbers(text))

    def is_rival(self, part: Part, number: Number) -> bool:
        """Whether a number on the page is of the same kind, but not in the claim."""
        is_counted = bool(number.unit) or (max(number.values) > 1 and not _may_be_year(number))
        return number.unit == part.value.unit and not self._is_said(number) and is_counted

    def counts_the_same(self, part: Part, number: Number, text: str) -> bool:
        """Whether a number has a unit, or stands before the word that the number of the claim counts."""
        counted = self.claim.counted(part)
        return bool(number.unit) or bool(
            counted and begins_word(counted, folded(_next_words(text, number.end)))
        )

    def is_on_the_same(self, text: str, place: Span, anchor: Span) -> bool:
        """Whether a number is in the sentence of another part, or in one about the claim's subject."""
        start, end = with_subject(text, bounds(SENTENCE, text, place))
        if self.is_foreign or start <= anchor[0] < end:
            return True
        said, topics = folded(text[start:end]), _TOPIC.findall(self.claim.text)
        others = _TOPIC.findall(text[start:end])
        if topics and others and not set(topics) & set(others):
            return False
        names = [folded(other.text.split()[-1]) for other in self.claim.parts if other.kind == NAME]
        return any(begins_word(without_accents(word), said) for word in [*self.claim.words, *names])

    def _near(self, part, words=6):
        names = [
            folded(plain(other.text)).split()[-1]
            for other in self.claim.parts
            if other.kind == NAME and len(self._between(part, other).split()) <= 3
        ]
        around = self.claim.near(part, words)
        around = around if len(around) > 1 else self.claim.words
        return [*names, *map(without_accents, around)]

    def _between(self, part, other):
        first, second = sorted((part, other), key=lambda each: each.start)
        return self.claim.text[first.end : second.start]

    def _is_said(self, number):
        return any(number.values & each.values and number.unit == each.unit for each in self.said)

    def _follows_another(self, number, numbers):
        """Whether the number before is another one of the claim, so that both are about the same."""
        before = [each for each in numbers if each.end <= number.start]
        return bool(before) and self._is_said(before[-1]) and before[-1].values != number.values

    def _is_clause_of(self, part, text, number, rival):
        """Whether the clause of a rival in the sentence has no word of the claim that this one has not."""
        start, end = bounds(SENTENCE, text, (number.start, number.end))
        if not start <= rival.start < end:
            return True
        own, other = (self._clause(text, each) for each in (number, rival))
        words = [without_accents(word) for word in self.claim.words]
        return own == other or not any(
            begins_word(word, other) and not begins_word(word, own) for word in words
        )

    @staticmethod
    def _clause(text, number):
        place = (number.start, number.end)
        sentence = bounds(SENTENCE, text, place)
        start, end = bounds(CLAUSE, text, place, sentence)
        if number.start == start and text[:start].endswith(": "):  # the value of what stands before it
            start = bounds(CLAUSE, text, (start - 2, start - 2), sentence)[0]
        return folded(text[start:end])

    def _fits_best(self, part, near, text, number, rival, numbers):
        """Whether no other number of the unit stands among more words of the claim than this one."""
        if rival is None or self._is_counted_here(part, text, number, rival):
            return True
        own, fit = (self._fit(near, text, each, numbers) for each in (number, rival))
        if own and self._are_all_in(part, text, (number.start, number.end)):
            return True
        if own >= fit:
            return self._follows_another(number, numbers) or self._is_clause_of(part, text, number, rival)
        start, end = bounds(SENTENCE, text, (number.start, number.end))
        low, high = self._around(number, numbers, text)
        inside = [each for each in numbers if low <= each.start < high and each is not number]
        return own > 0 and start <= rival.start < end and any(map(self._is_said, inside))

    def _around(self, number, numbers, text):
        """Return the part of the sentence between the other numbers of the unit that are not in the claim."""
        start, end = with_subject(text, bounds(SENTENCE, text, (number.start, number.end)))
        place = bisect_left(numbers, number.start, key=attrgetter("start"))
        before = next((each for each in reversed(numbers[:place]) if self._parts(number, each)), None)
        after = next((each for each in islice(numbers, place + 1, None) if self._parts(number, each)), None)
        return max(start, before.end if before else 0), min(end, after.start if after else end)

    def _fit(self, near, text, number, numbers):
        return count_words(near, text[slice(*self._around(number, numbers, text))])

    def _parts(self, number, other):
        return other.unit == number.unit and not (self._is_said(number) and self._is_said(other))

    def _is_about(self, part, near, passage, block, place):
        """Whether the words around a number on the page are those around it in the claim."""
        if self.is_foreign or not near:
            return True
        start, end = bounds(SENTENCE, passage.text, place)
        sentence, counted = folded(passage.text[start:end]), self.claim.counted(part)
        if counted and self._is_counted_elsewhere(counted, passage.text, place, (start, end)):
            return False
        if counted and begins_word(counted, sentence):
            beside = passage.text[max(start, place[0] - _NEAR) : min(end, place[1] + _NEAR)]
            if not begins_word(counted, folded(beside)):
                return False
        before = passage.text[with_subject(passage.text, (start, end))[0] : start]
        if any(begins_word(word, f"{folded(before)} {sentence}") for word in near):
            return True
        if any(map(self._is_said, undated_numbers(before))):
            return True
        if block.kind == "item" and passage.words.intersection(near):
            return True
        return count_words(near, passage.text) > 1

    def _are_all_in(self, part, text, place):
        """Whether a sentence has all numbers of the claim with this unit, in order: two or more."""
        wanted = [each for each in self.said if each.unit == part.value.unit]
        start, end = bounds(SENTENCE, text, place)
        there = iter(each for each in undated_numbers(text) if start <= each.start < end)
        return len(wanted) > 1 and all(any(each.values & said.values for each in there) for said in wanted)

    def _is_counted_here(self, part, text, number, rival):
        """Whether the word that the number of the claim counts follows this number, but not the rival."""
        counted = self.claim.counted(part)
        here, there = (folded(_next_words(text, each.end)) for each in (number, rival))
        return bool(counted) and begins_word(counted, here) and not begins_word(counted, there)

    def _is_counted_elsewhere(self, counted, text, place, sentence):
        """Whether the word follows another number of the sentence, but not this one."""
        ends = {number.end for number in find_numbers(text) if sentence[0] <= number.start < sentence[1]}
        following = {end for end in ends if begins_word(counted, folded(_next_words(text, end)))}
        return bool(following) and place[1] not in following


def _begins_range(part, text, place):
    """Whether the number before a place is the beginning of the range that the claim has, if it has one."""
    if not part.low:
        return True
    before = [each for each in find_numbers(text) if each.end < place[0]]
    is_near = bool(before) and place[0] - before[-1].end < LONGEST_BETWEEN
    return is_near and bool(before[-1].values & part.low.values)


def _next_words(text, start, words=3):
    """Return the words after a place, up to the next number without a range, or the end of the sentence."""
    start = _RANGE.match(text, start).end()
    return " ".join(re.split(r"[\d.;:!?,]", text[start : start + _NEAR])[0].split()[:words])


def _is_model(number, text):
    """Whether a number is the end of a name, as in EPYC 7542."""
    before = _NAME_BEFORE.search(text, max(0, number.start - 30), number.start)
    return bool(before) and not number.unit and before[1].lower() not in ALL_STOP_WORDS


def _begins_change(number, numbers, text):
    """Whether a number is the first of "from 63 to 39"."""
    after = _CHANGE.match(text, number.end)
    return bool(after) and any(each.start == after.end() for each in numbers)


def _may_be_year(number):
    return number.end - number.start == 4 and any(1500 <= value < 2100 for value in number.values)


def _restates(number, text):
    """Whether a number in brackets tells the number before it more exactly: three quarters (74%)."""
    before = [each for each in find_numbers(text) if each.end <= number.start]
    return bool(before) and text[before[-1].end : number.start].strip() == "("
