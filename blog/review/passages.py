"""Find the paragraph around an offset in Markdown, and the passage that a removal takes.

A removal takes the sentence of a mark, the quotation with its attribution (QuotedSentences), or the block
(list item, callout, paragraph) that contains only these. Texts are read in linear time,
without being rendered.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, product

from blog.articles.versions.paragraphs import split
from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import PICTURE, Sentence, read_sentences
from blog.documents.claims.values import ClaimKind
from blog.documents.claims.vocabulary import SAYING
from blog.documents.quotation_marks import MARKS, OPENING_MARKS, pair_quotation_marks
from blog.review.markup import (
    CREDIT_LINE,
    IS_ASKED,
    IS_SAID,
    LABEL,
    MARKER,
    has_text,
    has_whole_tags,
    is_sentence,
    is_text,
    with_whole_emphasis,
)

FEWEST_WORDS = 5  # in quotation marks: fewer are a term or a title
MOST_PARTS = 20  # of a quotation: sentences with “she says” between them
LONGEST_TAGS = 200  # characters of the tags before a sentence
LONGEST_CHAIN = 20_000  # characters of paragraphs whose quotation marks are paired together

ATTRIBUTION = re.compile(
    r"[\s>]*(?:[–—―]|--|~)\s{0,3}[*_]{0,2}(?:[A-ZÀ-Þ]|an? |the )[^\n]{1,160}\Z"  # noqa: RUF001 -- dashes
)
OPENING = re.compile(rf"[\s>*_]*[{MARKS}]")
_PRONOUN_SAYS = re.compile(
    r"(?i)\W*(?:(?:he|she|they|er|sie) [a-zß-ÿ]+|[a-zß-ÿ]+ (?:he|she|they|er|sie))(?: [a-zß-ÿ]+)?"
    rf"\W*?(?:[{OPENING_MARKS}]|\Z)"
)
_NUMBER = re.compile(r"[\W_]*\d{1,9}[.)]")
_TAGS_BEFORE = re.compile(r"(?:<[a-zA-Z][^<>]*>)++\Z")
_TAGS_AFTER = re.compile(r"(?:</[a-zA-Z][^<>]*>)++")
_TAG = re.compile(r"<[^<>]*>")
_NAMED_BELOW = re.compile(r"(?:\A|\n)[\s>]*(?:<[^<>]*>)?[–—―]\s{0,3}[*_]{0,2}[A-ZÀ-Þ]")  # noqa: RUF001 -- dashes
_NAMED_AT_END = re.compile(
    r"[.!?…][*_]{0,3}[ \t]*(?:[–—―]|--|~|(?<= )-)[ \t]{0,3}[*_]{0,2}(?:Dr\b|[A-ZÀ-Þ])"  # noqa: RUF001 -- dashes
)


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
        if self._pieces[high].block is Block.QUOTE and self._has_attribution(high):
            # The attribution is removed, so the whole quote is, too.
            low = min(low, high - len(self.rest_of_block(high, high)[0]))
        return low, high

    def _text(self, number):
        return self.body[self._pieces[number].start : self._pieces[number].end]

    def _has_attribution(self, number):
        """Whether the piece names the speaker of its whole block: in a line, or at the end without quotes."""
        if _NAMED_BELOW.search(self._text(number)):
            return True
        before, after = self.rest_of_block(number, number)
        is_unquoted = not after and not self._quotes(number - len(before), number)
        return is_unquoted and _NAMED_AT_END.search(self._text(number)) is not None

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
        low = self._with_question(low)
        is_said = self._is_said(low, high)
        for _ in range(MOST_PARTS):
            end = self._quoted_only(high + 1, high) if is_said else None
            if end is None:
                break
            high = end
        for _ in range(MOST_PARTS):
            if not low or self._quoted_only(low, high) is None or not self._is_same_block(low - 1, low):
                break
            earlier = self._with_whole_pairs(low - 1, low - 1)[0]
            if not self._is_said(earlier, low - 1):
                break
            low = earlier
        if high + 1 < len(self._pieces) and self._quotes(low, high):
            following = self._pieces[high + 1]
            if ATTRIBUTION.match(self.body[following.start : following.end]):
                high += 1
        return low, high

    def _is_said(self, low, high):
        """Whether these pieces contain a quotation, or begin with a few words that somebody says."""
        begins, ends = self._pieces[low].start, self._pieces[high].end
        return bool(self._quotes(low, high)) or IS_SAID.match(self.body, begins, ends) is not None

    def _with_question(self, low):
        """Include the question before the sentence that says who asks it: “Is it so?” Dr. Hale asks."""
        says = not self._pieces[low].words.isdisjoint(SAYING) or self._quoted_only(low + 1, low) is not None
        if not (low and says and self._is_same_block(low - 1, low)):
            return low
        earlier = self._with_whole_pairs(low - 1, low - 1)[0]
        asked = IS_ASKED.fullmatch(self.body, self._pieces[earlier].start, self._pieces[low - 1].end)
        return earlier if asked and not OPENING.match(self.body, self._pieces[low].start) else low

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
        is_only = not _WORD.search(rest) or _PRONOUN_SAYS.match(rest)
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


MOST_PARAGRAPHS = 12  # of one quotation

_COMMAND = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}")
_EMPHASIS = re.compile(r"[*_]*[ \t]*")
_FIGURE = re.compile(r"\d\d|\d[ \t]?%")
_CONTAINER = (re.compile(r"[ \t]*:{3,}[ \t]*[{\w][^\n]*"), re.compile(r"[ \t]*:{3,}[ \t]*"))
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Cut:
    """The text that a removal deletes: body[start:end].

    is_block: whole lines, such as a list item. is_paragraph: all of its paragraph, too. leaves_remains: only
    a label, an image or nested items are left of its list item or callout.
    """

    start: int
    end: int
    is_block: bool = False
    is_paragraph: bool = False
    leaves_remains: bool = False


def paragraph_at(body: str, place: int) -> tuple[int, int]:
    """Return the start and end of the paragraph at an offset."""
    start = 0
    for paragraph in split(body):
        end = start + len(paragraph.text)
        if place < end + len(paragraph.gap):
            return start, end
        start = end + len(paragraph.gap)
    return start, start


class PassageFinder:
    """Finds the passages to remove from a text, which is split into paragraphs once."""

    def __init__(self, body: str):
        self.body = body
        self._starts, self._ends, place = [], [], 0
        for paragraph in split(body):
            self._starts.append(place)
            self._ends.append(place + len(paragraph.text))
            place = self._ends[-1] + len(paragraph.gap)

    def find(self, kind: str, start: int, end: int, name: str = "") -> Cut:
        """Return the passage to remove for a mark of this kind (of claim or finding) at body[start:end].

        name: the person whom the mark is about. A label in bold is removed, too, if it names the person.
        """
        if is_part := self._part(start, end):
            return self._cut_part(*is_part)
        first, last = self._paragraphs(start, end)
        pieces = QuotedSentences(self.body, self._starts[first], self._ends[last])
        picked = pieces.pick(start, end, is_quotation=kind == ClaimKind.QUOTATION)
        return self._cut_pieces(pieces, *picked, end, name) if picked else self._cut_part(start, end)

    def _paragraph_number(self, place):
        return max(0, bisect_right(self._starts, place) - 1)

    def _part(self, start, end):
        """Return the (start, end) to cut if the mark is an image, a template command or a label; else None.

        A label before a quotation, such as “Social snippet:”, is removed together with the quotation.
        """
        body = self.body
        if PICTURE.match(body, start, end):
            credit = CREDIT_LINE.match(body, end)
            return start, credit.end() if credit else end
        if _COMMAND.fullmatch(body, start, end):
            return start, end
        if body[start:end].rstrip().endswith(":"):
            line = body.rfind("\n", 0, start) + 1
            begin = MARKER.match(body, line, start).end()
            if not _WORD.search(body[begin:start]):
                after = _EMPHASIS.match(body, end).end()
                return None if OPENING.match(body, after) else (begin, after)
        return None

    def _paragraphs(self, start, end):
        """Return the numbers of the first and last paragraph, extended to whole quotations."""
        first, last = self._paragraph_number(start), self._paragraph_number(max(start, end - 1))
        for _ in range(MOST_PARAGRAPHS):
            if first and self._is_open(first - 1) and OPENING.match(self._text(first)):
                first -= 1
            elif last + 1 < len(self._starts) and self._goes_on(last):
                last += 1
            else:
                break
        return first, last

    def _goes_on(self, number):
        following = self._text(number + 1)
        if self._is_open(number) and OPENING.match(following):
            return True
        return self._text(number).rstrip("*_ ").endswith(('"', "”", "“", "»")) and (
            ATTRIBUTION.match(following) is not None
        )

    def _is_open(self, number):
        """Whether a quotation begins in the paragraph but does not end there."""
        text = self._text(number)
        _, lone = pair_quotation_marks(text)
        return bool(lone) and not text[lone[-1] + 1 : lone[-1] + 2].isspace() and lone[-1] + 1 < len(text)

    def _text(self, number):
        return self.body[self._starts[number] : self._ends[number]]

    def _cut_pieces(self, pieces, low, high, mark_end, name) -> Cut:
        body = self.body
        before, after = pieces.rest_of_block(low, high)
        has_before = any(map(pieces.says_something, before))
        # "We would like to thank:" introduces the list below, which stays.
        introduces = bool(after) and body[: after[-1].end].endswith(":")
        has_after = introduces or any(map(pieces.says_something, after))
        has_children = pieces.has_children(high)
        if not (has_before or has_after or has_children):
            return self._cut_lines(pieces[low - len(before)].start, pieces[high + len(after)].end)
        start, end = pieces[low].start, pieces[high].end
        if not before:
            start = self._after_label(start, end, mark_end, name)
        if has_after:
            end = after[0].start
        else:
            end = after[-1].end if after else end
            start = _end_before(body, start) if has_before else start
        start, end = with_whole_emphasis(body, start, end)
        has_sentence = any(
            pieces.says_something(piece) and piece.block is not Block.PICTURE for piece in (*before, *after)
        )
        remains = pieces.is_item_or_quote(low) and not has_sentence
        return Cut(start, end, leaves_remains=remains)

    def _after_label(self, start, end, mark_end, name):
        """Return where a block's words start: after its marker, and after its label if that can stay.

        A label cannot stay if it contains the mark, a figure or the last word of `name`, or fills the block.
        """
        body = self.body
        start = max(start, MARKER.match(body, body.rfind("\n", 0, start) + 1).end())
        label = LABEL.match(body, start, end)
        if not label or label.end() >= min(end, mark_end) or _FIGURE.search(label[0]):
            return start
        return start if name and name.split()[-1] in label[0] else label.end()

    def _cut_part(self, start, end) -> Cut:
        """Return the passage for a part of a line, or for the whole line if nothing else is in it."""
        body = self.body
        line = body.rfind("\n", 0, start) + 1
        line_end = body.find("\n", end)
        line_end = line_end if line_end >= 0 else len(body)
        around = body[line:start].lstrip("0123456789") + body[end:line_end]
        if not _WORD.search(around) and "![" not in around:
            return self._cut_lines(start, end)
        if not body[end:line_end].strip():
            return Cut(len(body[:start].rstrip(" \t")), end + len(body[end:line_end]))
        if start == line or body[start - 1].isspace():
            end += len(body[end:line_end]) - len(body[end:line_end].lstrip(" \t"))
        return Cut(start, end)

    def _cut_lines(self, start, end) -> Cut:
        """Return the passage for whole lines, or for whole paragraphs if nothing else is in them."""
        body = self.body
        first, last = self._paragraph_number(start), self._paragraph_number(max(start, end - 1))
        begin, stop = self._starts[first], self._ends[last]
        line = max(begin, body.rfind("\n", 0, start) + 1)
        line_end = body.find("\n", end, stop)
        line_end = line_end if line_end >= 0 else stop
        if body[line:start].startswith("<") and has_text(body[line:start] + body[end:line_end]):
            return Cut(start, end)  # one of several items or cells in a line of HTML
        if not has_text(body[begin:line] + body[line_end:stop]):
            return self._cut_paragraphs(first, last)
        if body[line_end:stop].strip(" \t\n>"):
            rest = body[line_end:stop]
            return Cut(line, line_end + len(rest) - len(rest.lstrip("\n")), is_block=True)
        return Cut(_end_before(body, line), line_end, is_block=True)

    def _cut_paragraphs(self, first, last) -> Cut:
        number = len(self._starts)
        if first > 0 and last + 1 < number and self._is_container(first - 1, last + 1):
            first, last = first - 1, last + 1
        if last + 1 < number:
            return Cut(self._starts[first], self._starts[last + 1], is_block=True, is_paragraph=True)
        start = len(self.body[: self._starts[first]].rstrip())
        return Cut(start, self._ends[last], is_block=True, is_paragraph=True)

    def _is_container(self, first, last):
        """Whether these paragraphs are the first and the last line of a directive, such as `:::note`."""
        return _CONTAINER[0].fullmatch(self._text(first)) and _CONTAINER[1].fullmatch(self._text(last))


def _end_before(body, place):
    """Return the end of the text before an offset, without blank lines and the marks of block quotes."""
    end = len(body[:place].rstrip(" \t\n>"))
    return end + (end > 0 and body[end : end + 1] == ">")  # of a tag
