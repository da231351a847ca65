"""Find the paragraph around an offset in Markdown, and the passage that a removal takes.

A removal takes the sentence of a mark, the quotation with its attribution, or the block (list item, callout,
paragraph) that contains only these. Texts are read in linear time, without being rendered.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from blog.articles.versions.paragraphs import split
from blog.documents.claims.blocks import Block
from blog.documents.claims.claim import ClaimKind
from blog.documents.claims.sentences import PICTURE
from blog.documents.quotation_marks import pair_quotation_marks
from blog.review.markup import CREDIT_LINE, LABEL, MARKER, has_text, with_whole_emphasis
from blog.review.quoted_sentences import ATTRIBUTION, OPENING, QuotedSentences

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
