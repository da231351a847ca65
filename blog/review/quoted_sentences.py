"""Select the sentences to remove for a mark: its sentence, or the whole quotation, list item or callout."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, product

from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import Sentence, read_sentences
from blog.documents.quotation_marks import pair_quotation_marks
from blog.review.markup import has_whole_tags, is_sentence, is_text

FEWEST_WORDS = 5  # in quotation marks: fewer are a term or a title
MOST_PARTS = 20  # of a quotation: sentences with “she says” between them
LONGEST_TAGS = 200  # characters of the tags before a sentence
LONGEST_CHAIN = 20_000  # characters of paragraphs whose quotation marks are paired together

ATTRIBUTION = re.compile(
    r"[\s>]*(?:[–—―]|--|~)\s{0,3}[*_]{0,2}(?:[A-ZÀ-Þ]|an? |the )[^\n]{1,160}\Z"  # noqa: RUF001 -- dashes
)
OPENING = re.compile(r"[\s>*_]*[\"“”„«»]")
_PRONOUN_SAYS = re.compile(
    r"[^\w]*(?:(?:he|she|they|er|sie) [a-zß-ÿ]+|[a-zß-ÿ]+ (?:he|she|they|er|sie))(?: [a-zß-ÿ]+)?[^\w]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"[\W_]*\d{1,9}[.)]")
_TAGS_BEFORE = re.compile(r"(?:<[a-zA-Z][^<>]*>)++\Z")
_TAGS_AFTER = re.compile(r"(?:</[a-zA-Z][^<>]*>)++")
_TAG = re.compile(r"<[^<>]*>")
_NAMED_BELOW = re.compile(r"(?:\A|\n)[\s>]*(?:<[^<>]*>)?[–—―]\s{0,3}[*_]{0,2}[A-ZÀ-Þ]")  # noqa: RUF001 -- dashes


class QuotedSentences:
    """The sentences and images of one or more paragraphs, with their quotations."""

    def __init__(self, body: str, start: int, end: int):
        self.body = body
        self._pieces = _with_numbers(
            _with_tags(sentence, body, start) for sentence in read_sentences(body[start:end])
        )
        self._starts = [piece.start for piece in self._pieces]
        self._end = end
        self._pairs = list(self._find_pairs())
        self._closings = dict(self._pairs)

    def __getitem__(self, number) -> Sentence:
        return self._pieces[number]

    def pick(self, start, end, *, is_quotation) -> tuple[int, int] | None:
        """Return the numbers of the first and last piece to remove for a mark; None if it is in no piece."""
        picked = [
            number for number, piece in enumerate(self._pieces) if piece.start < end and start < piece.end
        ]
        if not picked:
            return None
        low, high = (picked[0] if is_quotation else picked[-1]), picked[-1]
        if is_quotation and low < high and not self._quotes(low, high):  # an answer in an interview
            block = [number for number, piece in enumerate(self._pieces) if self._is_same_block(number, high)]
            low, high = min(low, block[0]), block[-1]
        low, high = self._with_whole_pairs(low, high)
        low, high = self._with_rest_of_quotation(low, high)
        if self._pieces[high].block is Block.QUOTE and _NAMED_BELOW.search(self._text(high)):
            # The attribution is removed, so the whole quote is, too.
            low = min(low, high - len(self.rest_of_block(high, high)[0]))
        return low, high

    def _text(self, number):
        return self.body[self._pieces[number].start : self._pieces[number].end]

    def rest_of_block(self, low, high) -> tuple[list[Sentence], list[Sentence]]:
        """Return the pieces before `low` in its block, and those after `high` in its block."""
        before, after = low, high
        while before and self._is_same_block(before - 1, low):
            before -= 1
        while after + 1 < len(self._pieces) and self._is_same_block(after + 1, high):
            after += 1
        return self._pieces[before:low], self._pieces[high + 1 : after + 1]

    def says_something(self, piece) -> bool:
        if piece.block is Block.PICTURE:
            return True
        text = self.body[piece.start : piece.end]
        return any(map(is_text, text.splitlines())) if piece.block is Block.QUOTE else is_sentence(text)

    def is_item_or_quote(self, number) -> bool:
        return self._pieces[number].block in (Block.ITEM, Block.QUOTE)

    def has_children(self, number) -> bool:
        """Whether nested items follow the list item of this piece."""
        if self._pieces[number].block is not Block.ITEM:
            return False
        block = self._pieces[number].paragraph
        following = next((piece for piece in self._pieces[number + 1 :] if piece.paragraph != block), None)
        first = next(piece for piece in self._pieces if piece.paragraph == block)
        return following is not None and self._indent(following) > self._indent(first)

    def _indent(self, piece):
        line = self.body.rfind("\n", 0, piece.start) + 1
        text = self.body[line : piece.start]
        return len(text.expandtabs(4)) if not text.strip() else 0

    def _is_same_block(self, number, other):
        return self._pieces[number].paragraph == self._pieces[other].paragraph

    def _number_at(self, place):
        return max(0, bisect_right(self._starts, place) - 1)

    def _find_pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the (opening, closing) offsets of pairs of quotation marks.

        Pairs in a list item or table row do not extend beyond it.
        """
        start = None
        blocks = [list(group) for _, group in groupby(self._pieces, key=lambda piece: piece.paragraph)]
        for number, block in enumerate(blocks):
            start = block[0].start if start is None else start
            text = self.body[start : block[-1].end]
            pairs, lone = pair_quotation_marks(text)
            following = blocks[number + 1][0] if number + 1 < len(blocks) else None
            may_go_on = (
                following and _is_prose(block[0]) and _is_prose(following) and len(text) < LONGEST_CHAIN
            )
            if lone and may_go_on and OPENING.match(self.body, following.start):
                continue
            yield from ((start + opening, start + closing) for opening, closing in pairs)
            start = None

    def _quotes(self, low, high):
        """Return the pairs within these pieces that enclose a quotation, not just a term."""
        start, end = self._pieces[low].start, self._pieces[high].end
        return [
            pair
            for pair in self._pairs
            if start <= pair[0] and pair[1] < end and len(self.body[slice(*pair)].split()) >= FEWEST_WORDS
        ]

    def _with_whole_pairs(self, low, high):
        for opening, closing in self._pairs:
            if self._number_at(opening) <= high <= self._number_at(closing):
                high = self._number_at(closing)
        for opening, closing in reversed(self._pairs):
            if self._number_at(opening) <= low <= self._number_at(closing):
                low = self._number_at(opening)
        return low, high

    def _with_rest_of_quotation(self, low, high):
        """Include what the same person says in the sentences before and after, and the attribution."""
        for _ in range(MOST_PARTS):
            end = self._quoted_only(high + 1, high) if self._quotes(low, high) else None
            if end is None:
                break
            high = end
        for _ in range(MOST_PARTS):
            if not low or self._quoted_only(low, high) is None or not self._is_same_block(low - 1, low):
                break
            earlier = self._with_whole_pairs(low - 1, low - 1)[0]
            if not self._quotes(earlier, low - 1):
                break
            low = earlier
        if high + 1 < len(self._pieces) and self._quotes(low, high):
            following = self._pieces[high + 1]
            if ATTRIBUTION.match(self.body[following.start : following.end]):
                high += 1
        return low, high

    def _quoted_only(self, number, block_of) -> int | None:
        """Return the last piece of a quotation that begins with this piece and does not name a speaker."""
        if number >= len(self._pieces) or not self._is_same_block(number, block_of):
            return None
        piece = self._pieces[number]
        opening = OPENING.match(self.body, piece.start, piece.end)
        closing = self._closings.get(opening.end() - 1) if opening else None
        if closing is None:
            return None
        last = self._number_at(closing)
        rest = self.body[closing + 1 : self._pieces[last].end]
        is_only = not _WORD.search(rest) or _PRONOUN_SAYS.fullmatch(rest.partition('"')[0].partition("“")[0])
        return last if is_only else None


def _is_prose(piece):
    return piece.block in (Block.PARAGRAPH, Block.QUOTE)


def _with_numbers(sentences):
    """Join a number that was read as a sentence with the next one: “**1. Tides:** They turn.”"""
    joined = []
    for sentence in sentences:
        if joined and _NUMBER.fullmatch(joined[-1].text) and joined[-1].paragraph == sentence.paragraph:
            sentence.start = joined.pop().start
        joined.append(sentence)
    return joined


def _with_tags(sentence, body, offset):
    """Move a sentence by the offset of its text, and include those tags directly around it that match."""
    start, end = sentence.start + offset, sentence.end + offset
    before = _TAGS_BEFORE.search(body, max(start - LONGEST_TAGS, body.rfind("\n", 0, start) + 1), start)
    after = _TAGS_AFTER.match(body, end, end + LONGEST_TAGS)
    starts = [tag.start() for tag in _TAG.finditer(body, before.start(), start)] if before else []
    ends = [tag.end() for tag in _TAG.finditer(body, end, after.end())] if after else []
    spans = list(product([*starts, start], [*reversed(ends), end]))  # the longest first
    span = next((span for span in spans if has_whole_tags(body[slice(*span)])), spans[0])
    sentence.start, sentence.end = span
    return sentence
