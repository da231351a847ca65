"""Concerns about a removal: too much text, text that refers to it, or a damaged rest.

Text is never removed in bulk if there is a concern. For a single mark, an editor has to confirm the removal.
Some concerns forbid a removal, because the rest would be broken: the passage has to be rewritten by hand.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.versions.paragraphs import split
from blog.documents.claims.values import ClaimKind
from blog.documents.quotation_marks import count_lone_marks
from blog.review.markup import (
    Removed,
    Section,
    has_text,
    has_whole_tags,
    is_callout,
    is_whole,
    read_sections,
    visible_words,
)
from blog.review.passages import OPENING, Cut, paragraph_at

MOST_WORDS = 60  # that are removed without asking
LARGEST_SHARE = 0.2  # of the words of a section
LOOKED_AHEAD = 5000  # characters after a passage, for text that refers to it

_MARKS = " \t\n>*_#"
_REFERS_TO_PERSON = re.compile(r"(?:She|He|They|Her|His|Their|Sie|Er|Ihre?|Seine?|Sein)\b")
_REFERS_BACK = re.compile(
    r"(?:This|That|These|Those|Such|It|Its|But|Yet|So|And|Thus|Hence|However|Therefore|Instead|Similarly|Likewise"
    r"|Consequently|Conversely|Nevertheless|Also|Diese[rs]?|Das|Es|Aber|Doch|Und|Daher|Deshalb|Jedoch|Auch)\b|[,;:\u2013\u2014-]|[a-zß-ÿ]"
)
_NAMES_PERSON = re.compile(r"\b(?:she|he|her|his|him|hers)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"[*_]{2}[^*_\n]{1,40}:[*_]{2}")
_NOTE = re.compile(r"^[ \t>]*\[\^([^\]\s]{1,50})\]:", re.MULTILINE)
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]")
_BLANK_LINES = re.compile(r"\n[ \t>]*\n")
_CONTENT = re.compile(r"\w|!\[")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t|:-]*-[ \t|:-]*")


class ConcernKind(StrEnum):
    """A reason not to remove text in bulk."""

    LONG = "long"
    SHARE = "share"
    LEADS = "leads"  # the text before leads up to the passage
    REFERS = "refers"  # the text after refers to the passage
    NAMED = "named"  # the text around still names the person
    REMAINS = "remains"  # only a label, an image or the head of a table would be left of a block
    HEADING = "heading"  # a heading would have no text
    QUOTES = "quotes"  # half of a pair of quotation marks would be left
    MARKUP = "markup"  # half of a link, a tag or emphasis would be left
    CALLOUT = "callout"  # a callout would have no text
    NOTE = "note"  # the text refers to a removed footnote
    EMPTY = "empty"
    GONE = "gone"  # the words are no longer in the text


FORBIDDING = frozenset(
    (
        *(ConcernKind.QUOTES, ConcernKind.MARKUP, ConcernKind.CALLOUT),
        *(ConcernKind.NOTE, ConcernKind.EMPTY, ConcernKind.GONE),
    )
)


@dataclass(frozen=True, slots=True)
class Concern:
    """A reason not to remove text without asking. words, percent and section are for its sentence."""

    kind: ConcernKind
    words: int = 0
    percent: int = 0
    section: str = ""
    is_opening: bool = False  # the section is the text above the first heading

    @property
    def forbids(self) -> bool:
        return self.kind in FORBIDDING

    @property
    def sentence(self) -> str:
        """The concern as a phrase for a list, such as “184 words”."""
        if self.kind == ConcernKind.LONG:
            return ngettext("%d word", "%d words", self.words) % self.words
        values = {"percent": self.percent, "section": self.section}
        if self.kind == ConcernKind.SHARE and self.is_opening:
            return _("%(percent)d%% of the text above the first heading") % values
        if self.kind == ConcernKind.SHARE and not self.section:
            return _("%(percent)d%% of the text") % values
        sentences = {
            ConcernKind.SHARE: _("%(percent)d%% of “%(section)s”"),
            ConcernKind.LEADS: _("the text before this passage leads up to it"),
            ConcernKind.REFERS: _("the text after this passage refers to it"),
            ConcernKind.NAMED: _("the text next to this passage also names the person"),
            ConcernKind.REMAINS: _("only a label, an image or a table header would be left"),
            ConcernKind.HEADING: _("“%(section)s” would have no text"),
            ConcernKind.QUOTES: _("an unmatched quotation mark would be left"),
            ConcernKind.MARKUP: _("half of a link or emphasis would be left"),
            ConcernKind.CALLOUT: _("a callout without text would be left"),
            ConcernKind.NOTE: _("the text refers to this note"),
            ConcernKind.EMPTY: _("no text would be left"),
            ConcernKind.GONE: _("the words are no longer in the text"),
        }
        return sentences[self.kind] % values


def size_concerns(body: str, removed: Iterable[Removed], sections: list[Section]) -> Iterator[Concern]:
    """Yield concerns about how much is removed, overall and from each section.

    A callout or quotation that is a paragraph of its own is judged by itself, not by its share of a short
    section. Together, these may be at most LARGEST_SHARE of the text.
    """
    alone, by_section = [], defaultdict(list)
    for part in removed:
        (alone if _stands_alone(body, part) else by_section[part.section]).append(part)
    within = sum(part.words for parts in by_section.values() for part in parts)
    if (words := max([within, *(part.words for part in alone)])) > MOST_WORDS:
        yield Concern(ConcernKind.LONG, words)
    words, total = sum(part.words for part in alone), visible_words(body)
    if words > LARGEST_SHARE * total:
        yield Concern(ConcernKind.SHARE, words, min(100, math.ceil(100 * words / total)))
    for section, parts in by_section.items():
        words = sum(part.words for part in parts if part.start < section.end)  # not a heading
        total = visible_words(body[section.start : section.end])
        if total and words > LARGEST_SHARE * total:
            percent = min(100, math.ceil(100 * words / total))
            is_opening = len(sections) > 1 and not section.level
            yield Concern(ConcernKind.SHARE, words, percent, section.title, is_opening)


def _stands_alone(body, part):
    """Whether a part is one or more whole paragraphs, and a callout or a quotation."""
    text = part.text.strip()
    start = body.index(text, part.start)
    end = start + len(text)
    is_whole = paragraph_at(body, start)[0] == start and paragraph_at(body, end - 1)[1] == end
    return is_whole and (is_callout(text) or OPENING.match(text) is not None)


def rest_concerns(body: str, kind: str, passage: Cut, name: str = "") -> Iterator[Concern]:
    """Yield concerns about the text around one removed passage. name: the person in the passage, if any."""
    around = _Surroundings(body, passage)
    if count_lone_marks(around.rest) > count_lone_marks(around.paragraphs):
        yield Concern(ConcernKind.QUOTES)
    if not (has_whole_tags if passage.is_block else is_whole)(around.text):
        yield Concern(ConcernKind.MARKUP)
    rest = body[: passage.start] + body[passage.end :]
    if any(f"[^{label}]" in rest for label in _NOTE.findall(around.text)):
        yield Concern(ConcernKind.NOTE)
    if passage.leaves_remains or _is_head_of_table(around.rest):
        yield Concern(ConcernKind.REMAINS)
    is_personal = kind in (ClaimKind.QUOTATION, ClaimKind.PERSON)
    if around.leads_up(is_personal):
        yield Concern(ConcernKind.LEADS)
    if around.refers_back(is_personal):
        yield Concern(ConcernKind.REFERS)
    surname = name.split()[-1] if is_personal and name.split() else ""
    if len(surname) > 2 and re.search(rf"\b{re.escape(surname)}\b", around.before + around.following):
        yield Concern(ConcernKind.NAMED)


def new_faults(before: str, after: str) -> Iterator[Concern]:
    """Yield a concern for each kind of fault that is more frequent in `after` than in `before`."""
    if not after.strip():
        yield Concern(ConcernKind.EMPTY)
    if count_lone_marks(after) > count_lone_marks(before):
        yield Concern(ConcernKind.QUOTES)
    earlier = {section.title for section in _empty_sections(before)}
    for section in _empty_sections(after):
        if section.title not in earlier:
            yield Concern(ConcernKind.HEADING, section=section.title)
    if _empty_callouts(after) > _empty_callouts(before):
        yield Concern(ConcernKind.CALLOUT)


@dataclass(frozen=True)
class _Surroundings:
    """The text around a passage: before and after in its paragraph, and the paragraph after that."""

    body: str
    passage: Cut

    @property
    def text(self):
        return self.body[self.passage.start : self.passage.end]

    @cached_property
    def _bounds(self):
        start, end = self.body.rfind("\n\n", 0, self.passage.start), self.body.find("\n\n", self.passage.end)
        return (start + 2 if start >= 0 else 0), (end if end >= 0 else len(self.body))

    @property
    def before(self):
        return self.body[self._bounds[0] : self.passage.start]

    @property
    def after(self):
        return self.body[self.passage.end : self._bounds[1]]

    @property
    def rest(self):
        return self.before + self.after

    @property
    def paragraphs(self):
        return self.body[slice(*self._bounds)]

    @cached_property
    def following(self):
        """The rest of the paragraph and the next one, up to a heading. Images are skipped."""
        found = []
        for part in _BLANK_LINES.split(self.body[self.passage.end : self.passage.end + LOOKED_AHEAD]):
            if part.lstrip().startswith("#") or len(found) > (not self.passage.is_paragraph):
                break
            if part.strip() and not part.lstrip().startswith("!["):
                found.append(part)
        return "\n".join(found)

    def leads_up(self, is_personal):
        """Whether the text before introduces only this passage: it ends with a colon, or asks a question."""
        line = self.body[: self.passage.start].rstrip(_MARKS).rpartition("\n")[2]
        if self.passage.is_paragraph and is_personal and line.endswith("?"):
            return _SPEAKER.search(self.text) is not None
        if not (self.passage.is_block and line.endswith(":")):
            return False
        return self.passage.is_paragraph or not _MARKER.match(self.body[self.passage.end :])

    def refers_back(self, is_personal):
        """Whether the text after begins with “She”, “This” or the like, or goes on with an answer."""
        following = self.following.strip(_MARKS)
        if _REFERS_TO_PERSON.match(following) or self._leads_on():
            return True
        if not self.passage.is_block and _REFERS_BACK.match(self.after.strip(_MARKS)):
            return True
        if not is_personal:
            return False
        is_answer = _SPEAKER.match(self.text) is not None
        if is_answer and following and not self.following.lstrip().startswith("**"):
            return True
        return _NAMES_PERSON.search(following) is not None

    def _leads_on(self):
        """Whether the passage ends with a colon, for the list or paragraph below."""
        ends_line = self.passage.is_block or not self.after.partition("\n")[0].strip()
        return ends_line and self.text.strip(_MARKS).endswith(":") and bool(self.following.strip())


def _empty_sections(body):
    """Return the sections below a heading that have neither text nor a subsection."""
    sections = read_sections(body)
    return [
        section
        for section, following in zip_longest(sections, sections[1:])
        if section.level
        and not _CONTENT.search(body[section.start : section.end])
        and not (following and following.level > section.level)
    ]


def _empty_callouts(body):
    return sum(is_callout(part.text) and not has_text(part.text) for part in split(body))


def _is_head_of_table(text):
    """Whether only the header row of a table and the row of dashes below it are left."""
    lines = [line for line in text.splitlines() if line.strip()]
    return (
        len(lines) == 2
        and "|" in lines[0]
        and "|" in lines[1]
        and _DELIMITERS.fullmatch(lines[1]) is not None
    )
