"""Three-way merging: what one side changed is taken, what both changed alike is one change, the rest is open.

The three are contents (contents.py): what both sides started from, ours, theirs. Fields merge each by itself,
lists as ordered sets, the hero image's image, description and credit apart, the text by paragraph. Nothing
that either side wrote gets lost: it is in the result, or in a decision.
"""

from dataclasses import dataclass, field
from typing import Any

from blog.versioning.contents import FIELDS, in_order
from blog.versioning.differences import same_value
from blog.versioning.text_merging import Decision, MergedText, merge_texts

LISTS = {
    "keywords": lambda entry: entry,
    "categories": lambda entry: entry["name"],
    "authors": lambda entry: entry["name"],
    "body_images": lambda entry: entry["address"],
}
HERO_PARTS = ("alt", "credit")  # what may change while the image stays


@dataclass(frozen=True, slots=True)
class Merged:
    """A field that merged by itself: value is the result, side is ours, theirs or both.

    ours and theirs count the places of the text that each side changed alone.
    """

    field: str
    side: str
    value: Any
    ours: int = 0
    theirs: int = 0


@dataclass(frozen=True, slots=True)
class Anew:
    """Neither side's value, but one that a person wrote in its place."""

    value: Any


@dataclass(slots=True)
class Merge:
    """A merge as far as it goes by itself."""

    contents: dict  # of all fields that are not open; of open ones, and in open places of the text, ours
    merged: list[Merged] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    text: MergedText | None = None

    @property
    def is_clean(self) -> bool:
        return not self.decisions


class UndecidedError(ValueError):
    """Something is open still; the message names the keys."""


def merge(base: dict, ours: dict, theirs: dict) -> Merge:
    """Return what two changes of the base make together, and what a person has to decide."""
    merge = Merge(contents=dict(ours))
    for name in FIELDS:
        if name == "body":
            _merge_body(merge, base, ours, theirs)
        elif name == "hero_image":
            _merge_hero(merge, base, ours, theirs)
        else:
            _merge_field(merge, name, *(side.get(name) for side in (base, ours, theirs)))
    merge.contents = in_order(merge.contents)
    return merge


def decide(merge: Merge, choices: dict[str, str | Anew]) -> dict:
    """Return the contents once each decision, by its key, is "ours", "theirs" or written Anew.

    Raises UndecidedError if one is missing or says something else.
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
    if isinstance(choice, Anew):
        return choice.value
    if choice not in ("ours", "theirs"):
        raise UndecidedError(f"{decision.key} is not decided.")
    return getattr(decision, choice)


def _merge_field(merge, name, base, ours, theirs, put=None):
    """Put what a field becomes into the merge, or a decision on it."""
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
            merge.decisions.append(Decision(name, name.partition(".")[0], base, ours, theirs))
            return
    put(value)
    if not same_value(value, base):
        merge.merged.append(Merged(name, side, value))


def _merge_hero(merge, base, ours, theirs):
    """Merge description and credit apart where all three show the same image."""
    heroes = [side.get("hero_image") for side in (base, ours, theirs)]
    if not all(heroes) or len({(hero["file"], hero["address"]) for hero in heroes}) > 1:
        _merge_field(merge, "hero_image", *heroes)
        return
    merge.contents["hero_image"] = hero = dict(heroes[1])
    for part in HERO_PARTS:
        values = [side[part] for side in heroes]
        _merge_field(
            merge, f"hero_image.{part}", *values, put=lambda value, part=part: hero.update({part: value})
        )


def _merged_list(name, base, ours, theirs):
    """Return two changed lists as one, or None where they are no lists or what they changed does not fit."""
    if name not in LISTS:
        return None
    key_of = LISTS[name]
    sides = [{key_of(entry): entry for entry in entries} for entries in (base, ours, theirs)]
    if any(len(by_key) < len(entries) for by_key, entries in zip(sides, (base, ours, theirs), strict=True)):
        return None  # one category at two levels: no set
    entries = _merged_entries(*sides)
    keys = _merged_order(*map(list, sides))
    return None if entries is None or keys is None else [entries[key] for key in keys if key in entries]


def _merged_entries(base, ours, theirs):
    """Return what is in both lists together, by key; None if one entry is changed by both."""
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
    """Return all keys in the order of who changed it, the other's new ones behind the same as there."""
    common = [key for key in base if key in ours and key in theirs]
    in_ours, in_theirs = ([key for key in side if key in common] for side in (ours, theirs))
    if in_ours != common and in_theirs not in (common, in_ours):
        return None
    order, other = (theirs, ours) if in_ours == common and in_theirs != common else (ours, theirs)
    merged = list(order)
    for number, key in enumerate(other):
        if key not in merged:
            before = other[number - 1] if number else None
            merged.insert(merged.index(before) + 1 if before in merged else 0, key)
    return merged


def _merge_body(merge, base, ours, theirs):
    merge.text = text = merge_texts(*(side.get("body", "") for side in (base, ours, theirs)))
    merge.decisions += text.decisions
    merge.contents["body"] = text.text(lambda decision: decision.ours)
    if text.ours or text.theirs or text.both:
        side = "both" if text.both or (text.ours and text.theirs) else "ours" if text.ours else "theirs"
        merge.merged.append(Merged("body", side, merge.contents["body"], text.ours, text.theirs))
