"""Three-way merge of a Markdown text by paragraph."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blog.articles.versions.alignment import Budget, changes
from blog.articles.versions.paragraphs import Paragraph, join, split


@dataclass(frozen=True, slots=True)
class Decision:
    """A conflict: both sides changed the same part of a field differently. key identifies it.

    base, ours and theirs are values of the field. For the body, they are the text of this part, "" if
    removed.
    """

    key: str
    field: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """A part of the text with an open decision, and the gap after it."""

    decision: Decision
    gap: str


@dataclass(slots=True)
class MergedText:
    """The parts of a merged text in order, and the numbers of changes by ours, theirs and both."""

    places: list[Paragraph | OpenDecision] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    ours: int = 0
    theirs: int = 0
    both: int = 0

    def text(self, chosen: Callable[[Decision], str]) -> str:
        """Return the text, with chosen(decision) for each open decision."""
        paragraphs = []
        for place in self.places:
            if isinstance(place, Paragraph):
                paragraphs.append(place)
            elif words := chosen(place.decision).strip("\r\n"):
                paragraphs.append(Paragraph(words, place.gap))
        return join(paragraphs)


def merge_texts(base: str, ours: str, theirs: str) -> MergedText:
    """Merge two changes of a text. The keys of decisions are body.1, body.2 and so on."""
    budget = Budget()
    paragraphs = split(base)
    mine, other = (_Side(paragraphs, split(text), budget) for text in (ours, theirs))
    gaps = [_merged_gap(part.gap, mine.gaps[n], other.gaps[n]) for n, part in enumerate(paragraphs)]
    merged = MergedText()
    here = 0
    for start, end, edits in _clusters(mine.edits, other.edits):
        merged.places += _unchanged(paragraphs, gaps, here, start)
        _merge_place(merged, paragraphs, (start, end), edits, gaps[start:end])
        here = end
    merged.places += _unchanged(paragraphs, gaps, here, len(paragraphs))
    return merged


def _merge_place(merged, base, place, edits, gaps):
    """Merge both sides' edits of one part of the base into the text, or add a decision."""
    ours, theirs = (_edited(base, place, edits[side]) for side in ("ours", "theirs"))
    if _texts(ours) == _texts(theirs):
        merged.both += 1
        merged.places += _placed(ours, gaps)
    elif not edits["theirs"]:
        merged.ours += 1
        merged.places += _placed(ours, gaps)
    elif not edits["ours"]:
        merged.theirs += 1
        merged.places += _placed(theirs, gaps)
    else:
        texts = [_bare(paragraphs) for paragraphs in (base[slice(*place)], ours, theirs)]
        merged.decisions.append(Decision(f"body.{len(merged.decisions) + 1}", "body", *texts))
        gap = next((parts[-1].gap for parts in (ours, theirs) if parts), "\n\n")
        merged.places.append(OpenDecision(merged.decisions[-1], gap))


def _edited(base, place, edits):
    """Return the paragraphs of one side for a part of the base."""
    here, end = place
    found = []
    for start, stop, paragraphs in edits:
        found += [*base[here:start], *paragraphs]
        here = stop
    return found + base[here:end]


class _Side:
    """One side's changes to the base: its edits, and its gap after each base paragraph."""

    def __init__(self, base, side, budget):
        texts = ([part.text for part in parts] for parts in (base, side))
        self.edits, self.gaps, offset, here = [], [None] * len(base), 0, 0
        for start, end, there, end_there in [*changes(*texts, budget), (len(base), len(base), 0, 0)]:
            self.gaps[here:start] = [part.gap for part in side[here + offset : start + offset]]
            if (end - start, end_there - there) == (1, 1):
                self.gaps[start] = side[there].gap
            if start < end or there < end_there:
                self.edits.append((start, end, side[there:end_there]))
            here, offset = end, end_there - end


def _clusters(ours, theirs):
    """Group overlapping edits: return (start, end in the base, {side: its edits there}).

    Edits of both sides overlap if they replace the same paragraph, or add text at the same position. An
    addition next to a paragraph that the other side changed does not overlap.
    """
    edits = [(*edit[:2], "ours", edit) for edit in ours] + [(*edit[:2], "theirs", edit) for edit in theirs]
    clusters = []
    for start, end, side, edit in sorted(edits, key=lambda edit: edit[:3]):
        if clusters and (start < clusters[-1][1] or (start, end) == clusters[-1][:2]):
            first, last, found = clusters.pop()
        else:
            first, last, found = start, end, {"ours": [], "theirs": []}
        found[side].append(edit)
        clusters.append((first, max(last, end), found))
    return clusters


def _merged_gap(base, ours, theirs):
    """Return the gap after a paragraph, from the side that changed it."""
    known = [gap for gap in (ours, theirs) if gap is not None]
    return next((gap for gap in known if gap != base), base)


def _unchanged(paragraphs, gaps, start, end):
    return [Paragraph(paragraphs[n].text, gaps[n]) for n in range(start, end)]


def _placed(paragraphs, gaps):
    """Return the paragraphs. If one paragraph replaces one other, it gets the merged gap."""
    if len(paragraphs) == len(gaps) == 1:
        return [Paragraph(paragraphs[0].text, gaps[0])]
    return paragraphs


def _texts(paragraphs):
    return [part.text for part in paragraphs]


def _bare(paragraphs):
    return join([*paragraphs[:-1], Paragraph(paragraphs[-1].text, "")]) if paragraphs else ""
