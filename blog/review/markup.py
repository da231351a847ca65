"""Markdown as a removal sees it: what says something, the sections, and whether markup is whole.

A paragraph, list item or callout says something if it has more than a label, tags or an attribution.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from blog.documents.claims.vocabulary import SAYING, any_of
from blog.documents.findings.structure import without_code
from blog.documents.marks import plain_words
from blog.documents.quotation_marks import CLOSING_MARKS, MARKS, OPENING_MARKS
from blog.documents.text import count_words

LEAD_WORDS = 4  # "Did you know?"
TITLE_WORDS = 8  # in bold, without a full stop
ATTRIBUTION_WORDS = 15  # a longer line of a callout is text, even without a full stop

# The beginning of a line: of a block quote, list item or footnote.
MARKER = re.compile(
    r"[ \t]*(?:>[ \t]*)*"
    r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|\[\^[^\]\s]{1,50}\]:[ \t]*)?"
)
LABEL = re.compile(
    r"(?:[^\w*\s]+[ \t]*)?"
    r"(?:\*\*[^*\n]{1,80}:\*\*|\*\*[^*\n]{1,80}\*\*[ \t]*:|__[^_\n]{1,80}:__)[ \t]*"
)
# after a label or marker
_QUOTES = rf"(?:[^{MARKS}\n]{{0,80}}[:*>])?[\s>*_+.)\d-]{{0,20}}[{OPENING_MARKS}][^{MARKS}]{{0,300}}"
# matches the beginning of: “We stopped,” she says. “It broke,” Dr. Hale recalls.
IS_SAID = re.compile(
    rf"{_QUOTES}(?:[,?!.…][{CLOSING_MARKS}]|[{CLOSING_MARKS}],)"
    rf"(?:\s[A-ZÀ-Þ]|[^{MARKS}]{{0,300}}\b{any_of(SAYING)}\b)"
)
# matches “Is it so?”
IS_ASKED = re.compile(rf"{_QUOTES}[?!][{CLOSING_MARKS}][*_]*")
# A line in italics below an image: its credit or caption.
CREDIT_LINE = re.compile(r"[ \t]*\n[ \t>]*(?:\*[^*\n]{1,400}\*|_(?:[^_\n]|_(?=\w)){1,400}_)[ \t]*(?=\n|\Z)")
_BOLD = re.compile(r"[^\w*]*\*\*[^*\n]{1,80}\*\*[^\w]*")
_CALLOUT = re.compile(r"\s*(?:>|<(?:aside|blockquote|figure|div|section)\b|:::|!!!)", re.IGNORECASE)
_TAG = re.compile(r"</?(?!img\b|video\b|audio\b|iframe\b)[a-zA-Z][^<>]*>", re.IGNORECASE)
_DIRECTIVE = re.compile(r"^[ \t]*(?::::|!!!|\?\?\?)[^\n]*", re.MULTILINE)
_ENDS_SENTENCE = re.compile(rf"[.!?…][{CLOSING_MARKS}’)*_\s]*\Z")  # noqa: RUF001 -- a quotation mark
# matches "It is old. - Runa Hale"
_SENTENCE_BEFORE_NAME = re.compile(
    rf"\w[.!?…][{CLOSING_MARKS}*_]*[ \t]+(?:[–—―-]|--|~)[ \t]*[*_]{{0,2}}[A-ZÀ-Þ]"  # noqa: RUF001 -- dashes
)
_IMAGE = re.compile(r"!\[|<(?:img|video|audio|iframe)\b", re.IGNORECASE)
_WORD = re.compile(r"\w")


def is_callout(paragraph: str) -> bool:
    return _CALLOUT.match(paragraph) is not None


def has_text(paragraph: str) -> bool:
    """Whether a paragraph has an image, or words besides its tags and the label of a callout."""
    if _IMAGE.search(paragraph):
        return True
    words = _DIRECTIVE.sub("", _TAG.sub("", paragraph))
    if not is_callout(paragraph):
        return _WORD.search(words) is not None
    return any(map(is_text, words.splitlines()))


def is_text(line: str) -> bool:
    """Whether a line of a callout is text, not only a label, or a name with a role."""
    words = _without_label(line)
    if not _WORD.search(words) or _is_title(words):
        return False
    if _ENDS_SENTENCE.search(words) or _SENTENCE_BEFORE_NAME.search(words):
        return True
    return len(words.split()) > ATTRIBUTION_WORDS


def is_sentence(text: str) -> bool:
    """Whether a sentence says something, not just a label, a title in bold or “Did you know?”."""
    words = _without_label(text)
    if not _WORD.search(words) or _is_title(words):
        return False
    return len(words.split()) > LEAD_WORDS or not words.rstrip("*_ ").endswith(("?", ":"))


def _is_title(words):
    most = LEAD_WORDS if words.rstrip("*_ ").endswith((".", "!", "?", "…")) else TITLE_WORDS
    return len(words.split()) <= most and _BOLD.fullmatch(words) is not None


def _without_label(text):
    return LABEL.sub("", text[MARKER.match(text).end() :], count=1).strip()


_HEADING = re.compile(
    r"^ {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<title>[^\n]*))?$"
    r"|^(?P<above>[^\n>|*+-][^\n]*)\n(?:=+|-{3,})[ \t]*$",
    re.MULTILINE,
)
_PICTURE = re.compile(rf"!\[[^\]\n]{{0,2000}}\]\([^)\n]{{0,2000}}\)(?:{CREDIT_LINE.pattern})?")
_ADDRESS = re.compile(r"(?<=\])\([^)\n]{0,2000}\)|\{[{%][^{}\n]{0,500}[%}]\}")


@dataclass(frozen=True, slots=True)
class Section:
    """The text body[start:end] below a heading, or above the first one. level: the heading's, or 0."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A part to remove: text is body[start:end], section the section where it starts."""

    start: int
    end: int
    text: str
    section: Section

    @property
    def words(self) -> int:
        return visible_words(self.text)


def visible_words(markdown: str) -> int:
    """Return the number of words that readers see, without those of images and their credits."""
    return count_words(plain_words(_ADDRESS.sub("", _PICTURE.sub("", markdown))))


def read_sections(body: str) -> list[Section]:
    """Return the sections of a Markdown text in order. They do not include the headings themselves."""
    headings = list(_HEADING.finditer(without_code(body)))
    sections = [Section("", 0, 0, headings[0].start() if headings else len(body))]
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(body)
        title = plain_words(body[slice(*heading.span("title" if heading["level"] else "above"))])
        level = len(heading["level"] or "##")
        sections.append(Section(title, level, heading.end(), end))
    return sections


def section_at(sections: list[Section], place: int) -> Section:
    return sections[max(0, bisect_right(sections, place, key=lambda section: section.start) - 1)]


_UNREAD = re.compile(
    r"`[^`\n]*`|(?<=\])\([^)\n]{0,2000}\)|^[\s>]*[*+-][ \t]|\\[\[\]*_<]|https?://\S+", re.MULTILINE
)
_DELIMITER = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)")
_ELEMENT = re.compile(
    r"<(/?)(?!(?:br|hr|img|input|source|wbr)\b)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>", re.IGNORECASE
)
_BRACKET = re.compile(r"[\[\]]")
_BEGINNING = re.compile(r"\s*")


def with_whole_emphasis(body: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without an unpaired emphasis delimiter at its beginning or end.

    “**One. Two.**” without its first or last sentence keeps both pairs of asterisks.
    """
    for delimiter in _open_delimiters(body[start:end]):
        text = body[start:end]
        lead = _BEGINNING.match(text).end()
        if text.startswith(delimiter, lead):
            start += lead + len(delimiter)
        elif text.rstrip().endswith(delimiter):
            end = start + len(text.rstrip()) - len(delimiter)
            start = len(body[:start].rstrip(" \t"))  # a delimiter after a space would not close
    return start, end


def is_whole(text: str) -> bool:
    """Whether all links, tags and emphasis of a text are complete."""
    unread = _UNREAD.sub(" ", text)
    depth = 0
    for bracket in _BRACKET.findall(unread):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            return False
    return depth == 0 and has_whole_tags(text) and not _open_delimiters(text)


def has_whole_tags(text: str) -> bool:
    """Whether each HTML element that begins or ends in a text is whole."""
    opened = []
    for closes, name in _ELEMENT.findall(_UNREAD.sub(" ", text)) if "<" in text else ():
        if not closes:
            opened.append(name.lower())
        elif not opened or opened.pop() != name.lower():
            return False
    return not opened


def _open_delimiters(text) -> list[str]:
    """Return the emphasis delimiters that occur an odd number of times."""
    numbers = dict.fromkeys(("**", "__", "*", "_"), 0)
    for found in _DELIMITER.findall(_UNREAD.sub(" ", text)):
        for delimiter in (found,) if len(found) < 3 else (found[:2], found[0]):
            numbers[delimiter] += 1
    return [delimiter for delimiter, number in numbers.items() if number % 2]
