"""Differences between two versions, as plain data for templates.

Texts are compared by paragraph, changed paragraphs by line, and changed lines by word. Each comparison has a
budget (alignment.py). When it is used up, whole lines and paragraphs are shown as replaced.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from blog.articles.versions.alignment import Budget, changes, likeness, matching_runs
from blog.articles.versions.contents import FIELDS
from blog.articles.versions.paragraphs import split

CONTEXT = 1  # unchanged paragraphs shown on each side of a change; the others are folded
WORD = re.compile(r"\w+(?:['’]\w+)*")  # noqa: RUF001 -- an apostrophe
PIECE = re.compile(r"\w+|\s+|[^\w\s]")
LONGEST_LINES = 100_000  # characters of both lines together; longer ones are not compared by word
CHARACTERS_A_STEP = 5  # splitting this many characters into words costs one step of the budget
BREAKS = 0.3  # lines with a smaller share of common words are shown as replaced

# Fields whose differences are shown by word. For other fields, both values are shown.
TEXTS = ("title", "slug", "excerpt", "meta_description", "share_quote", "generated_by", "machine")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words. kind is same, removed or added. A removal precedes an addition at the same position."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A paragraph, or several folded ones. kind is same, folded, changed, added or removed.

    text is empty for a changed paragraph, whose words are in spans. paragraphs is their number, more than one
    only if they are folded.
    """

    kind: str
    text: str = ""
    spans: tuple[Span, ...] = ()
    paragraphs: int = 1


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field with its values in both contents. Texts have spans, lists have added and removed entries."""

    name: str
    before: Any
    after: Any
    spans: tuple[Span, ...] = ()
    added: tuple = ()
    removed: tuple = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences between two contents: the changed fields in order, and the body if it changed."""

    fields: tuple[FieldDifference, ...]
    body: tuple[TextPart, ...]
    words_added: int
    words_removed: int

    def __bool__(self):
        return bool(self.fields or self.body)


def differences(before: dict, after: dict, *, context=CONTEXT) -> Differences:
    """Return the differences between two contents (contents.py)."""
    budget = Budget()
    names = [name for name in FIELDS if name != "body" and not same_value(before.get(name), after.get(name))]
    fields = tuple(_field(name, before.get(name), after.get(name), budget) for name in names)
    body = ()
    if before.get("body", "") != after.get("body", ""):
        body = text_differences(before.get("body", ""), after.get("body", ""), context=context, budget=budget)
    return Differences(fields, body, _count(body, "added"), _count(body, "removed"))


def text_differences(before: str, after: str, *, context=CONTEXT, budget=None) -> tuple[TextPart, ...]:
    """Compare two Markdown texts by paragraph, and fold unchanged paragraphs.

    The number of blank lines between paragraphs is ignored.
    """
    budget = budget or Budget()
    one, other = ([part.text for part in split(text) if part.text] for text in (before, after))
    blocks, here = [], 0
    found = changes(one, other, budget)
    for number, (start, end, there, end_there) in enumerate(found):
        blocks += _unchanged(one[here:start], context, is_first=number == 0)
        blocks += _changed(one[start:end], other[there:end_there], budget)
        here = end
    return tuple(blocks + _unchanged(one[here:], context, is_first=not found, is_last=True))


def word_differences(before: str, after: str, *, budget=None) -> tuple[Span, ...]:
    """Compare two texts by line, and changed lines by word."""
    budget = budget or Budget()
    one, other = (text.splitlines(keepends=True) for text in (before, after))
    spans, here = [], 0
    for start, end, there, end_there in changes(one, other, budget):
        spans.append(Span("same", "".join(one[here:start])))
        spans += _line("".join(one[start:end]), "".join(other[there:end_there]), budget)
        here = end
    return _joined([*spans, Span("same", "".join(one[here:]))])


def changed_words(before: str, after: str) -> tuple[int, int]:
    """Return how many words of a text were removed, and how many added. Moved words do not count.

    Much cheaper than text_differences(), for a list of versions.
    """
    one, other = (Counter(WORD.findall(text)) for text in (before, after))
    return (one - other).total(), (other - one).total()


def same_value(one, other) -> bool:
    """Whether two values of a field are equal apart from primary keys."""
    return _without_keys(one) == _without_keys(other)


def _without_keys(value):
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if name != "id"}
    return [_without_keys(part) for part in value] if isinstance(value, list) else value


def _field(name, before, after, budget):
    if name in TEXTS:
        return FieldDifference(
            name, before, after, word_differences(before or "", after or "", budget=budget)
        )
    if isinstance(before, list) and isinstance(after, list):
        return FieldDifference(name, before, after, added=_only(after, before), removed=_only(before, after))
    return FieldDifference(name, before, after)


def _only(values, others):
    known = set(map(_comparable, others))
    return tuple(value for value in values if _comparable(value) not in known)


def _comparable(value):
    """Return a hashable form of an entry, without primary keys: lists may have many thousand entries."""
    return json.dumps(_without_keys(value), sort_keys=True)


def _unchanged(texts, context, *, is_first, is_last=False):
    """Return the blocks of unchanged paragraphs: those next to a change, and the others folded into one."""
    start = 0 if is_first else min(context, len(texts))
    end = len(texts) if is_last else max(start, len(texts) - context)
    folded = texts[start:end]
    return [
        *(TextPart("same", text) for text in texts[:start]),
        *([TextPart("folded", "\n\n".join(folded), paragraphs=len(folded))] if folded else []),
        *(TextPart("same", text) for text in texts[end:]),
    ]


def _changed(before, after, budget):
    if len(before) == len(after) == 1:
        return [TextPart("changed", spans=word_differences(before[0], after[0], budget=budget))]
    removed = [TextPart("removed", text, (Span("removed", text),)) for text in before]
    return removed + [TextPart("added", text, (Span("added", text),)) for text in after]


def _line(before, after, budget):
    """Return the spans of a changed line: by word, or as replaced if too few words are common."""
    length = len(before) + len(after)
    is_within_bounds = length <= LONGEST_LINES and budget.spend(length // CHARACTERS_A_STEP)
    if not is_within_bounds or likeness(before, after) < BREAKS:
        return [Span("removed", before), Span("added", after)]
    one, other = PIECE.findall(before), PIECE.findall(after)
    spans, here, there = [], 0, 0
    for start, start_there, length in [*_words_in_common(one, other, budget), (len(one), len(other), 0)]:
        spans.append(Span("removed", "".join(one[here:start])))
        spans.append(Span("added", "".join(other[there:start_there])))
        here, there = start + length, start_there + length
        spans.append(Span("same", "".join(one[start:here])))
    return spans


def _words_in_common(one, other, budget):
    """Yield the matching runs, without runs of spaces and punctuation between two changes."""
    for start, start_there, length in matching_runs(one, other, budget):
        is_at_edge = 0 in (start, start_there) or (start + length, start_there + length) == (
            len(one),
            len(other),
        )
        if is_at_edge or any(map(str.isalnum, "".join(one[start : start + length]))):
            yield start, start_there, length


def _joined(spans):
    joined = []
    for span in spans:
        if not span.text:
            continue
        if joined and joined[-1].kind == span.kind:
            joined[-1] = Span(span.kind, joined[-1].text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def _count(blocks, kind):
    texts = (span.text for block in blocks for span in block.spans if span.kind == kind)
    return sum(len(re.findall(r"\w+", text)) for text in texts)
