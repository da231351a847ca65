"""Extract the opening sentences of a text for lists, and check whether it begins with its excerpt."""

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import islice

from blog.documents.text import count_words, normalise_for_comparison, trim_at_word

OPENING_LENGTH = 300  # characters
TARGET_LENGTH = 60  # characters; sentences are added until this length
LINES_LOOKED_AT = 30
HEADINGS_PASSED_BY = 3
LONGEST_HEADING = 100  # characters
BLANKS_AND_MARKS = 5  # largest ratio of a text's length, with markup and whitespace, to its bare letters
WORDS_COMPARED = 80
EDITED = 0.85  # lowest similarity of two texts of which one is a slightly edited copy
RUN = 4  # consecutive words; two texts rarely share such a run by chance
REPEAT_RATIO = 0.8  # share of the excerpt's runs in a text that repeats it
WORDS_BEFORE = 12  # before the repetition, such as "Originally published on our old site."

# The end of a sentence with its closing quotation mark, but not the full stop in "Dr.", "U.S." or "z. B.".
SENTENCE_END = re.compile(r"""(?:(?<=[^\W\d_A-Z]{2})[.!?…]|[。！？])["”’»)]?(?=\s+["“„«(]?[^\Wa-z]|\s*$)""")  # noqa: RUF001 -- meant

_WORD = re.compile(r"\w+")


def opening_of(text: str, length: int = OPENING_LENGTH) -> str:
    """Return the first whole sentences of a plain text with one line per block, skipping headings."""
    first = first_line = ""
    for line in islice(text.split("\n"), LINES_LOOKED_AT):
        if not count_words(line[:OPENING_LENGTH]):
            continue
        opening = _first_sentences(line, length)
        if len(opening) >= TARGET_LENGTH:
            return opening
        first, first_line = first or opening, first_line or line
    return first or trim_at_word(first_line, length)


def opens_with(text: str, beginning: str) -> bool:
    """Whether a plain text begins with these words, which may end in "…" or differ slightly.

    Headings above the first sentence, such as "Introduction", and a short note are skipped. The text may also
    insert further words.
    """
    bare = normalise_for_comparison(beginning).rstrip(".…")
    words = _words(beginning)
    enough = BLANKS_AND_MARKS * len(beginning) + OPENING_LENGTH  # of the text
    return any(
        normalise_for_comparison(rest[:enough]).startswith(bare) or _is_edited(rest, words)
        for rest in _beginnings(text)
    ) or _is_retold(text, words)


def _first_sentences(line: str, length: int) -> str:
    """Return the first sentences of a line, up to TARGET_LENGTH or the sentence that reaches it.

    A line whose first sentence is longer than `length` is cut. "" for a shorter line without a sentence end.
    """
    end = 0
    for found in SENTENCE_END.finditer(line):
        if found.end() > length:
            break
        end = found.end()
        if end >= TARGET_LENGTH:
            break
    return line[:end] if end else trim_at_word(line, length) if len(line) > length else ""


def _beginnings(text: str):
    """Yield the text, and the rest of it after each leading heading."""
    yield text
    for _ in range(HEADINGS_PASSED_BY):
        heading, _line_end, text = text.partition("\n")
        if not text or len(heading) > LONGEST_HEADING or SENTENCE_END.search(heading):
            return
        yield text


def _words(text: str, number: int = WORDS_COMPARED) -> list[str]:
    folded = unicodedata.normalize("NFKC", text[: 20 * number]).casefold()
    return [found[0] for found in islice(_WORD.finditer(folded), number)]


def _is_edited(text: str, words: list[str]) -> bool:
    if len(words) < 8:
        return False
    others = _words(text, len(words))
    # Fast path: most texts have entirely different words.
    distinct = set(words)
    if len(distinct.intersection(others)) < EDITED * len(distinct):
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= EDITED


def _is_retold(text: str, words: list[str]) -> bool:
    if len(words) < 8:
        return False
    runs = set(_runs(words))
    told = _runs(_words(text, 2 * len(words) + WORDS_BEFORE))
    is_at_once = not runs.isdisjoint(told[:WORDS_BEFORE])
    return is_at_once and len(runs.intersection(told)) >= REPEAT_RATIO * len(runs)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(RUN)), strict=False))
