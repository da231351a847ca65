"""The sections of a Markdown text, the parts of it to remove, and the numbers of visible words."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from blog.documents.findings.structure import without_code
from blog.documents.marks import plain_words
from blog.documents.text import count_words
from blog.review.block_text import CREDIT_LINE

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
