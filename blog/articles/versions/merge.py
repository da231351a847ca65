"""Three-way merge of contents (contents.py): base, ours and theirs.

Changes of one side, and equal changes of both, are merged. Conflicting changes become decisions for a
person. Fields are merged independently: lists as ordered sets, image, alt text and credit of the hero image
separately, the body by paragraph (merge_texts()). Every change is either in the result or in a decision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blog.articles.versions.alignment import Budget, changes
from blog.articles.versions.contents import FIELDS, in_order
from blog.articles.versions.differences import same_value
from blog.articles.versions.paragraphs import Paragraph, join, split

LISTS = {
    "keywords": lambda entry: entry,
    "categories": lambda entry: entry["name"],
    "authors": lambda entry: entry["name"],
    "translators": lambda entry: entry,
    "body_images": lambda entry: entry["address"],
}
# Merged separately if all sides have the same image. "decorative" is only in entries of decorative images.
HERO_PARTS = ("alt", "credit", "decorative")


@dataclass(frozen=True, slots=True)
class MergeDecision:
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

    decision: MergeDecision
    gap: str


@dataclass(slots=True)
class MergedText:
    """The parts of a merged text in order, and whose changes are in it: ours, theirs or both."""

    places: list[Paragraph | OpenDecision] = field(default_factory=list)
    decisions: list[MergeDecision] = field(default_factory=list)
    sides: set[str] = field(default_factory=set)

    def text(self, chosen: Callable[[MergeDecision], str]) -> str:
        """Return the text, with chosen(decision) for each open decision."""
        paragraphs = []
        for place in self.places:
            if isinstance(place, Paragraph):
                paragraphs.append(place)
            elif words := chosen(place.decision).strip("\r\n"):
                paragraphs.append(Paragraph(words, place.gap))
        return join(paragraphs)


@dataclass(frozen=True, slots=True)
class MergedField:
    """A field merged without a conflict. side: whose change is in the value: ours, theirs or both."""

    field: str
    side: str
    value: Any


@dataclass(frozen=True, slots=True)
class ManualValue:
    """A value that a person wrote instead of choosing a side."""

    value: Any


@dataclass(slots=True)
class Merge:
    """The result of an automatic merge, with the open decisions."""

    contents: dict  # open decisions have our value here
    merged: list[MergedField] = field(default_factory=list)
    decisions: list[MergeDecision] = field(default_factory=list)
    text: MergedText | None = None

    @property
    def is_clean(self) -> bool:
        return not self.decisions


class UndecidedError(ValueError):
    """Raised when a decision is missing or invalid. The message names its key."""


def merge(base: dict, ours: dict, theirs: dict) -> Merge:
    """Merge two changes of the base; return the result with the open decisions."""
    merge = Merge(contents=dict(ours))
    for name in {**dict.fromkeys(FIELDS), **ours}:  # pages have other fields than articles
        if name == "suggested_flags":
            continue  # ours, which the form of an editor and a file do not have
        if name == "body":
            _merge_body(merge, base, ours, theirs)
        elif name == "hero_image":
            _merge_hero(merge, base, ours, theirs)
        else:
            _merge_field(merge, name, *(side.get(name) for side in (base, ours, theirs)))
    merge.contents = in_order(merge.contents)
    return merge


def decide(merge: Merge, choices: dict[str, str | ManualValue]) -> dict:
    """Return the contents, given {key of the decision: "ours", "theirs" or a ManualValue}.

    Raises UndecidedError if a choice is missing or invalid.
    """
    values = {decision.key: _chosen(decision, choices.get(decision.key)) for decision in merge.decisions}
    contents = dict(merge.contents)
    for decision in merge.decisions:
        name, _, part = decision.key.partition(".")
        if decision.field == "body":
            continue
        contents[name] = contents[name] | {part: values[decision.key]} if part else values[decision.key]
    contents["body"] = merge.text.text(lambda decision: values[decision.key])
    return contents


def _chosen(decision, choice):
    if isinstance(choice, ManualValue):
        return choice.value
    if choice not in ("ours", "theirs"):
        raise UndecidedError(f"{decision.key} has no valid choice.")
    return getattr(decision, choice)


def _merge_field(merge, name, base, ours, theirs, put=None):
    """Add the merged value of a field, or a decision, to the merge."""
    put = put or (lambda value: merge.contents.__setitem__(name, value))
    if same_value(ours, theirs):
        side, value = "both", ours
    elif same_value(theirs, base):
        side, value = "ours", ours
    elif same_value(ours, base):
        side, value = "theirs", theirs
    else:
        side, value = "both", _merged_list(name, base, ours, theirs)
        if value is None:
            merge.decisions.append(MergeDecision(name, name.partition(".")[0], base, ours, theirs))
            return
    put(value)
    if not same_value(value, base):
        merge.merged.append(MergedField(name, side, value))


def _merge_hero(merge, base, ours, theirs):
    """Merge the hero image, and its HERO_PARTS separately if all three sides have the same image."""
    heroes = [side.get("hero_image") for side in (base, ours, theirs)]
    if not all(heroes) or len({(hero["file"], hero["address"]) for hero in heroes}) > 1:
        _merge_field(merge, "hero_image", *heroes)
        return
    merge.contents["hero_image"] = hero = dict(heroes[1])
    for part in HERO_PARTS:
        values = [side.get(part, False) for side in heroes]
        _merge_field(
            merge, f"hero_image.{part}", *values, put=lambda value, part=part: hero.update({part: value})
        )
    if not hero.get("decorative"):
        hero.pop("decorative", None)


def _merged_list(name, base, ours, theirs):
    """Return the merge of two changed lists, or None if they are not lists or conflict."""
    if name not in LISTS:
        return None
    key_of = LISTS[name]
    sides = [{key_of(entry): entry for entry in entries} for entries in (base, ours, theirs)]
    if any(len(by_key) < len(entries) for by_key, entries in zip(sides, (base, ours, theirs), strict=True)):
        return None  # a category at two levels: not a set
    entries = _merged_entries(*sides)
    keys = _merged_order(*map(list, sides))
    return None if entries is None or keys is None else [entries[key] for key in keys if key in entries]


def _merged_entries(base, ours, theirs):
    """Return the merged entries by key; None if both sides changed an entry differently."""
    entries = {}
    for key in ours | theirs:
        values = [side.get(key) for side in (base, ours, theirs)]
        if same_value(values[1], values[2]) or same_value(values[2], values[0]):
            entries[key] = values[1]
        elif same_value(values[1], values[0]):
            entries[key] = values[2]
        else:
            return None
    return {key: entry for key, entry in entries.items() if entry is not None}


def _merged_order(base, ours, theirs):
    """Return all keys in the order of the side that reordered them. None if both reordered them differently.

    New keys of the other side stay after the key that precedes them there.
    """
    in_all = {*base} & {*ours} & {*theirs}
    common, in_ours, in_theirs = ([key for key in side if key in in_all] for side in (base, ours, theirs))
    if in_ours != common and in_theirs not in (common, in_ours):
        return None
    order, other = (theirs, ours) if in_ours == common and in_theirs != common else (ours, theirs)
    known, added = {*order}, {None: []}  # added: {known key or None: new keys after it}
    neighbour = None
    for key in other:
        if key in known:
            neighbour = key
        else:
            added.setdefault(neighbour, []).append(key)
    return [*added[None], *(one for key in order for one in (key, *added.get(key, ())))]


def _merge_body(merge, base, ours, theirs):
    merge.text = text = merge_texts(*(side.get("body", "") for side in (base, ours, theirs)))
    merge.decisions += text.decisions
    merge.contents["body"] = text.text(lambda decision: decision.ours)
    if text.sides:
        side = "both" if len(text.sides) > 1 else next(iter(text.sides))
        merge.merged.append(MergedField("body", side, merge.contents["body"]))


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
        merged.sides.add("both")
        merged.places += _placed(ours, gaps)
    elif not edits["theirs"]:
        merged.sides.add("ours")
        merged.places += _placed(ours, gaps)
    elif not edits["ours"]:
        merged.sides.add("theirs")
        merged.places += _placed(theirs, gaps)
    else:
        texts = [_bare(paragraphs) for paragraphs in (base[slice(*place)], ours, theirs)]
        merged.decisions.append(MergeDecision(f"body.{len(merged.decisions) + 1}", "body", *texts))
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
