"""What a text says at its beginning: sentences that stand for it in lists, and whether it repeats others."""

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import islice

from blog.documents.text import count_words, normalise_for_comparison, trim_at_word

OPENING_LENGTH = 300  # characters
TARGET_LENGTH = 60  # characters: shorter sentences are followed by the next one
LINES_LOOKED_AT = 30
HEADINGS_PASSED_BY = 3
LONGEST_HEADING = 100  # characters
BLANKS_AND_MARKS = 5  # times as long as its bare letters a text may be with them
WORDS_COMPARED = 80
EDITED = 0.85  # as much of the words of two texts is alike if one was only edited a little
RUN = 4  # words that follow each other: two texts rarely share such by chance
REPEAT_RATIO = 0.8  # of the runs, if a text tells at once what these words have said
WORDS_BEFORE = 12  # of a text, as "Originally published on our old site.", before it tells the same

# What ends a sentence, with its closing quotation mark: not the point of "Dr.", "U.S." or "z. B.".
SENTENCE_END = re.compile(r"""(?:(?<=[^\W\d_A-Z]{2})[.!?…]|[。！？])["”’»)]?(?=\s+["“„«(]?[^\Wa-z]|\s*$)""")  # noqa: RUF001 -- meant

_WORD = re.compile(r"\w+")


def opening_of(text: str, length: int = OPENING_LENGTH) -> str:
    """The first whole sentences of a plain text, which has a line for each block; headings are passed by."""
    lines = [line for line in islice(text.split("\n"), LINES_LOOKED_AT) if count_words(line[:OPENING_LENGTH])]
    openings = list(filter(None, (_first_sentences(line, length) for line in lines)))
    enough = next((opening for opening in openings if len(opening) >= TARGET_LENGTH), None)
    return enough or next(iter(openings), "") or trim_at_word(next(iter(lines), ""), length)


def opens_with(text: str, beginning: str) -> bool:
    """Whether a plain text begins with these words, which may be cut off with "…" or be edited a little.

    Headings above its first sentence, such as "Introduction", are passed by, and so is a note. Words are
    repeated, too, by a text that says more between them.
    """
    bare = normalise_for_comparison(beginning).rstrip(".…")
    words = _words(beginning)
    enough = BLANKS_AND_MARKS * len(beginning) + OPENING_LENGTH  # of a text, for as many bare letters
    return any(
        normalise_for_comparison(rest[:enough]).startswith(bare) or _is_edited(rest, words)
        for rest in _beginnings(text)
    ) or _is_retold(text, words)


def _first_sentences(line: str, length: int) -> str:
    """Sentences of a line up to ENOUGH; the line cut off if its first is too long; "" if it has none."""
    end = 0
    for found in SENTENCE_END.finditer(line):
        if found.end() > length:
            break
        end = found.end()
        if end >= TARGET_LENGTH:
            break
    return line[:end] if end else trim_at_word(line, length) if len(line) > length else ""


def _beginnings(text: str):
    """The text, and what is left of it without each heading at its head."""
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
    # Most texts have other words altogether, which is told at once.
    if len(set(words) & set(others)) < EDITED * len(set(words)):
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= EDITED


def _is_retold(text: str, words: list[str]) -> bool:
    others = _words(text, 2 * len(words) + WORDS_BEFORE)
    runs, told = _runs(words), _runs(others)
    is_at_once = len(words) >= 8 and any(run in runs for run in told[:WORDS_BEFORE])
    return is_at_once and len({*runs} & {*told}) >= REPEAT_RATIO * len({*runs})


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(RUN)), strict=False))
