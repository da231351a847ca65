"""The comparison of two changes of an article: what was merged, and the conflicts to decide.

"ours" is the article, or what the user typed; "theirs" is a held update (blog/desk/imports/held.py) or the
save of another editor (concurrent_saves.py).
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.versions.alignment import Budget
from blog.articles.versions.differences import text_differences, word_differences
from blog.articles.versions.merge import ManualValue, Merge, decide
from blog.articles.versions.text_merge import Decision, OpenDecision
from blog.desk.comparison.fields import as_written, can_write, choices_of, hint_of, read_written
from blog.desk.comparison.words import format_value, label_of

MOST_DECISIONS = 300  # beyond this, offer only to take one side as a whole
SIDES = ("ours", "theirs")
KEYS = {
    "← →": gettext_lazy("choose a side"),
    "1 2 3": gettext_lazy("ours, theirs, write your own"),
    "N": gettext_lazy("next undecided difference"),
    "Ctrl S": gettext_lazy("save"),
}


@dataclass(slots=True)
class ComparisonItem:
    """A field or paragraph to decide, and what was chosen or written for it."""

    name: str  # of the form field
    decision: Decision
    label: str
    number: int | None  # of the paragraph, from 1; None for other fields
    ours: tuple
    theirs: tuple
    choice: str = ""  # a side or "other"; "" if undecided
    written: str = ""
    value: object = None  # of the written text, parsed
    error: str = ""

    @property
    def can_write(self) -> bool:
        return can_write(self.decision)

    @property
    def options(self) -> list[tuple[str, str]]:
        return choices_of(self.decision)

    @property
    def hint(self) -> str:
        return hint_of(self.decision)


@dataclass(slots=True)
class UnchangedParagraphs:
    """Consecutive paragraphs that need no decision."""

    count: int
    text: str


@dataclass
class ComparisonForm:
    """The comparison as a form.

    Field names are derived from the values to decide between, so that a choice survives other changes.
    """

    merge: Merge
    base: dict
    opened: str  # identifies the current state of both sides
    sides: tuple[str, str]  # labels of our side and theirs
    data: Mapping | None = None
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.budget = Budget()
        if self.data is not None and self.data.get("compared") != self.opened:
            self.errors.append(self.stale_message())

    def stale_message(self) -> str:
        return _(
            "The article changed after you opened this page. Both versions below are now current, and your "
            "choices and text are still here."
        )

    @property
    def has_too_many_decisions(self) -> bool:
        return len(self.merge.decisions) > MOST_DECISIONS

    @property
    def open_count(self) -> int:
        return len(self.merge.decisions)

    @property
    def decided_count(self) -> int:
        return sum(bool(place.choice) for place in self.places)

    def is_valid(self) -> bool:
        """Whether everything is decided. Sets `contents` if so, otherwise adds errors."""
        if self.data is None or self.errors:
            return False
        if all_of := self.data.get("_all"):
            return self.has_too_many_decisions and self.take(all_of)
        invalid = [
            place for place in self.places if not self._check(place)
        ]  # checks all, to set their errors
        if self.has_too_many_decisions or invalid:
            self.errors.append(_("Some differences still need a decision. See below."))
            return False
        self.contents = decide(self.merge, {place.decision.key: _choice(place) for place in self.places})
        return True

    def take(self, side: str) -> bool:
        """Take this side for all conflicts. Return whether the side is valid."""
        if side in SIDES:
            self.contents = decide(self.merge, {decision.key: side for decision in self.merge.decisions})
        return side in SIDES

    @cached_property
    def places(self) -> list[ComparisonItem]:
        names = Counter()
        found = []
        for decision in self.merge.decisions:
            name = _name(decision)
            names[name] += 1
            found.append(self._place(decision, f"{name}-{names[name]}"))
        return found

    @cached_property
    def fields(self) -> list[ComparisonItem]:
        return [place for place in self.places if place.decision.field != "body"]

    @cached_property
    def paragraphs(self) -> list[ComparisonItem | UnchangedParagraphs]:
        """The paragraphs of the body in order; empty if none needs a decision."""
        by_key = {place.decision.key: place for place in self.places}
        found = []
        for place in self.merge.text.places:
            if isinstance(place, OpenDecision):
                found.append(by_key[place.decision.key])
            elif found and isinstance(found[-1], UnchangedParagraphs):
                found[-1].count += 1
                found[-1].text += f"\n\n{place.text}"
            else:
                found.append(UnchangedParagraphs(1, place.text))
        return found if any(isinstance(item, ComparisonItem) for item in found) else []

    @cached_property
    def merged(self) -> list[dict]:
        """The fields merged without a conflict: blocks for the body, spans for other fields."""
        return [self._auto_merged(change) for change in self.merge.merged]

    @property
    def merged_words(self) -> str:
        number = len(self.merged)
        return ngettext("%d merged", "%d merged", number) % number

    @property
    def open_words(self) -> str:
        number = self.open_count
        return ngettext("%d to decide", "%d to decide", number) % number

    @cached_property
    def orphaned_input(self) -> list[tuple[str, str]]:
        """(field name, text) of each own version whose difference no longer needs a decision."""
        known = {place.name for place in self.places}
        return [(name, words) for name, words in written(self.data or {}) if name not in known]

    def _place(self, decision, name):
        sides = [
            format_value(decision.key, value) for value in (decision.base, decision.ours, decision.theirs)
        ]
        data = self.data or {}
        return ComparisonItem(
            name=name,
            decision=decision,
            label=label_of(decision.key),
            number=self._number(decision),
            ours=word_differences(sides[0], sides[1], budget=self.budget),
            theirs=word_differences(sides[0], sides[2], budget=self.budget),
            choice=data["_all"] if data.get("_all") in SIDES else data.get(name, ""),
            written=data.get(f"{name}-words", as_written(decision)),
        )

    def _number(self, decision):
        if decision.field != "body":
            return None
        places = self.merge.text.places
        return next(
            number
            for number, place in enumerate(places, 1)
            if isinstance(place, OpenDecision) and place.decision is decision
        )

    def _check(self, place):
        if place.choice == "other" and place.can_write:
            self._read(place)
        elif place.choice not in SIDES:
            place.error = _("Choose a side, or write your own version.")
        return not place.error

    def _read(self, place):
        try:
            place.value = read_written(place.decision, place.written)
        except ValidationError as error:
            place.error = " ".join(error.messages)

    def _auto_merged(self, merged):
        sides = {"ours": self.sides[0], "theirs": self.sides[1], "both": _("Both")}
        field = {"label": label_of(merged.field), "side": sides[merged.side]}
        base = _value(self.base, merged.field)
        if merged.field == "body":
            return field | {"blocks": text_differences(base, merged.value, budget=self.budget)}
        before, after = format_value(merged.field, base), format_value(merged.field, merged.value)
        return field | {"spans": word_differences(before, after, budget=self.budget)}


def written(data) -> list[tuple[str, str]]:
    """Return (field name, text) of the own versions in a form, at most MOST_DECISIONS."""
    names = [name.removesuffix("-words") for name in data if name.endswith("-words")]
    return [(name, data[f"{name}-words"]) for name in names[:MOST_DECISIONS] if data.get(name) == "other"]


def _value(contents, key):
    name, _dot, part = key.partition(".")
    return contents[name].get(part) if part else contents[name]


def _name(decision):
    """Return the form field name of a decision: a digest of its values, which survives other changes."""
    sides = (decision.base, decision.ours, decision.theirs)
    values = (decision.field, *(format_value(decision.key, side) for side in sides))
    text = "\0".join(values).encode("utf-8", "surrogatepass")
    key = decision.key if decision.field != "body" else ""
    return f"choice-{hashlib.sha256(key.encode() + text).hexdigest()[:16]}"


def _choice(place):
    return ManualValue(place.value) if place.choice == "other" else place.choice
