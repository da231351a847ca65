"""Passages of a page that may be evidence: up to three neighbouring blocks, or a row with its head."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from blog.documents.claims.vocabulary import any_of
from blog.extensions.sources.pages import Block
from blog.extensions.sources.words import folded, plain, without_accents

MOST_COMPARED = 40  # passages of a page that are compared in full
FARTHEST_INTRO = 40  # blocks before an item or row in which its introduction is looked for
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Passage:
    """blocks[first:last + 1] of a page. text: plain, a line for each. words: the stems of the claim in it."""

    first: int
    last: int
    text: str
    words: frozenset[str]


class Index:
    """The blocks of a page by the words of a claim."""

    def __init__(self, blocks: list[Block], words: list[str], more: list[str], title: str = ""):
        """more: further texts, such as names and numbers, that make a passage worth comparing."""
        self.blocks = blocks
        self.words = words
        known = [without_accents(word) for word in [*words, *more] if word]
        self._pattern = _pattern(known)
        self._in_title = self._words_in(Block(title))
        self._found = [self._words_in(block) for block in blocks]

    def _words_in(self, block):
        return self.words_in(plain(block.with_head()))

    def words_in(self, text: str) -> frozenset[str]:
        """Return the stems and further texts that a plain text has."""
        return frozenset(self._pattern.findall(folded(text))) if self._pattern else frozenset()

    def words_at(self, place: int) -> frozenset[str]:
        return self._found[place]

    def words_around(self, place: int) -> frozenset[str]:
        """Return those of a block, and of what introduces its list or table."""
        return self._words_of(place, place)

    def best(self) -> list[Passage]:
        """Return the passages with most words of the claim, best first."""
        chosen = nlargest(
            MOST_COMPARED, self._ranges(), key=lambda each: (each[0], each[1] - each[2], -each[1])
        )
        return [self.passage(first, last) for score, first, last in chosen if score]

    def _ranges(self) -> Iterator[tuple[int, int, int]]:
        for place, block in enumerate(self.blocks):
            if not self._found[place]:
                continue
            for first, last in _around(self.blocks, place, block):
                yield len(self._words_of(first, last)), first, last

    def passage(self, first: int, last: int) -> Passage:
        blocks = self.blocks[first : last + 1]
        text = "\n".join(plain(block.with_head()) for block in blocks)
        words = self._words_of(first, last).intersection(map(without_accents, self.words))
        return Passage(first, last, text, words)

    def _words_of(self, first, last):
        """Return the stems in these blocks, and in what introduces the list or the table."""
        found = frozenset().union(*self._found[first : last + 1])
        kind, intro = self.blocks[first].kind, intro_of(self.blocks, first)
        found = found | self._in_title if kind == "row" else found
        return found | self._found[intro] if intro is not None else found


def intro_of(blocks: Sequence[Block], place: int) -> int | None:
    """Return the number of the block that introduces the list of an item, or the table of a row."""
    kind = blocks[place].kind
    before = range(place - 1, max(-1, place - FARTHEST_INTRO), -1) if kind in ("item", "row") else ()
    return next((each for each in before if blocks[each].kind != kind), None)


def items_beside(blocks: Sequence[Block], place: int) -> list[int]:
    """Return the numbers of the blocks of the same list that may be one passage with an item."""
    intro, end = intro_of(blocks, place), min(len(blocks), place + 3)
    return [
        each
        for each in range(max(0, place - 2), end)
        if blocks[each].kind == "item" and intro_of(blocks, each) == intro
    ]


def _pattern(known):
    if not known:
        return None
    has_cjk = any(map(_CJK.search, known))
    return re.compile(any_of(known) if has_cjk else rf"(?<![^\W_]){any_of(known)}")


def _around(blocks, place, block) -> Iterator[tuple[int, int]]:
    """Yield the ranges around a block: a row is alone, an item has what introduces it."""
    yield place, place
    if block.kind == "row":
        return
    before = place - 1
    if before >= 0 and _may_join(blocks[before], block):
        yield before, place
        if place + 1 < len(blocks) and _may_join(block, blocks[place + 1]) and block.kind != "item":
            yield before, place + 1
        if before >= 1 and blocks[before - 1].kind == "heading" and block.kind != "heading":
            yield before - 1, place


def _may_join(first, second):
    """Whether two blocks may be one passage: not two items of a list, nor what stands before a heading."""
    if "row" in (first.kind, second.kind) or second.kind == "heading":
        return False
    return not (first.kind == "item" and second.kind in ("item", "text"))
