"""The sentences of a Markdown text, with offsets, and the words of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

LONGEST = 1500  # characters of a sentence that are looked at: nobody writes longer ones, and rules stay fast
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENS_BLOCK = re.compile(r"#{1,6} |[-*+] |\d{1,9}[.)] |> ?|\||\[\^")
_NUMBER_OF_ITEM = re.compile(r"\s*(?:>\s*)*\d{1,9}[.)]\s*")
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-{2,}")
PICTURE = re.compile(r"!\[([^\]\n]{0,2000})\]\([^)\n]{0,2000}\)|\{%\s*(?:image|figure|img)\b([^%\n]{0,2000})%\}")
# Where a sentence ends: before a capital letter, after a full stop that is not that of an abbreviation or initial.
_ABBREVIATIONS = (
    "[A-Z]", "Dr", "Mr", "Ms", "Mrs", "Prof", "St", "No", "vs", "Inc", "Co", "Jr", "Sr", r"e\.g", r"i\.e", r"U\.S", "etc",
    "approx", "bzw", "ca", "Nr", "Hrsg", "Gen", "Gov", "Sen", "Rep",
)  # fmt: skip
_END = re.compile(
    "[.!?]"
    + "".join(rf"(?<!\b{short}\.)" for short in _ABBREVIATIONS)
    + r"""[\"”’')\]*_]{0,9}(?:\[\^[^\]\s]{1,50}\])?\s+(?=[\"“„‘'(\[*_]{0,9}[A-Z0-9À-Þ])"""
)
# Not to be read as words: addresses of links, code, tags, templates. Blanked out, so that offsets stay.
_UNREAD = re.compile(
    r"\[![A-Za-z]{1,20}\]|(?<=\])\([^)\n]{0,2000}\)|`[^`\n]{1,2000}`|<[^>\n]{1,2000}>|\{\{[^}\n]{0,2000}\}\}|\{%[^%\n]{0,2000}%\}|https?://\S{1,2000}"
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)


class Block(Enum):
    """What a sentence stands in."""

    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    ROW = auto()
    FOOTNOTE = auto()
    PARAGRAPH = auto()
    PICTURE = auto()


@dataclass
class Sentence:
    """A sentence of the text: body[start:end]. Sentences of one paragraph have the same number."""

    start: int
    end: int
    text: str  # its first LONGEST characters; what is not to be read (addresses of links, code) is blanked out
    block: Block
    paragraph: int

    @cached_property
    def words(self) -> frozenset[str]:
        """The distinct words, in lower case."""
        return frozenset(_WORD.findall(self.text.lower()))

    @cached_property
    def has_digits(self) -> bool:
        return _DIGIT.search(self.text) is not None


def read_sentences(body: str) -> list[Sentence]:
    """Return the sentences of a text below its front matter, in order. Code and lines of HTML have none."""
    readable = _UNREAD.sub(lambda found: " " * len(found[0]), body)
    found = []
    for number, (start, end, block) in enumerate(_blocks(body)):
        found.extend(_sentences(body, readable, start, end, block, number))
    return found


def _blocks(body: str) -> Iterator[tuple[int, int, Block]]:
    """Yield where each paragraph, heading, item and row of a table begins and ends."""
    start, kind, position, fence = None, Block.PARAGRAPH, 0, ""
    lines = body.splitlines(keepends=True)
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        bare = line.strip()
        mark = _FENCE.match(bare)
        opens = _OPENS_BLOCK.match(bare)
        ends = bool(fence or mark) or not bare or bare.startswith("<")
        if start is not None and (ends or opens):
            if not (opens and opens[0].startswith(">") and kind is Block.QUOTE):
                yield start, position, kind
                start = None
        if fence or mark:
            if mark and (not fence or bare.startswith(fence)):
                fence = "" if fence else mark[1]
        elif not ends:
            if start is None:
                start, kind = position, _kind(opens[0] if opens else "")
                if kind is Block.ROW and _DELIMITER_ROW.match(following):
                    kind = Block.HEADING
            if kind in {Block.HEADING, Block.ROW}:
                yield start, position + len(line), kind
                start = None
        position += len(line)
    if start is not None:
        yield start, position, kind


def _kind(mark: str) -> Block:
    first = mark[:1]
    if first == "#":
        return Block.HEADING
    if first == "|":
        return Block.ROW
    if first == ">":
        return Block.QUOTE
    if first == "[":
        return Block.FOOTNOTE
    return Block.ITEM if first else Block.PARAGRAPH


def _sentences(body, readable, start, end, block, number):
    position = start
    for picture in PICTURE.finditer(body, start, end):
        yield from _split(readable, position, picture.start(), block, number)
        yield Sentence(picture.start(), picture.end(), (picture[1] or picture[2] or "")[:LONGEST], Block.PICTURE, number)
        position = picture.end()
    yield from _split(readable, position, end, block, number)


def _split(readable, start, end, block, number):
    if block is Block.ROW:
        ends = [end]
    else:
        ends = [*(stop.end() for stop in _END.finditer(readable, start, end)), end]
    for stop in ends:
        text = readable[start:stop]
        if stop < end and _NUMBER_OF_ITEM.fullmatch(text):
            continue
        if any(character.isalnum() for character in text):
            lead = len(text) - len(text.lstrip())
            yield Sentence(start + lead, start + len(text.rstrip()), text.strip()[:LONGEST], block, number)
        start = stop
