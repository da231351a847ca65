"""Compare a claim with a page: which of its parts stand there in one passage."""

import re
from itertools import combinations

from blog.extensions.sources.certainty import has_other_measure, is_denied, is_less_certain, says_the_opposite
from blog.extensions.sources.claim_parts import Claim, read_claim
from blog.extensions.sources.matching import Match, Matcher, weight_of
from blog.extensions.sources.names_on_page import ABOVE, NameSearch
from blog.extensions.sources.numbers_on_page import IN_PLACE, NumberSearch
from blog.extensions.sources.pages import Block, Page
from blog.extensions.sources.passages import Index, items_beside
from blog.extensions.sources.quantities import find_dates, undated_numbers
from blog.extensions.sources.quoted import Letters, speakers
from blog.extensions.sources.rivals import Rivals
from blog.extensions.sources.text_search import (
    has_name,
    sentence_of,
    sentence_with_most,
    with_subject,
)
from blog.extensions.sources.values import DATE, LAW, NAME, NUMBER, QUOTATION, Evidence
from blog.extensions.sources.words import may_be_in, plain, stems

FOUND, PARTLY, NOT_FOUND = "found", "partly", "not_found"
# Shares of the words of a claim, apart from its parts, that a passage has.
_SAME_SUBJECT = 0.3  # if it has a part of the claim, too
_SAME_WITHOUT_PARTS = 0.5
_ENOUGH_TO_BE_FOUND = 0.35
_FOUND_WITHOUT_PARTS = 0.75
_MORE_THAN_NAMES = 0.35  # share more than that of a passage of which only names were found


def find_evidence(sentence: str, page: Page) -> Evidence:
    """Return what of a sentence, in Markdown, the page says."""
    return _Comparison(read_claim(sentence), page).result()


class _Comparison:
    def __init__(self, claim: Claim, page: Page):
        self.claim, self.blocks = claim, page.blocks
        self.letters = Letters(page.blocks)
        self.names = NameSearch(claim, page, self.letters)
        claim.parts = [part for whole in claim.parts for part in self.names.divided(whole)]
        claim.parts = [part for part in claim.parts if part.is_sure or self.names.is_certain(part)]
        claim.read_words()
        self.is_foreign = bool(page.blocks) and not may_be_in(_beginning(page.blocks), claim.language)
        self.numbers = NumberSearch(claim, page.blocks, self.names.title, is_foreign=self.is_foreign)
        self._read_index()

    def _read_index(self):
        words = [_word_to_find(part) for part in self.claim.parts]
        self.index = Index(self.blocks, self.claim.words, words, self.names.title)
        self.rivals = Rivals(self.claim, self.index, self.numbers)
        self.matcher = Matcher(self.claim, self.blocks, self.names, self.rivals)

    def result(self) -> Evidence:
        quoted = [part for part in self.claim.parts if part.kind == QUOTATION]
        for part in sorted(quoted, key=lambda part: -len(part.text)):
            if places := self.letters.find(part.text):
                return max(map(self._with_quotation, places), key=lambda evidence: len(evidence.found))
        if quoted:  # what is not there word for word may be there in other words
            words = [word for part in quoted for word in stems(part.text)]
            self.claim.words = list(dict.fromkeys([*self.claim.words, *words]))
            self._read_index()
        matches = list(filter(self._is_same_subject, map(self.matcher.match, self.index.best())))
        best = max(matches, key=lambda match: match.score, default=None)
        if best and all(self.claim.parts[number].kind == NAME for number in best.places):
            most = max(matches, key=lambda match: match.share)
            best = most if most.share > best.share + _MORE_THAN_NAMES else best
        if best is None:
            return Evidence(NOT_FOUND, [], [part.text for part in self.claim.parts])
        best = self._with_items_beside(best)
        self._remove_displaced(best)
        return self._evidence(best.passage, best.places, best.share)

    def _remove_displaced(self, best):
        """Remove names from a match that has all parts, if others stand where the claim has them."""
        parts = self.claim.parts
        if len(best.places) == len(parts) and self.blocks[best.passage.first].kind != "row":
            for number, part in enumerate(parts):
                if part.kind == NAME and self.names.has_other_in_place(part, best.passage):
                    del best.places[number]
            numbers = [number for number in best.places if parts[number].kind == NUMBER]
            for pair in combinations(numbers, 2):
                places = {parts[number]: best.places[number] for number in pair}
                if ABOVE not in places.values() and self.rivals.are_swapped(places, best.passage.text):
                    best.places = {
                        number: place for number, place in best.places.items() if number not in pair
                    }

    def _with_items_beside(self, best):
        """Add the numbers of a neighbouring item of the list that says other words of the claim."""
        place, parts = best.passage.first, self.claim.parts
        left = {number for number, part in enumerate(parts) if part.kind == NUMBER} - best.places.keys()
        is_item = self.blocks[place].kind == "item" and best.passage.last == place
        if not is_item or not left or not any(parts[number].kind == NUMBER for number in best.places):
            return best
        for other in items_beside(self.blocks, place):
            beside = self.matcher.match(self.index.passage(other, other))
            more = dict.fromkeys(left & beside.places.keys(), ABOVE)
            if more and beside.passage.words - best.passage.words:
                both = self.index.passage(min(place, other), max(place, other))
                share = len(both.words) / len(self.claim.words)
                return Match(both, best.places | more, share, best.score)
        return best

    # Quotations

    def _with_quotation(self, found):
        """Look for the other parts next to the quotation."""
        said, how = speakers(found, self.blocks)
        around = self.index.passage(max(0, found.first - 1), min(len(self.blocks) - 1, found.last + 1))
        last, places = found.last, {}
        for number, part in enumerate(self.claim.parts):
            if part.kind == QUOTATION:
                beside = [each for each in self.letters.find(part.text) if abs(each.first - found.first) <= 2]
                place = ABOVE if beside else None
                last = max([last, *(each.last for each in beside)])
            elif part.kind == NAME:
                place = ABOVE if self.names.is_beside(part, said, how, around.text) else None
            else:
                place = self.matcher.place(part, around, None)
            if place:
                places[number] = place
        if any(self.claim.parts[number].kind == NAME for number in places):
            places |= {
                number: ABOVE
                for number, part in enumerate(self.claim.parts)
                if part.kind == NAME
                and " " not in part.text
                and any(has_name(each, part.text) for each in said)
            }
        if how == "named" and last + 1 < len(self.blocks):
            last += plain(self.blocks[last + 1].text).startswith(said[0][:30])
        return self._evidence(self.index.passage(found.first, min(last, found.first + 2)), places, 1.0)

    # The verdict

    def _is_same_subject(self, match):
        """Whether the passage is about the same: a name, a year or some words alone are not enough."""
        block, is_part = self.blocks[match.passage.first], len(match.places) < len(self.claim.parts)
        if block.kind == "heading" and match.passage.first == match.passage.last and is_part:
            return False
        strong = sum(weight_of(self.claim.parts[number]) for number in match.places)
        count, words = len(match.passage.words), len(self.claim.words)
        if self.is_foreign:
            return strong >= 2
        if not strong:
            is_same = match.share >= _SAME_WITHOUT_PARTS and count >= (3 if match.share < 0.6 else 2)
            is_close = match.share >= _FOUND_WITHOUT_PARTS and count > 3
            return is_same and (is_close or self._has_value(match.passage))
        if strong >= 3 and count:
            return True
        if (strong >= 2 or (strong and words < 2)) and self._has_measure(match.passage):
            return True
        if words <= 2:
            return strong + count >= 2 and (strong >= 2 or match.share >= _SAME_WITHOUT_PARTS)
        return count >= 2 and match.share >= (_SAME_SUBJECT if strong >= 1 else _SAME_WITHOUT_PARTS)

    def _has_measure(self, passage):
        """Whether the passage has a number with the unit of one of the claim, be it another one."""
        units = {number.kind for number in undated_numbers(passage.text) if number.unit}
        return any(part.kind == NUMBER and part.value.kind in units for part in self.claim.parts)

    def _has_value(self, passage):
        """Whether the passage has a number or date where the claim has one, be it another one."""
        parts = self.claim.parts
        units = {
            number.kind for number in undated_numbers(passage.text) if number.unit or max(number.values) > 1
        }
        if any(part.kind == NUMBER and part.value.kind in units for part in parts):
            return True
        if any(part.kind == QUOTATION for part in parts):  # it is there in other words
            return True
        return not parts or (any(part.kind == DATE for part in parts) and bool(find_dates(passage.text)))

    def _is_denied(self, passage, places):
        """Whether only one of the claim and the passage says "not"."""
        there = [place for place in places.values() if place != ABOVE]
        if any(part.kind == QUOTATION for part in self.claim.parts):
            return False
        return is_denied(self.claim, passage.text, there)

    def _is_less_certain(self, passage, places):
        """Whether what the claim says is so is planned, possible or a limit on the page."""
        parts, claim, text = self.claim.parts, self.claim.text, passage.text
        there = {number: place for number, place in places.items() if place != ABOVE}
        numbers = [number for number in there if parts[number].kind == NUMBER]
        if any(part.kind == QUOTATION for part in parts):
            return False
        if says_the_opposite(claim, text, there.values()):
            return True
        for part in (parts[number] for number in numbers):
            if has_other_measure(claim, (part.start, part.end), text, self.matcher.found(part, passage)):
                return True
        where = [there[number] for number in numbers or there]
        return is_less_certain(claim, text, where, is_any=bool(numbers))

    def _is_in_sentence(self, passage, places):
        """Whether a sentence with a name of the claim has half of its words, too, or the one that goes on."""
        text, there = passage.text, [place for place in places.values() if place != ABOVE]
        start, end = with_subject(text, sentence_with_most(self.claim.words, text))
        if not there or any(start <= place[0] < end for place in there):
            return True
        most = max(self.matcher.words_in(sentence_of(text, place)) for place in there)
        return 2 * most >= len(passage.words)

    def _is_in_place(self, name, passage):
        """Whether the passage is about a place of the claim: it, or only the rest of the page, names it."""
        if has_name(f"{self.names.title}\n{passage.text}", name):
            return True
        return not IN_PLACE.search(passage.text) and any(has_name(each.text, name) for each in self.blocks)

    def _evidence(self, passage, places, share):
        found = [part.text for number, part in enumerate(self.claim.parts) if number in places]
        missing = [part.text for number, part in enumerate(self.claim.parts) if number not in places]
        few = (self.is_foreign and len(found) > 1) or (
            len(found) > 2 and (share > 0 or len(self.claim.words) < 2)
        )
        is_same = share >= _ENOUGH_TO_BE_FOUND or few
        if places and all(part.kind == NAME for part in self.claim.parts):
            is_same = is_same and self._is_in_sentence(passage, places)
        is_found = (
            (found or (share >= _FOUND_WITHOUT_PARTS and len(self.claim.words) > 3))
            and not missing
            and is_same
            and not self._is_denied(passage, places)
            and not self._is_less_certain(passage, places)
            and (self.is_foreign or all(self._is_in_place(name, passage) for name in self.claim.places))
        )
        text = "\n".join(block.with_head() for block in self.blocks[passage.first : passage.last + 1])
        section = self._section(passage)
        return Evidence(
            FOUND if is_found else PARTLY, found, missing, text, passage.first, passage.last, section
        )

    def _section(self, passage):
        """Return the heading above a passage, unless the whole text is below it."""
        above = range(passage.first, 0, -1)
        headings = (self.blocks[each].text for each in above if self.blocks[each].kind == "heading")
        return next(headings, "").lstrip("# ")


def _beginning(blocks: list[Block]):
    return " ".join(block.text for block in blocks[:30])[:6000]


def _word_to_find(part):
    """Return the word of a part that makes a passage worth comparing."""
    text = str(part.value.year) if part.kind == DATE and part.value.year else part.text
    words = [] if part.kind == QUOTATION else re.findall(r"[^\W_]+", plain(text).lower())
    return words[-1 if part.kind in (NAME, LAW) else 0] if words else ""
