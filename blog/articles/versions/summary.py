"""Count what changed between two texts by sentences and words, for a line in a list of versions.

Much cheaper than differences.py: only the part between the first and the last change is read, and its
sentences are compared as a set, so that moving a sentence does not count as a change.
"""

import re
from collections import Counter
from dataclasses import dataclass

from blog.articles.versions.storage import common_length
from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import read_sentences
from blog.documents.text import strip_markdown_inline

LONGEST_PART = 60_000  # characters of both texts together; longer changes are not counted
MOST_PAIRS = 2_000  # of sentences compared with each other
SAME_SENTENCE = 0.5  # share of common words, below which it is a different sentence
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_WORD = re.compile(r"\w+(?:['’]\w+)*")  # noqa: RUF001 -- an apostrophe


@dataclass(frozen=True, slots=True)
class TextChange:
    """The changes from one text to another.

    words_added, words_removed: numbers of words in rewritten sentences. headings: how many were added,
    removed or rewritten. section: the heading of the only section with changes, or "". is_counted: False if
    too much differs. If it is True and all numbers are 0, only the order, formatting or code changed.
    """

    sentences_added: int = 0
    sentences_removed: int = 0
    words_added: int = 0
    words_removed: int = 0
    headings: int = 0
    images_added: int = 0
    images_removed: int = 0
    section: str = ""
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence or image: its text, and the heading above it."""

    text: str
    words: tuple[str, ...]
    section: str
    block: Block


def text_change(before: str, after: str) -> TextChange:
    """Return how a text changed. Only call this for texts that differ."""
    start, end = _changed_part(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) + len(new) > LONGEST_PART:
        return TextChange(is_counted=False)
    section = next((found[1] for found in reversed(list(_HEADING.finditer(before, 0, start)))), "")
    gone, added = _only_in_one(_passages(old, section), _passages(new, section))
    pairs, removed, new_ones = _paired(*(_of(passages, _is_sentence) for passages in (gone, added)))
    words = [(Counter(one.words), Counter(other.words)) for one, other in pairs]
    sections = {passage.section for passage in (*gone, *added)}
    return TextChange(
        sentences_added=len(new_ones),
        sentences_removed=len(removed),
        words_added=sum((other - one).total() for one, other in words),
        words_removed=sum((one - other).total() for one, other in words),
        headings=max(len(_of(gone, _is_heading)), len(_of(added, _is_heading))),
        images_added=len(_of(added, _is_image)),
        images_removed=len(_of(gone, _is_image)),
        section=strip_markdown_inline(sections.pop()) if len(sections) == 1 else "",
    )


def _of(passages, test):
    return [passage for passage in passages if test(passage)]


def _is_heading(passage):
    return passage.block is Block.HEADING


def _is_image(passage):
    return passage.block is Block.PICTURE


def _is_sentence(passage):
    return not (_is_heading(passage) or _is_image(passage))


def _changed_part(before, after):
    """Return the lengths, in characters, of the beginning and the end that both texts share.

    Both parts consist of whole paragraphs. The beginning does not end within a code block.
    """
    shorter = min(len(before), len(after))
    start = common_length(before, after, shorter)
    start = max((found.end() for found in _PARAGRAPH_END.finditer(before, 0, start)), default=0)
    fences = [found.start() for found in _FENCE.finditer(before, 0, start)]
    start = fences[-1] if len(fences) % 2 else start
    end = common_length(before[::-1], after[::-1], shorter - start)
    next_paragraph = _PARAGRAPH_END.search(before, len(before) - end)
    return start, len(before) - next_paragraph.start() if next_paragraph else 0


def _passages(text, section) -> list[_Passage]:
    passages = []
    for sentence in read_sentences(text):
        if sentence.block is Block.HEADING:
            section = sentence.text.lstrip("# ")
        words = text[sentence.start : sentence.end]
        passages.append(_Passage(words, tuple(_WORD.findall(words)), section, sentence.block))
    return passages


def _only_in_one(before, after):
    """Return the passages that only one of the texts has, in order."""
    return (
        _without(before, Counter(each.text for each in after)),
        _without(after, Counter(each.text for each in before)),
    )


def _without(passages, others):
    left = []
    for passage in passages:
        if others[passage.text]:
            others[passage.text] -= 1
        else:
            left.append(passage)
    return left


def _paired(gone, added):
    """Return (pairs of a sentence before and after it was rewritten, removed ones, added ones)."""
    if len(gone) * len(added) > MOST_PAIRS:
        return [], gone, added
    pairs, alone, left = [], [], list(added)
    for one in gone:
        other = next((each for each in left if _is_rewritten(one, each)), None)
        if other is None:
            alone.append(one)
        else:
            left.remove(other)
            pairs.append((one, other))
    return pairs, alone, left


def _is_rewritten(one, other):
    common = len({*one.words} & {*other.words})
    return common >= SAME_SENTENCE * max(len({*one.words}), len({*other.words}), 1)
