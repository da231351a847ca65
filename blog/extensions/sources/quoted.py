"""Find a quotation on a page word for word, and who said it there."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from blog.extensions.sources.names_in import find_names
from blog.extensions.sources.pages import Block
from blog.extensions.sources.quantities import without_dates
from blog.extensions.sources.vocabulary import ALL_STOP_WORDS, SAYS
from blog.extensions.sources.words import letters, plain

_GAP = re.compile(r"\[[^\]]{0,80}\]|\(\.{3}\)|\.{3,}|…")
LONGEST_GAP = 1500  # letters that an ellipsis may stand for
MOST_MARKS = 3  # digits of marks of footnotes inside a quotation
MOST_REPEATED = 4  # places of the same quotation, such as in the lead and in the text
FEWEST_LETTERS = 6
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_PERSON = rf"@?[{_CAPITAL}][\w'-]+(?:\s+(?:(?:van|von|de|der|den|la|al|bin)\s+)?[{_CAPITAL}][\w.'-]*){{0,3}}"
_SAID_BY = re.compile(
    rf"(?<!\w)(?!told\b)(?i:{SAYS})(?!\w)\W{{1,3}}(?:(?:the|an?|18F|QR|[a-z]+),?\s+){{0,4}}(?P<name>{_PERSON})"
)
_BY_SAID = re.compile(
    rf"(?P<name>{_PERSON})(?:'s? (?:own )?(?:phrase|words)|[^.!?\"]{{0,90}}?(?<!\w)(?i:{SAYS}))(?!\w)"
)
_DASHED = re.compile(rf"^\W*(?:--?|~)\s*(?P<name>{_PERSON}|@?\w+(?=\s*(?:[^\w\s]|$)))|^\s*(?P<handle>@\w+)")
_SAYING = re.compile(rf"(?<!\w)(?:{SAYS})(?!\w)", re.IGNORECASE)
_TITLE = re.compile(r"(?<!\w)(?:Prof|Dr|Mr|Mrs|Ms|Herr|Frau)\b\.?(?=\s)")
_LAST_SENTENCE = re.compile(r"(?<!\b[A-Z])[.!?]\"?\s")
_REACH = 260  # characters around a quotation


@dataclass(frozen=True, slots=True)
class Found:
    """A quotation in blocks first to last, and its offsets in the plain text of these."""

    first: int
    last: int
    start: int
    end: int


class Letters:
    """The letters of all blocks of a page, to find quotations in."""

    def __init__(self, blocks: list[Block]):
        self.blocks = blocks
        self.starts: list[int] = []
        parts, size = [], 0
        for block in blocks:
            part = letters(block.text)
            self.starts.append(size)
            parts.append(part)
            size += len(part)
        self.text = "".join(parts)

    @cached_property
    def without_digits(self) -> tuple[str, list[int]]:
        places = [place for place, sign in enumerate(self.text) if not sign.isdigit()]
        return "".join(self.text[place] for place in places), places

    def find(self, quotation: str) -> list[Found]:
        """Return where the page has the words of a quotation in order, with gaps only at its ellipses."""
        segments = [segment for segment in map(letters, _GAP.split(quotation)) if segment]
        if not segments or max(map(len, segments)) < FEWEST_LETTERS:
            return []
        spans = list(islice(_in_order(self.text, segments), MOST_REPEATED))
        spans = spans or list(filter(None, [self._with_marks(segments)]))
        return [self._located(*span) for span in spans]

    def _with_marks(self, segments):
        """Find the quotation although the page has marks of footnotes in it."""
        if not any(sign.isdigit() for sign in self.text):
            return None
        text, places = self.without_digits
        bare = [re.sub(r"\d", "", segment) for segment in segments]
        span = next(_in_order(text, [segment for segment in bare if segment]), None)
        if not span:
            return None
        start, end = places[span[0]], places[span[1] - 1] + 1
        there = re.sub(r"\D", "", self.text[start:end])
        said = re.sub(r"\D", "", "".join(segments))
        is_marked = _is_within(said, there) and len(there) - len(said) <= MOST_MARKS
        return (start, end) if is_marked and len(segments) == 1 else None

    def _located(self, start, end):
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        first = next(
            place
            for place in range(first, len(self.starts))
            if place + 1 == len(self.starts) or self.starts[place + 1] > start
        )
        text = plain("\n".join(block.text for block in self.blocks[first : last + 1]))
        return Found(
            first,
            last,
            _offset(text, start - self.starts[first]),
            _offset(text, end - self.starts[first] - 1) + 1,
        )


def _in_order(text, segments):
    start = text.find(segments[0])
    while start >= 0:
        end = start + len(segments[0])
        for segment in segments[1:]:
            place = text.find(segment, end, end + LONGEST_GAP + len(segment))
            if place < 0:
                break
            end = place + len(segment)
        else:
            yield start, end
        start = text.find(segments[0], start + 1)


def _is_within(short, long):
    signs = iter(long)
    return all(sign in signs for sign in short)


def _offset(text, number):
    """Return the offset of a letter in a text, by its number among the letters."""
    found = next(islice(re.finditer(r"[^\W_]", text), number, None), None)
    return found.start() if found else len(text)


def speakers(found: Found, blocks: list[Block]) -> tuple[list[str], str]:
    """Return the words that tell who said a quotation, nearest first, and how they do.

    "named": they name the speaker. "pronoun": they say that somebody said it. "text": it is the page's
    own text. "none": only the words around it tell.
    """
    text = plain("\n".join(block.text for block in blocks[found.first : found.last + 1]))
    before, after = _without_titles(text[: found.start]), _without_titles(text[found.end :])
    is_block = blocks[found.first].kind == "quotation"
    nearest = _same_sentence(before, after)
    following = blocks[found.last + 1].text if found.last + 1 < len(blocks) else ""
    next_block = _without_titles(plain(following)[:_REACH])
    quoted = is_block or _is_quoted(before, after)
    if _DASHED.match(next_block) and (not quoted or is_block or found.end >= len(text) - 3):
        nearest.insert(0, next_block)
    earlier = " ".join(block.text for block in blocks[max(0, found.first - 2) : found.first])
    earlier = _without_titles(plain(earlier))
    if earlier.rstrip().endswith((":", ",")) and (is_block or not before.strip("\"' ")):
        nearest.append(_LAST_SENTENCE.split(earlier)[-1])
    named = [said for said in nearest if names_in(said)]
    if named:
        return named, "named"
    if quoted and (named := _speaker_before(before)):
        return [named], "named"
    if any(_SAYING.search(said) for said in nearest):
        return [before[-600:], earlier[-900:]], "pronoun"
    if not quoted:
        return [*nearest, earlier[-200:]], "text"
    return [before[-_REACH:], after[:_REACH], earlier[-_REACH:], next_block[:120]], "none"


def _without_titles(text):
    return _TITLE.sub("", text)


def _speaker_before(before):
    """Return the sentence before a quotation that ends another one and names who said that."""
    sentences = [
        text for text in re.split(r"(?<!\b[A-Z])[.!?]\"?\s", before.rstrip("\"' ")) if text.strip(" \"'")
    ]
    last = sentences[-1] if sentences else ""
    return last if '"' in last and names_in(last.rpartition('"')[2]) else ""


def _same_sentence(before, after):
    """Return the words after and before the quotation that belong to its sentence."""
    rest = (
        re.sub(r"^[^\"\n]{0,400}?[\"」]|^\W+", "", after, count=1)
        if '"' in after[:400] and not after.lstrip(" ,.").startswith('"')
        else after
    )
    rest = (
        rest.lstrip("\"',.;:!? ")
        if not after.lstrip("\"',.!? \n").startswith(("-", "@"))
        else after.lstrip("\"',.!? \n")
    )
    following = re.split(r"(?<!\b[A-Z])[.!?](?=\s|$)|\"|\n(?!\s*[-@])", rest, maxsplit=1)[0][:_REACH]
    preceding = re.split(r"(?<!\b[A-Z])[.!?]\"?\s|\n", before.rstrip("\"' "))[-1][-_REACH:]
    return [part for part in (following, preceding) if part.strip()]


def _is_quoted(before, after):
    """Whether the words stand between quotation marks."""
    opened = (
        before.count('"') % 2 == 1
        or before.rstrip()[-1:] in ("'", "「", "『")
        or before.count("「") > before.count("」")
    )
    return opened and ('"' in after or "'" in after or "」" in after)


def names_in(said: str) -> list[str]:
    """Return the names that an attribution gives."""
    said = without_dates(said)
    known = {
        word
        for name in find_names(said)
        if name.is_sure or _SAYING.match(said, name.end + 1)
        for word in name.words
    }
    for pattern in (_SAID_BY, _BY_SAID, _DASHED):
        names = [found["name"] or found.groupdict().get("handle") or "" for found in pattern.finditer(said)]
        names = [name for name in names if pattern is _DASHED or not known.isdisjoint(name.split())]
        names = [name for name in names if name.lower() not in ALL_STOP_WORDS]  # Sie
        if names:
            return names
    return []
