"""Underline the marks of a proof in a rendered text, and number them in its margin.

The words of a mark are taken from the Markdown. They are matched by letters and digits only, because the
renderer changes quotation marks, dashes, links and emphasis. Marks without a match, such as those in alt
texts, are shown only next to the text.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from blog.documents.text import strip_markdown_inline

MOST_IN_ONE_PLACE = 3  # marks; further ones are shown only next to the text
LONG, SHORT = 12, 4  # letters of a search key; marks with fewer letters than SHORT are not found
CANDIDATES = 100  # positions to try, before and after the expected one

_TOKEN = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^"<>]|"[^"]*")*+)>|[^<]++|<')
_LETTER = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,32});|[^\W_]")
_ID = re.compile(r' id="([^"]*)"')
_IN_BRACKETS = re.compile(r"\A\[([^\[\]]*)\]\Z")
_LINE_MARKS = re.compile(r"^[ \t]*(?:(?:[>*+-]|\d{1,9}[.)]|#{1,6})[ \t]+)+", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]*+\]")
_WITHOUT_END = frozenset(["br", "col", "hr", "img", "input", "source", "wbr"])
_HEADINGS = frozenset(["h2"])
_BEFORE = "“„«‹‘\"'([¿¡"  # noqa: RUF001 -- marks before words
_SIGNS_AFTER = re.compile(
    r"(?:</(?:a|b|cite|em|i|q|span|strong)>){0,4}(?:[ \xa0]?%|[.,;:!?…”“»›’\"')\]]){1,4}"  # noqa: RUF001 -- marks after words
)
_MOST_AROUND = 4
_END, _NUMBER, _START = range(3)  # the order of insertions at one offset


@dataclass(frozen=True, slots=True)
class MarkHighlight:
    """A mark to insert: words of the Markdown, CSS classes ("stop", "done", "hot") and a label.

    start is the offset of the words in the Markdown. It distinguishes marks with the same words.
    """

    number: int
    start: int
    words: str
    classes: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class NoteHighlight:
    """A note to insert: a square with an initial before its words, which are underlined.

    opening: the beginning of the paragraph. words: those of the note, "" for one on the whole paragraph.
    """

    key: int
    opening: str
    words: str
    initial: str
    classes: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class HighlightedText:
    """A text with its marks.

    sections is {number of a mark that was found: id of the heading above it, or ""}.
    """

    text: str
    sections: dict[int, str] = field(default_factory=dict)


def highlight_marks(
    html: str, marks: Iterable[MarkHighlight], notes: Iterable[NoteHighlight] = ()
) -> HighlightedText:
    """Return sanitised HTML with the marks underlined, each with its number before its words.

    marks are in the order of the text. notes are underlined, too, and never crowd out a mark.
    """
    page = _Page(html)
    found = _leave_crowded_out(_find(page, marks))
    noted = list(_find_notes(page, notes))
    lines = _lines(page, sorted([*found, *noted], key=lambda place: place[0]))
    edits = sorted([*_numbers(page, found), *_initials(page, noted), *lines], key=lambda edit: edit[:2])
    sections = {mark.number: page.section_at(start) for start, _, mark in found}
    return HighlightedText(_edited(html, edits), sections)


def plain_words(markdown: str) -> str:
    """Return the text of some Markdown without footnote references, list markers and emphasis.

    Brackets around all of it are those of a link, whose target is not in the passage.
    """
    words = strip_markdown_inline(_FOOTNOTE.sub("", _LINE_MARKS.sub("", markdown)))
    words = _IN_BRACKETS.sub(r"\1", words)
    return " ".join(words.replace("|", " ").split())


class _Page:
    """The letters of an HTML text with their offsets, and its text nodes and headings."""

    def __init__(self, html):
        self.html = html
        self.starts, self.ends = array("Q"), array("Q")  # per letter
        self.texts = []  # (start, end, offset of the surrounding link or -1)
        self.headings = []  # (start, id)
        letters = []
        for start, end, link in self._read():
            self.texts.append((start, end, link))
            for sign in _LETTER.finditer(html, start, end):
                letter = sign[0] if len(sign[0]) == 1 else unescape(sign[0])
                if letter.isalnum() and len(letter) == 1:
                    letters.append(_folded(letter))
                    self.starts.append(sign.start())
                    self.ends.append(sign.end())
        self.letters = "".join(letters)

    def _read(self) -> Iterator[tuple[int, int, int]]:
        depth = hidden = 0
        link = -1
        for token in _TOKEN.finditer(self.html):
            is_end, tag = token[1], (token[2] or "").lower()
            if not tag:
                if not hidden:
                    yield token.start(), token.end(), link
            elif is_end:
                depth -= 1
                hidden = hidden if depth >= hidden else 0
                link = -1 if tag == "a" else link
            elif tag not in _WITHOUT_END:
                depth += 1
                # Code blocks and footnote references are skipped.
                is_skipped = tag == "pre" or (tag == "sup" and "fn-ref" in token[3])
                hidden = hidden or (depth if is_skipped else 0)
                link = token.start() if tag == "a" else link
                if tag in _HEADINGS and (name := _ID.search(token[3])):
                    self.headings.append((token.start(), unescape(name[1])))

    def section_at(self, place) -> str:
        number = bisect_right(self.headings, place, key=lambda heading: heading[0])
        return self.headings[number - 1][1] if number else ""


def _find(page, marks) -> Iterator[tuple[int, int, MarkHighlight]]:
    """Yield (start, end, mark) for the marks that are found, first searching after the previous mark."""
    wanted = [(mark, _letters(mark.words)) for mark in marks]
    places = _places(page.letters, {_key(letters) for _, letters in wanted})
    here = start = -1
    for mark, letters in wanted:
        candidates = places.get(_key(letters), [])
        first = bisect_left(candidates, here + (mark.start > start))
        tried = [*candidates[first : first + CANDIDATES], *candidates[: min(first, CANDIDATES)]]
        place = next((place for place in tried if page.letters.startswith(letters, place)), None)
        if place is not None:
            here, start = place, mark.start
            yield *_with_signs(page, place, place + len(letters) - 1), mark


def _find_notes(page, notes) -> Iterator[tuple[int, int, NoteHighlight]]:
    """Yield (start, end, note) for the notes that are found. The end is the start if there are no words."""
    for note in notes:
        opening, words = _letters(note.opening), _letters(note.words)
        first = page.letters.find(opening) if opening else -1
        place = page.letters.find(words, max(first, 0)) if words else -1
        if place >= 0:
            yield *_with_signs(page, place, place + len(words) - 1), note
        elif first >= 0:
            yield page.starts[first], page.starts[first], note


def _letters(markdown):
    return "".join(map(_folded, filter(str.isalnum, plain_words(markdown))))


def _folded(letter):
    """Return a letter in lower case if that is one letter. The renderer may change the case of labels."""
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _key(letters):
    return letters[: LONG if len(letters) >= LONG else SHORT]


def _places(letters, keys) -> dict[str, list[int]]:
    """Return {key: offsets in letters}, so that the text is not searched for each mark."""
    places = {key: [] for key in keys if len(key) in (LONG, SHORT)}
    for length in {len(key) for key in places}:
        for place in range(len(letters) - length + 1):
            if (key := letters[place : place + length]) in places:
                places[key].append(place)
    return places


def _with_signs(page, first, last) -> tuple[int, int]:
    """Return (start, end) of a mark, including quotation marks before it and punctuation after it."""
    html, start, end = page.html, page.starts[first], page.ends[last]
    for _ in range(_MOST_AROUND):
        start -= start > 0 and html[start - 1] in _BEFORE
    signs = _SIGNS_AFTER.match(html, end)
    return start, signs.end() if signs else end


def _leave_crowded_out(found):
    kept, around = [], []
    for start, end, mark in sorted(found, key=lambda place: (place[0], place[2].number)):
        around = [other for other in around if other > start]
        if len(around) < MOST_IN_ONE_PLACE:
            around.append(end)
            kept.append((start, end, mark))
    return kept


def _numbers(page, found) -> Iterator[tuple[int, int, str]]:
    """Yield the numbered links for the margin. Each precedes its words, or a link in which they begin."""
    for start, _, mark in found:
        classes = " ".join(["no", *mark.classes])
        done = '<span class="as" aria-hidden="true">✓</span>' if "done" in mark.classes else ""
        number_link = (
            f'<a class="{escape(classes)}" href="#r{mark.number}" aria-label="{escape(mark.label)}">'
            f'<span id="m{mark.number}">{mark.number}</span>{done}</a>'
        )
        yield _place_for_margin(page, start), _NUMBER, number_link


def _initials(page, noted) -> Iterator[tuple[int, int, str]]:
    """Yield the links for the margin that lead to the notes. Each precedes its words, as in _numbers()."""
    for start, _, note in noted:
        classes = " ".join(["who", *note.classes])
        link = (
            f'<a class="{escape(classes)}" href="#note-{note.key}" id="on-{note.key}"'
            f' aria-label="{escape(note.label)}">{escape(note.initial)}</a>'
        )
        yield _place_for_margin(page, start), _NUMBER, link


def _place_for_margin(page, start) -> int:
    """Return the offset of words, or of a link in which they begin: links cannot be nested."""
    number = bisect_right(page.texts, start, key=lambda text: text[0]) - 1
    link = page.texts[number][2]
    return start if link < 0 else link


def _lines(page, found) -> Iterator[tuple[int, int, str]]:
    """Yield the tags that underline each stretch of text with the same marks."""
    cuts = sorted({place for start, end, _ in found for place in (start, end)})
    waiting, around = iter(found), []
    following = next(waiting, None)
    for start, end, _ in page.texts:
        inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
        for here, there in zip([start, *inside], [*inside, end], strict=True):
            while following and following[0] <= here:
                around.append(following)
                following = next(waiting, None)
            around = [place for place in around if place[1] > here]
            if around and not page.html[here:there].isspace():
                yield here, _START, _opening([mark for _, _, mark in around])
                yield there, _END, "</mark>"


def _opening(highlights):
    """Return the start tag of words with these marks and notes."""
    marks = [mark for mark in highlights if isinstance(mark, MarkHighlight)]
    noted = ["noted"] if len(marks) < len(highlights) else []
    if not marks:
        hot = ["hot"] if any("hot" in note.classes for note in highlights) else []
        return f'<mark class="{" ".join(["m", *noted, *hot])}">'
    is_open = [mark for mark in marks if "done" not in mark.classes]
    classes = ["m", *(name for name in ("stop", "hot") if any(name in mark.classes for mark in is_open))]
    classes += noted if is_open else ["done", *noted]
    numbers = " ".join(str(mark.number) for mark in marks)
    return f'<mark class="{" ".join(classes)}" data-marks="{numbers}">'


def _edited(html, edits):
    parts, here = [], 0
    for place, _, added in edits:
        parts += html[here:place], added
        here = place
    return "".join([*parts, html[here:]])
