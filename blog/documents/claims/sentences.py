"""Split a Markdown text into sentences, with their offsets and words."""

import re
from dataclasses import dataclass, field
from itertools import filterfalse, islice

from blog.documents.claims.blocks import Block, read_blocks
from blog.documents.claims.vocabulary import SIGNALS

MAX_SENTENCE_LENGTH = (
    1500  # characters of a sentence that rules read; nobody writes longer ones, and rules stay fast
)
MAX_SENTENCES = 20_000  # sentences of a text that are read; a book of 2 MB has fewer
_NUMBER_OF_ITEM = re.compile(r"\s*(?:>\s*)*\d{1,9}[.)]\s*")
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
    + r"""(?:[\"”“’»«」』')\]*_]{0,9}|[ \u00a0\u202f]»)(?:\[\^[^\]\s]{1,50}\])?\s+(?:>\s*){0,20}"""
    + r"""(?=(?:[\"“„‘»«「『'(\[*_]{0,9}|«[ \u00a0\u202f])[A-Z0-9À-Þ])"""
)
# Link URLs, code, tags and templates are not text. They are replaced with spaces, which keeps offsets. Each
# starts with a rare character and cannot contain the next start. So matching takes linear time even if a text
# contains only starts.
_UNREAD = re.compile(
    r"\[![A-Za-z]{1,20}\]|\((?<=\]\()[^)\]\n]{0,2000}\)|`[^`\n]{1,2000}`|<[^<>\n]{1,2000}>"
    r"|\{\{[^{}\n]{0,2000}\}\}|\{%[^%\n]{0,2000}%\}|https?://\S{1,2000}"
)
_TAG = re.compile(r"<[a-zA-Z/][^<>\n]{0,2000}>")
# In a block quote, a sentence also ends at a line without text, and before a list item.
_END_IN_QUOTE = re.compile(
    r"\n[ \t]{0,3}>[ \t>]{0,20}\n|\n(?=[ \t]{0,3}>[ \t>]{0,20}(?:[-*+] |\d{1,9}[.)] ))"
)
_DID_YOU_KNOW = re.compile(r"[\W_]*did you know\b")
_DIGIT = re.compile(r"\d")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


class _SignalsOf(dict):
    """A cache of {part of a sentence between two spaces, not only letters: its words in SIGNALS}."""

    MOST, LONGEST = 20_000, 24  # entries; characters, because longer parts are rare

    def __missing__(self, part):
        words = tuple(SIGNALS.intersection([part, *_WORD.findall(part)]))
        if len(part) <= self.LONGEST and len(self) < self.MOST:
            self[part] = words
        return words


_signals_of = _SignalsOf()


@dataclass(slots=True)
class Sentence:
    """A sentence of the text: body[start:end]. Sentences of one paragraph have the same paragraph number.

    words are its distinct words in lower case that are in SIGNALS: with fewer words, rules are faster.
    """

    start: int
    end: int
    text: str  # the first MAX_SENTENCE_LENGTH characters; link URLs and code are replaced with spaces
    block: Block
    paragraph: int
    lower: str = field(init=False)
    words: set[str] = field(init=False)
    has_digits: bool = field(init=False)
    has_capitals: bool = field(init=False)  # after the first character

    def __post_init__(self):
        self.lower = self.text.lower()
        parts = self.lower.replace(",", " ").split()
        with_signs = filterfalse(str.isalpha, parts)
        self.words = SIGNALS.intersection(parts).union(*map(_signals_of.__getitem__, with_signs))
        if "you" in self.words and self.lower.count(" you ") == 1 and _DID_YOU_KNOW.match(self.lower):
            self.words.discard("you")  # a statement, which does not address the reader
        self.has_digits = _DIGIT.search(self.text) is not None
        self.has_capitals = self.text[1:] != self.lower[1:]


def read_sentences(body: str) -> list[Sentence]:
    """Return the sentences below the front matter, in order, without code blocks and HTML lines."""
    readable = _UNREAD.sub(lambda found: " " * len(found[0]), body)
    found = (
        sentence
        for number, (start, end, block) in enumerate(read_blocks(body))
        for sentence in _sentences(body, readable, start, end, block, number)
    )
    return list(islice(found, MAX_SENTENCES))


def without_tags(body: str) -> str:
    """Return a text with spaces instead of tags, whose attributes have quotation marks."""
    return _TAG.sub(lambda found: " " * len(found[0]), body) if "<" in body else body


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
