"""Remove the passages whose words only a site generator knows.

A tag such as `{{ release.date }}` leaves LOST in the text (cleanup/scan.py). The words around it make no
sense without the output, so their list item, table row or sentence is removed. So are a list, table, heading
or lead-in ("The options:") of which nothing remains.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from markdown_it.token import Token

from blog.documents.claims.sentences import SENTENCE_END
from blog.documents.cleanup.scan import LOST
from blog.documents.rendering.values import NO_LOSSES, Losses

# A sentence may begin with a name such as iPhone. After four letters, a full stop ends no abbreviation.
_LOWER_NAME = r"(?<=\w{4}[.!?])\s+(?=[a-z]{1,4}[A-Z])"
_BOUNDARY = re.compile(rf"{SENTENCE_END.pattern}|{_LOWER_NAME}|(?<=[。！？])|\n\n")  # noqa: RUF001 -- marks of other scripts
_LONE_LINE = re.compile(rf"(?:\n|\A)[ \t]*{LOST}[ \t]*(?=\n|\Z)")
_TAG = re.compile(r"(<[^<>]*>)")
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|video|audio|picture|svg)\b", re.IGNORECASE)
_MARKUP = frozenset(("em_open", "strong_open", "s_open", "link_open"))
_GROUPS = frozenset(("bullet_list_open", "ordered_list_open", "dl_open", "table_open", "blockquote_open"))
_LED_IN = _GROUPS | {"fence", "code_block", "html_block"}
_OF_ONE_INLINE = frozenset(("paragraph_open", "heading_open", "dt_open"))


@dataclass(slots=True)
class _Block:
    opening: Token  # or the only token
    closing: Token | None = None
    children: list["_Block"] = field(default_factory=list)
    is_hit: bool = False  # it contains LOST

    @property
    def kind(self) -> str:
        return self.opening.type

    @property
    def inline(self) -> Token:
        return self.children[0].opening

    def tokens(self) -> Iterator[Token]:
        yield self.opening
        for child in self.children:
            yield from child.tokens()
        if self.closing:
            yield self.closing


def remove_lost_passages(tokens: list[Token]) -> tuple[list[Token], Losses]:
    """Return the tokens of a text without the passages around LOST, and how many these were."""
    if not any(LOST in token.content for token in tokens):
        return tokens, NO_LOSSES
    remover = _Remover()
    blocks = remover.remaining(_blocks(tokens))
    return [token for block in blocks for token in block.tokens()], Losses(remover.passages, remover.parts)


def _blocks(tokens: list[Token]) -> list[_Block]:
    root = _Block(Token("root", "", 0))
    path = [root]
    for token in tokens:
        if token.nesting < 0 and len(path) > 1:
            closed = path.pop()
            closed.closing = token
            path[-1].is_hit |= closed.is_hit
            continue
        block = _Block(token, is_hit=LOST in token.content)
        path[-1].children.append(block)
        path[-1].is_hit |= block.is_hit
        if token.nesting > 0:
            path.append(block)
    return root.children


class _Remover:
    def __init__(self) -> None:
        self.passages = self.parts = 0

    def remaining(self, blocks: list[_Block]) -> list[_Block]:
        """Return the blocks of one level that remain."""
        if not any(block.is_hit for block in blocks):
            return blocks
        kept: list[_Block] = []
        before_gap: set[int] = set()  # numbers of kept blocks that were followed by a removed one
        for block in blocks:
            if not block.is_hit or self._remains(block):
                kept.append(block)
            else:
                before_gap.add(len(kept) - 1)
        return self._without_introductions(kept, before_gap)

    def _without_introductions(self, blocks, before_gap):
        """Remove the headings and lead-ins of removed blocks."""
        kept: list[_Block] = []
        for number in range(len(blocks) - 1, -1, -1):
            block, following = blocks[number], kept[-1] if kept else None
            if number in before_gap and self._introduces_nothing(block, following):
                self.parts += 1
                before_gap.add(number - 1)
            else:
                kept.append(block)
        return kept[::-1]

    def _introduces_nothing(self, block, following):
        if block.kind == "heading_open":
            is_same_section = following and (
                following.kind != "heading_open" or following.opening.tag > block.opening.tag
            )
            return not is_same_section
        is_lead_in = block.kind == "paragraph_open" and _flat(block.inline)[0].rstrip().endswith(":")
        if not is_lead_in or (following and following.kind in _LED_IN):
            return False
        text = _flat(block.inline)[0]
        _cut(block.inline, [([0, *_boundaries(text.rstrip())][-1], len(text))])
        if _shows_something(block.inline):
            self.parts += 1
            return False
        return True

    def _remains(self, block: _Block) -> bool:
        if block.kind == "html_block":
            block.opening.content = self._cut_html(block.opening.content)
            return bool(block.opening.content.strip())
        if block.kind in _OF_ONE_INLINE:
            self._cut_sentences(block.inline)
            return _shows_something(block.inline)
        if block.kind == "list_item_open" and block.children:
            first, *others = block.children
            if first.is_hit and not self._remains(first):
                return False
            first.is_hit = False
            block.children = [*self.remaining([first]), *self.remaining(others)]
            return True
        if block.kind == "dl_open":
            block.children = self._definitions(block.children)
        elif block.kind == "tr_open":
            return self._row_remains(block)
        elif block.kind == "table_open":
            block.children = [part for part in block.children if not part.is_hit or self._remains(part)]
            return self._is_part(block, is_whole=any(part.kind == "tbody_open" for part in block.children))
        else:
            block.children = self.remaining(block.children)
        is_part = block.kind in _GROUPS
        return self._is_part(block, is_whole=bool(block.children)) if is_part else bool(block.children)

    def _is_part(self, block: _Block, *, is_whole: bool) -> bool:
        self.parts += not is_whole
        return is_whole

    def _definitions(self, blocks: list[_Block]) -> list[_Block]:
        """Return the terms with a definition, and their definitions.

        A definition that is only output, such as a badge, does not count as a loss if its term has another
        one.
        """
        kept: list[_Block] = []
        terms: list[_Block] = []
        is_lost = False  # the term
        for block in blocks:
            passages, is_only_output = self.passages, _is_only_output(block)
            remains = not block.is_hit or self._remains(block)
            if block.kind == "dt_open":
                self.parts += bool(terms)
                terms = [block] if remains else []
                is_lost = not remains
            elif remains and not is_lost:
                kept += [*terms, block]
                terms = []
            elif not is_lost and is_only_output:
                self.passages = passages
        self.parts += bool(terms)
        return kept

    def _row_remains(self, row: _Block) -> bool:
        self.passages += 1
        for cell in row.children:
            _strip(cell.inline)
        return row.children[0].kind == "th_open"

    def _cut_sentences(self, inline: Token) -> None:
        for child in inline.children or ():
            if child.type not in ("text", "code_inline"):
                _strip_child(child)
        ranges = _lost_ranges(_flat(inline)[0])
        self.passages += len(ranges)
        _cut(inline, ranges)
        _strip(inline)

    def _cut_html(self, html: str) -> str:
        """Cut sentences from the text between the tags of raw HTML."""
        pieces = []
        for piece in _TAG.split(html):
            ranges = _lost_ranges(piece) if LOST in piece and not piece.startswith("<") else []
            self.passages += len(ranges)
            pieces.append(_without(piece, 0, ranges).replace(LOST, ""))
        return "".join(pieces)


def _is_only_output(block: _Block) -> bool:
    return all(
        child.kind == "paragraph_open" and not _flat(child.inline)[0].strip(f"{LOST} \n")
        for child in block.children
    )


def _lost_ranges(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence with LOST, or of its line if LOST is alone there."""
    lines = [line.span() for line in _LONE_LINE.finditer(text)] if "\n" in text else []
    sentences = itertools.pairwise([0, *_boundaries(text), len(text)])
    of_lines, ranges = iter([*lines, (len(text), len(text))]), []
    line = next(of_lines)
    for start, end in sentences:
        first = start
        while line[0] < end:  # the line divides the sentence
            ranges += [(first, line[0])] if LOST in text[first : line[0]] else []
            ranges.append(line)
            first, line = line[1], next(of_lines)
        ranges += [(first, end)] if LOST in text[first:end] else []
    return ranges


def _boundaries(text: str) -> list[int]:
    """Return the starts of the sentences after the first. A sentence may begin with LOST."""
    return [found.end() for found in _BOUNDARY.finditer(text.replace(LOST, "0"))]


def _flat(inline: Token) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of a paragraph for finding sentences, and the (start, end) of each of its tokens."""
    pieces, spans, position = [], [], 0
    for child in inline.children or ():
        piece = _flat_child(child)
        pieces.append(piece)
        spans.append((position, position + len(piece)))
        position += len(piece)
    return "".join(pieces), spans


def _flat_child(child: Token) -> str:
    if child.type == "text":
        return child.content
    if child.type in ("code_inline", "image"):
        return "0"
    if child.type == "softbreak":
        return "\n"
    is_break = child.type == "hardbreak" or (
        child.type == "html_inline" and _LINE_BREAK.match(child.content) is not None
    )
    return "\n\n" if is_break else ""


def _cut(inline: Token, ranges: list[tuple[int, int]]) -> None:
    """Remove the children of an inline token in these ranges of its flat text. Markup stays paired."""
    _, spans = _flat(inline)
    kept: list[Token] = []
    opened: list[tuple[int, int]] = []  # (index in kept, start) of the open markup
    for child, (first, last) in zip(inline.children or (), spans, strict=True):
        start, end = _range_at(ranges, first)
        if child.nesting > 0:
            opened.append((len(kept), first))
            kept.append(child)
        elif child.nesting < 0 and opened:
            index, begin = opened.pop()
            start, end = _range_at(ranges, begin)
            if start <= begin and last <= end:
                del kept[index:]
            else:
                kept.append(child)
        elif child.type == "text":
            child.content = _without(child.content, first, ranges)
            kept.append(child)
        elif not (start <= first and last <= end and (last > first or child.type == "footnote_ref")):
            kept.append(child)
    inline.children = _trimmed(_without_empty_markup(kept))


def _range_at(ranges: list[tuple[int, int]], position: int) -> tuple[int, int]:
    """Return the range that contains a position, or an empty one."""
    index = bisect_right(ranges, position, key=itemgetter(0)) - 1
    return ranges[index] if index >= 0 and position < ranges[index][1] else (position + 1, position)


def _without(text: str, offset: int, ranges: list[tuple[int, int]]) -> str:
    """Return a piece of a text without the ranges. The ranges count from the start of the whole text.

    offset: where the piece begins in the whole text.
    """
    pieces, position = [], 0
    for start, end in ranges[max(bisect_right(ranges, offset, key=itemgetter(0)) - 1, 0) :]:
        if start - offset >= len(text):
            break
        pieces.append(text[position : max(start - offset, position)])
        position = max(end - offset, position)
    return "".join([*pieces, text[position:]])


def _without_empty_markup(children: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for child in children:
        if child.type == "text" and not child.content:
            continue
        if child.nesting < 0 and kept and kept[-1].type in _MARKUP:
            kept.pop()
        else:
            kept.append(child)
    return kept


def _trimmed(children: list[Token]) -> list[Token]:
    """Return the children without whitespace and line breaks at either end."""
    while children and _is_blank(children[0]):
        children = children[1:]
    while children and _is_blank(children[-1]):
        children = children[:-1]
    if children and children[0].type == "text":
        children[0].content = children[0].content.lstrip()
    if children and children[-1].type == "text":
        children[-1].content = children[-1].content.rstrip()
    return children


def _is_blank(child: Token) -> bool:
    return child.type in ("softbreak", "hardbreak") or (child.type == "text" and not child.content.strip())


def _shows_something(inline: Token) -> bool:
    return any(
        child.type in ("code_inline", "image")
        or (child.type == "text" and child.content.strip())
        or (child.type == "html_inline" and _MEDIA.match(child.content))
        for child in inline.children or ()
    )


def _strip(inline: Token) -> None:
    inline.content = inline.content.replace(LOST, "")
    for child in inline.children or ():
        child.content = child.content.replace(LOST, "")
        _strip_child(child)


def _strip_child(child: Token) -> None:
    """Remove LOST from a token's attributes and from an image's alt text."""
    for name, value in (child.attrs or {}).items():
        if isinstance(value, str) and LOST in value:
            child.attrs[name] = value.replace(LOST, "")
    if child.type == "html_inline":
        child.content = child.content.replace(LOST, "")
    if child.type == "image":
        _strip(child)
