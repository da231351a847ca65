"""Find the parts of a claim in a passage, each near the others and in no other statement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice, pairwise

from blog.extensions.sources.claim_parts import Claim, Part
from blog.extensions.sources.names_in import find_names
from blog.extensions.sources.names_on_page import ABOVE, NameSearch
from blog.extensions.sources.pages import Block
from blog.extensions.sources.passages import Passage
from blog.extensions.sources.quantities import find_dates, undated_numbers, without_dates
from blog.extensions.sources.rivals import RANGE_OF_YEARS, Rivals, has_number_in_brackets, has_own_value
from blog.extensions.sources.text_search import (
    CLAUSE,
    SENTENCE,
    SMALL_CLAUSE,
    WHOLE_CLAUSE,
    Span,
    bounds,
    count_words,
    has_name,
    sentence_of,
)
from blog.extensions.sources.values import DATE, LAW, NAME, NUMBER, QUOTATION, SECTION
from blog.extensions.sources.words import letters, stems

REACH = 400  # characters in which all parts must stand
MOST_ANCHORS = 6  # occurrences of the first part that are tried
_LISTED = re.compile(r"(?:,|\s(?:and|und|et|y)|\s[A-ZÀ-Þ][\w'.-]*)*(?:,|\s(?:and|und|et|y))\s")
_APPOSITION = re.compile(  # Ann Lee, the keeper of the Lamp Guild
    r",\s(?:the|an?|der|die|das|le|la|les|el|una?|chef\w*)\s[a-zà-ÿ' -]+\s"
)
_ENDS_LIST = re.compile(r"(?:and|und|et|y)\s")
_ORDER = [QUOTATION, NUMBER, DATE, SECTION, LAW, NAME]


@dataclass(slots=True)
class Match:
    """How well a passage fits. places: {index of the part: its place}. share: of the words of the claim."""

    passage: Passage
    places: dict[int, Span]
    share: float
    score: float


class Matcher:
    """Finds the parts of a claim in passages. is_foreign: the page has another language."""

    def __init__(self, claim: Claim, blocks: Sequence[Block], names: NameSearch, rivals: Rivals):
        self.claim, self.blocks, self.names = claim, blocks, names
        self.rivals, self.numbers = rivals, rivals.numbers
        self.is_foreign = self.numbers.is_foreign

    def match(self, passage) -> Match:
        places, parts, words = self._anchored(passage), self.claim.parts, self.claim.words
        share = len(passage.words) / len(words) if words else 0.0
        weight = sum(weight_of(parts[number]) for number in places) / (sum(map(weight_of, parts)) or 1)
        size = 0.02 * (passage.last - passage.first) + 0.00002 * len(passage.text)
        return Match(passage, places, share, share + weight - size)

    def _anchored(self, passage):
        """Find a number, date or law first. The other parts must stand near it, in no other statement."""
        parts = sorted(enumerate(self.claim.parts), key=lambda each: _ORDER.index(each[1].kind))
        for number, part in parts:
            anchors = list(islice(self._places(part, passage), MOST_ANCHORS))
            if anchors:
                choices = (self._with_anchor(number, anchor, parts, passage) for anchor in anchors)
                text = passage.text
                return max(
                    choices,
                    key=lambda places: (len(places), self.words_in(sentence_of(text, places[number]))),
                )
        return {}

    def _with_anchor(self, number, anchor, parts, passage):
        """Return the places of the parts: of a name, where the number next to it in the claim stands."""
        places = {number: anchor}
        for other, part in parts:
            number_beside = self._number_next_to(part) if part.kind in (NAME, DATE) else None
            near = places.get(number_beside, anchor)
            if other != number and (place := self.place(part, passage, near)):
                places[other] = place
        return places | self._beside_names(places, parts, passage)

    def _beside_names(self, places, parts, passage):
        """Return the places of further names that are in one sentence with a name that was found."""
        more = {}
        for other, part in parts:
            for name in places if part.kind == NAME and other not in places else ():
                is_name = self.claim.parts[name].kind == NAME and places[name] != ABOVE
                place = self.place(part, passage, places[name]) if is_name else None
                if place and bounds(SENTENCE, passage.text, place) == bounds(
                    SENTENCE, passage.text, places[name]
                ):
                    more[other] = place
        return more

    def _number_next_to(self, part):
        numbers = [number for number, other in enumerate(self.claim.parts) if other.kind == NUMBER]
        return min(numbers, key=lambda number: self._gap(part, self.claim.parts[number]), default=None)

    @staticmethod
    def _gap(part, other):
        return max(other.start - part.end, part.start - other.end)

    def _places(self, part: Part, passage: Passage):
        return (place for place in self.found(part, passage) if self._is_of_claim(part, passage, place))

    def found(self, part, passage):
        if part.kind == NUMBER:
            return self.numbers.places(part, passage, self.blocks[passage.first])
        names = self.names
        find = {DATE: names.dates, SECTION: names.sections, LAW: names.laws, NAME: names.names}.get(part.kind)
        return find(part, passage) if find else iter(())

    def _is_of_claim(self, part, passage, place):
        if place == ABOVE:
            return True
        if part.kind in (NUMBER, DATE):
            return self.is_foreign or not self.rivals.has_better(part, passage, place)
        return part.kind != NAME or not self._is_of_others(part, passage, place)

    def _is_of_others(self, part, passage, place):
        """Whether another clause of the sentence has the words of the claim, with another name."""
        start, end = bounds(SENTENCE, passage.text, place)
        own = bounds(CLAUSE, passage.text, place, (start, end))
        if _ENDS_LIST.fullmatch(passage.text, own[0], place[0]):
            own = bounds(CLAUSE, passage.text, (own[0] - 3, own[0] - 3), (start, end))[0], own[1]
        most = self.words_in(passage.text[own[0] : own[1]])
        edges = [start, *(found.end() for found in CLAUSE.finditer(passage.text, start, end)), end]
        others = [passage.text[low:high] for low, high in pairwise(edges) if not low <= place[0] < high]
        return any(
            self.words_in(other) > most + 1 and self._has_rival(part, other, may_begin=True)
            for other in others
        )

    def words_in(self, text):
        return count_words(self.claim.words, text)

    def place(self, part, passage, anchor) -> Span | None:
        places = self.found(part, passage)
        if not anchor or anchor == ABOVE:
            return next((each for each in places if self._is_of_claim(part, passage, each)), None)
        nearest = nsmallest(MOST_ANCHORS, places, key=lambda each: abs(each[0] - anchor[0]))
        return next((each for each in nearest if self._is_beside_anchor(part, passage, each, anchor)), None)

    def _is_beside_anchor(self, part, passage, place, anchor):
        return place == ABOVE or (
            self._belongs(part, passage, place, anchor) and self._is_of_claim(part, passage, place)
        )

    def _belongs(self, part, passage, place, anchor):
        """Whether a part stands near the anchor, and not in another statement about somebody else."""
        text = passage.text
        if max(place[0] - anchor[1], anchor[0] - place[1]) > REACH:
            return False
        if part.kind == DATE and has_number_in_brackets(text, place, anchor):
            return False
        if part.kind == NUMBER:
            return self.numbers.is_on_the_same(text, place, anchor)
        return part.kind not in (NAME, DATE) or self._is_about_anchor(part, text, place, anchor)

    def _is_about_anchor(self, part, text, place, anchor):
        start, end = bounds(SENTENCE, text, anchor)
        is_outside = not start <= place[0] < end
        if part.kind == NAME and is_outside:
            if has_own_value(text, place, anchor):
                return False
            if self._has_own_words(part, text, place, (start, end)):
                return True
        pattern = CLAUSE
        if not is_outside:
            units = [number.unit for number in undated_numbers(text[start:end])]
            is_large = part.kind == DATE and len(units) == len(set(units))
            pattern = CLAUSE if is_large else SMALL_CLAUSE
            low, high = bounds(WHOLE_CLAUSE, text, anchor, (start, end))
            if low <= place[0] < high:
                return True
            start, end = bounds(pattern, text, anchor, (start, end))
        if (
            part.kind == NAME
            and text[start].isupper()
            and _LISTED.fullmatch(text, place[1], max(start, place[1]))
        ):
            return True  # Ann Lee and Bo Ray counted 46
        first, second = sorted((place, anchor))
        beside = _APPOSITION if part.kind == NAME else RANGE_OF_YEARS
        if beside.fullmatch(text, first[1], max(first[1], second[0])):
            return True
        may_begin = part.kind == NAME and pattern is SMALL_CLAUSE
        return start <= place[0] < end or not self._has_rival(part, text[start:end], may_begin=may_begin)

    def _has_own_words(self, part, text, place, other):
        """Whether two words next to a name in the claim are in its sentence, but not in the other one."""
        own = self._near_in(part, text, bounds(SENTENCE, text, place))
        return own >= 2 + self._near_in(part, text, other)

    def _near_in(self, part, text, place):
        return count_words(self.claim.near(part), text[slice(*place)])

    def _has_rival(self, part, clause, *, may_begin=False):
        """Whether a clause names somebody else, or another time, than the part.

        may_begin: the first word of the clause may be such a name, too.
        """
        dates = find_dates(clause)
        if part.kind == DATE:
            return any(date.year not in (0, part.value.year) for date in dates)
        mine = " ".join(letters(other.text) for other in self.claim.parts)
        names = [
            name
            for name in find_names(without_dates(clause), self.claim.language)
            if (name.is_sure or may_begin) and not set(stems(name.text)) <= set(self.claim.words)
        ]
        return any(letters(name.text) not in mine and not has_name(part.text, name.text) for name in names)


def weight_of(part: Part) -> float:
    """Return how much a part tells: small numbers stand everywhere."""
    if part.kind == QUOTATION:
        return 2.0
    return 0.5 if part.kind == NUMBER and not part.value.unit and max(part.value.values) < 4 else 1.0
