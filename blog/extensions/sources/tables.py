"""Find the numbers of a claim in the tables of a page."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from blog.extensions.sources.claim_parts import Claim, Part
from blog.extensions.sources.number_words import SCALE_PATTERN, SCALES
from blog.extensions.sources.pages import Block
from blog.extensions.sources.passages import Passage, intro_of
from blog.extensions.sources.quantities import find_dates, find_numbers, has_unit, unit_in
from blog.extensions.sources.text_search import Span, begins_word, count_words, has_name
from blog.extensions.sources.values import DATE
from blog.extensions.sources.words import folded, letters, plain

LONGEST_CAPTION = 120
# The scale of a column: (in thousands), £ million, Angaben in Mrd. Euro
_SCALED = re.compile(
    rf"(?:(?:^|\s|\()(?:in|en)\s|[(,:|]\s?|[$€£¥]\s?)(?:[$€£¥]\s?)?"
    rf"(?P<scale>{SCALE_PATTERN}|1[.,]?000|'?000s?|(?<=en )miles)(?!\w)",
    re.IGNORECASE,
)


class TableSearch:
    """Searches rows for the numbers of a claim, in the columns that fit."""

    def __init__(self, claim: Claim, blocks: Sequence[Block]):
        self.claim, self.blocks = claim, blocks
        self._dates = [part.value for part in claim.parts if part.kind == DATE]

    def places(self, part: Part, passage: Passage, block: Block) -> Iterator[Span]:
        """Yield the cells of a row in the column that fits the words and the dates of the claim."""
        if not self._is_row(block):
            return
        head = [folded(plain(cell)) for cell in block.head.split(" | ")]
        cells = plain(block.text).split(" | ")
        near, counted = self.claim.nearer(part), self.claim.counted(part)
        if counted and any(begins_word(counted, title) for title in head):
            near = [counted]
        caption = f"{self._caption(passage)} {head[0]}"
        for place, cell in enumerate(cells):
            title = head[place] if place < len(head) else ""
            is_dated = self._is_dated(title, head) or unit_in(part.value, title)
            is_column = is_dated and _is_column(near, head, cells, place)
            for number in find_numbers(cell) if is_column else ():
                says = title if number.unit or _SCALED.search(title) or "%" in title else f"{title} {caption}"
                is_unit = has_unit(part.value, number, cell) or unit_in(part.value, says)
                if _scaled(number, says) & part.value.values and is_unit:
                    start = passage.text.rfind(cell)
                    yield start + number.start, start + number.end

    def _caption(self, passage):
        """Return the short text above a table, which may tell the unit of all its numbers."""
        intro = intro_of(self.blocks, passage.first)
        text = "" if intro is None else plain(self.blocks[intro].text)
        return folded(text) if len(text) <= LONGEST_CAPTION else ""

    def _is_row(self, block):
        """Whether no other row of the page fits the claim better by its first cell, such as a country."""
        named = self._named_rows.get(block.head, ())
        return not named or _first_cell(block) in named

    @cached_property
    def _named_rows(self) -> dict[str, set[str]]:
        """The first cells of rows that the claim has, by the head of their table."""
        named, said = defaultdict(set), letters(self.claim.text)
        for block in self.blocks:
            label = _first_cell(block) if block.kind == "row" else ""
            if label and letters(label) in said and has_name(self.claim.text, label):
                named[block.head].add(label)
        return named

    def _is_dated(self, title, head):
        """Whether a column has the date of the claim, if the head of the table has it."""
        there = [date for cell in head for date in find_dates(cell)]
        if not any(said.agrees_with(date) for said in self._dates for date in there):
            return True
        return any(said.agrees_with(date) for said in self._dates for date in find_dates(title))


def _first_cell(block):
    return plain(block.text).partition(" | ")[0]


def _is_column(near, head, cells, place):
    """Whether no other column of numbers fits the words around the number better than this one."""
    if not near or place >= len(head):
        return True
    titles = [title for title, cell in zip(head, cells, strict=False) if find_numbers(cell)]
    fits = [count_words(near, title) for title in titles]
    return count_words(near, head[place]) >= max(fits, default=0)


def _scaled(number, title):
    """Return the values of a number in a column. title: what its head and the caption say."""
    found = _SCALED.search(title) if number.unit != "%" else None
    scale = SCALES.get(found["scale"].lower(), 1000) if found else 1
    return {round(value * scale, 6) for value in number.values}
