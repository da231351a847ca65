"""Split a Markdown text into sentences, with their offsets and words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice, zip_longest

MAX_SENTENCE_LENGTH = (
    1500  # characters of a sentence that rules read; nobody writes longer ones, and rules stay fast
)
MAX_SENTENCES = 20_000  # sentences of a text that are read; a book of 2 MB has fewer
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENS_BLOCK = re.compile(r"#{1,6} |[-*+] |\d{1,9}[.)] |> ?|\||\[\^")
_NUMBER_OF_ITEM = re.compile(r"\s*(?:>\s*)*\d{1,9}[.)]\s*")
_DEFINITION = re.compile(r"\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S+(?:[ \t]+[\"'(].*)?")  # of a link: not shown
_NO_TEXT = object()  # marks a line of code or HTML, or a blank line
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-{2,}")
PICTURE = re.compile(
    r"!\[([^\[\]\n]{0,2000})\]\([^)\]\n]{0,2000}\)|\{%\s*(?:image|figure|img)\b([^%\n]{0,2000})%\}"
)
# A sentence ends at a full stop before a capital letter, except after an abbreviation or initial.
_ABBREVIATIONS = (  # grouped by length, because lookbehinds need a fixed width
    "[A-Z]",
    "Co|Dr|Jr|Mr|Ms|No|Nr|Sr|St|ca|vs",
    r"Gen|Gov|Inc|Mrs|Rep|Sen|U\.S|bzw|e\.g|etc|i\.e",
    "Hrsg|Prof",
    "approx",
)
SENTENCE_END = re.compile(
    "[.!?]"
    + "".join(rf"(?<!\b(?:{short})\.)" for short in _ABBREVIATIONS)
    + r"""[\"”’')\]*_]{0,9}(?:\[\^[^\]\s]{1,50}\])?\s+(?:>\s*){0,20}(?=[\"“„‘'(\[*_]{0,9}[A-Z0-9À-Þ])"""
)
# Link URLs, code, tags and templates are not text. They are replaced with spaces, which keeps offsets. Each
# starts with a rare character and cannot contain the next start. So matching takes linear time even if a text
# contains only starts.
_UNREAD = re.compile(
    r"\[![A-Za-z]{1,20}\]|\((?<=\]\()[^)\]\n]{0,2000}\)|`[^`\n]{1,2000}`|<[^<>\n]{1,2000}>"
    r"|\{\{[^{}\n]{0,2000}\}\}|\{%[^%\n]{0,2000}%\}|https?://\S{1,2000}"
)
# In a block quote, a sentence also ends at a line without text, and before a list item.
_END_IN_QUOTE = re.compile(
    r"\n[ \t]{0,3}>[ \t>]{0,20}\n|\n(?=[ \t]{0,3}>[ \t>]{0,20}(?:[-*+] |\d{1,9}[.)] ))"
)
_DIGIT = re.compile(r"\d")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


class Block(Enum):
    """The kind of block that contains a sentence."""

    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    ROW = auto()
    FOOTNOTE = auto()
    PARAGRAPH = auto()
    PICTURE = auto()


@dataclass(slots=True)
class Sentence:
    """A sentence of the text: body[start:end]. Sentences of one paragraph have the same paragraph number.

    words are the distinct words, in lower case.
    """

    start: int
    end: int
    text: str  # the first MAX_SENTENCE_LENGTH characters; link URLs and code are replaced with spaces
    block: Block
    paragraph: int
    lower: str = field(init=False)
    words: frozenset[str] = field(init=False)
    has_digits: bool = field(init=False)
    has_capitals: bool = field(init=False)  # after the first character

    def __post_init__(self):
        self.lower = self.text.lower()
        parts = set(self.lower.split())
        plain = set(filter(str.isalnum, parts))  # most words; found much faster
        self.words = frozenset(plain.union(_WORD.findall(" ".join(parts - plain))))
        self.has_digits = _DIGIT.search(self.text) is not None
        self.has_capitals = self.text[1:] != self.lower[1:]


def read_sentences(body: str) -> list[Sentence]:
    """Return the sentences below the front matter, in order, without code blocks and HTML lines."""
    readable = _UNREAD.sub(lambda found: " " * len(found[0]), body)
    found = (
        sentence
        for number, (start, end, block) in enumerate(_blocks(body))
        for sentence in _sentences(body, readable, start, end, block, number)
    )
    return list(islice(found, MAX_SENTENCES))


def _blocks(body: str) -> Iterator[tuple[int, int, Block]]:
    """Yield (start, end, block) of each paragraph, heading, list item and table row."""
    start, kind, position = None, Block.PARAGRAPH, 0
    for line, opens, is_head in _lines(body):
        goes_on_quoting = opens == Block.QUOTE == kind
        if start is not None and opens is not None and not goes_on_quoting:
            yield start, position, kind
            start = None
        if opens is not _NO_TEXT and start is None:
            start, kind = position, opens or Block.PARAGRAPH
        if start is not None and kind in (Block.HEADING, Block.ROW):
            yield start, position + len(line), Block.HEADING if is_head else kind
            start = None
        position += len(line)
    if start is not None:
        yield start, position, kind


def _lines(body):
    """Yield (line, the block that it opens, _NO_TEXT or None, whether it is a table header)."""
    fence, may_define = "", True  # a definition cannot interrupt a paragraph
    is_in_tag = False  # the tag began on an earlier line
    lines = body.splitlines(keepends=True)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        bare = line.strip()
        mark = _FENCE.match(bare) if bare.startswith(("`", "~")) else None
        defines = may_define and bare.startswith("[") and _DEFINITION.fullmatch(bare)
        may_define = not bare or defines
        was_in_tag = is_in_tag and bool(bare)
        is_in_tag = (was_in_tag or bare.startswith("<")) and ">" not in bare
        if was_in_tag or defines or fence or mark or not bare or bare.startswith("<"):
            if mark and (not fence or bare.startswith(fence)):
                fence = "" if fence else mark[1]
            yield line, _NO_TEXT, False
        else:
            opens = _OPENS_BLOCK.match(bare)
            is_head = "--" in following and _DELIMITER_ROW.match(following) is not None
            yield line, _kind(opens[0]) if opens else None, is_head


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
    return Block.ITEM


def _sentences(body, readable, start, end, block, number):
    position = start
    may_have_pictures = body.find("![", start, end) >= 0 or body.find("{%", start, end) >= 0
    for picture in PICTURE.finditer(body, start, end) if may_have_pictures else ():
        yield from _split(readable, position, picture.start(), block, number)
        yield Sentence(
            picture.start(),
            picture.end(),
            (picture[1] or picture[2] or "")[:MAX_SENTENCE_LENGTH],
            Block.PICTURE,
            number,
        )
        position = picture.end()
    yield from _split(readable, position, end, block, number)


def _split(readable, start, end, block, number):
    if block is Block.ROW:
        ends = [end]
    else:
        ends = [*(stop.end() for stop in SENTENCE_END.finditer(readable, start, end)), end]
    if block is Block.QUOTE:
        ends = sorted({*ends, *(stop.end() for stop in _END_IN_QUOTE.finditer(readable, start, end))})
    for stop in ends:
        text = readable[start:stop]
        if stop < end and _NUMBER_OF_ITEM.fullmatch(text):
            continue
        if _LETTER_OR_DIGIT.search(text):
            lead = len(text) - len(text.lstrip())
            text = text.strip()
            yield Sentence(start + lead, start + lead + len(text), text[:MAX_SENTENCE_LENGTH], block, number)
        start = stop
