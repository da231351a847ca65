"""Move images that share a paragraph with text into paragraphs of their own.

Images in the middle of a sentence and images as small as an icon are not moved.
"""

from collections.abc import Callable

from markdown_it.token import Token

from blog.documents.parsing.markdown import inline_text
from blog.documents.rendering.figures import ATTRIBUTE_LIST, is_blank, is_caption, is_image

MOST_LINES_BELOW = 2  # a caption and a credit
LOOKED_AT = 40  # tokens next to an image

_SENTENCE_ENDS = frozenset(".!?:;…\"'”’»)。！？")  # noqa: RUF001 -- full-width punctuation ends sentences too
_GOES_ON = frozenset(",.;:!?)”’»")  # noqa: RUF001 -- a curly quote

IsSign = Callable[[Token], bool]


def split_inline_images(tokens: list[Token], is_sign: IsSign) -> list[Token]:
    """Return the tokens with separate paragraphs for images next to text and for the text around them."""
    arranged: list[Token] = []
    index = 0
    while index < len(tokens):
        pieces = _pieces_at(tokens, index, is_sign) if tokens[index].type == "paragraph_open" else []
        if pieces:
            arranged += (token for piece in pieces for token in _paragraph(tokens, index, piece))
            index += 3
        else:
            arranged.append(tokens[index])
            index += 1
    return arranged


def _pieces_at(tokens: list[Token], index: int, is_sign: IsSign) -> list[list[Token]]:
    """Return the parts of the paragraph that begins here, or [] to leave it unchanged."""
    opening, inline, closing = tokens[index : index + 3]
    may_hold_image = "![" in inline.content or "<" in inline.content
    if not may_hold_image or closing.type != "paragraph_close":
        return []
    children = inline.children or []
    has_markup = any(child.type == "html_inline" and child.content for child in children)
    if has_markup or not any(child.type == "image" for child in children):
        return []
    pieces = list(filter(None, map(_trimmed, _parted(children, is_sign))))
    has_words = not all(map(_starts_with_image, pieces))
    return pieces if opening.hidden or (has_words and len(pieces) > 1) else []


def _parted(children: list[Token], is_sign: IsSign) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    index = 0
    while index < len(children):
        end = _end_of_image(children, index)
        if end > index and not is_sign(_image_in(children[index:end])) and _is_glued(children, index, end):
            end = _end_of_captions(children, end)
            pieces += children[index:end], []
        else:
            end = max(end, index + 1)
            pieces[-1] += children[index:end]
        index = end
    return pieces


def _end_of_image(children: list[Token], index: int) -> int:
    """Return the end of the image that starts at `index`, with a link around it; `index` without an image."""
    length = 3 if children[index].type == "link_open" else 1
    piece = children[index : index + length]
    return index + length if piece[0].level == 0 and is_image(piece) else index


def _is_glued(children: list[Token], start: int, end: int) -> bool:
    """Whether an image is outside a sentence: alone on its line, at the end, or between two sentences."""
    before, after = children[max(0, start - LOOKED_AT) : start], children[end : end + LOOKED_AT]
    if _begins_line(reversed(before)) and _begins_line(after):
        return True
    words_before, words_after = inline_text(before).rstrip(), _without_attributes(inline_text(after)).lstrip()
    if not words_after:
        return True
    begins = not words_before or words_before[-1] in _SENTENCE_ENDS
    return begins and not (words_after[0].islower() or words_after[0] in _GOES_ON)


def _begins_line(children) -> bool:
    """Whether there is only whitespace up to the next break."""
    first = next((child for child in children if not is_blank(child)), None)
    return first is None or _is_break(first)


def _end_of_captions(children: list[Token], start: int) -> int:
    """Return the end of the lines after an image that are its captions or credits."""
    end = start
    for _ in range(MOST_LINES_BELOW):
        nearby = range(end, min(len(children), end + LOOKED_AT))
        first = next((i for i in nearby if not (is_blank(children[i]) or _is_break(children[i]))), end)
        last = next((i for i in nearby if i > first and _is_break(children[i])), nearby.stop)
        if not is_caption(children[first:last]):
            break
        end = last
    return end


def _trimmed(piece: list[Token]) -> list[Token]:
    start, end = 0, len(piece)
    while start < end and (is_blank(piece[start]) or _is_break(piece[start])):
        start += 1
    while start < end and (is_blank(piece[end - 1]) or _is_break(piece[end - 1])):
        end -= 1
    kept = piece[start:end]
    if kept and kept[0].type == "text":
        kept[0].content = _without_attributes(kept[0].content).lstrip()
    if kept and kept[-1].type == "text":
        kept[-1].content = kept[-1].content.rstrip()
    return kept


def _paragraph(tokens: list[Token], index: int, piece: list[Token]) -> list[Token]:
    opening, inline, closing = tokens[index : index + 3]
    is_hidden = opening.hidden and not _starts_with_image(piece)
    return [
        opening.copy(attrs=dict(opening.attrs), hidden=is_hidden),
        inline.copy(children=piece),
        closing.copy(hidden=is_hidden),
    ]


def _starts_with_image(piece: list[Token]) -> bool:
    return is_image(piece[:1]) or is_image(piece[:3])


def _image_in(piece: list[Token]) -> Token:
    return next(child for child in piece if child.type == "image")


def _is_break(child: Token) -> bool:
    return child.level == 0 and child.type.endswith("break")


def _without_attributes(text: str) -> str:
    found = ATTRIBUTE_LIST.match(text)
    return text[found.end() :] if found else text
