"""The comparison of two changes of an article: what was merged, and the conflicts to decide.

"ours" is the article, or what the user typed; "theirs" is a held update (blog/desk/imports/held.py) or the
save of another editor (concurrent_saves.py). *Write your own* offers a field for a value.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.series import Series
from blog.articles.versions.alignment import Budget
from blog.articles.versions.contents import DATES, date_text, image_entry, name_entry, read_date
from blog.articles.versions.differences import text_differences, word_differences
from blog.articles.versions.merge import ManualValue, Merge, MergeDecision, OpenDecision, decide
from blog.desk.comparison.words import in_words_of, label_of
from blog.desk.forms import MOST_ROWS, BodyText, ExactText, KeywordsField, LinesField
from blog.desk.numbers import read_number
from blog.images.models import Image

MOST_DECISIONS = 300  # beyond this, offer only to take one side as a whole
SIDES = ("ours", "theirs")
KEYS = {
    "← →": gettext_lazy("choose a side"),
    "1 2 3": gettext_lazy("ours, theirs, write your own"),
    "N": gettext_lazy("next undecided difference"),
    "Ctrl S": gettext_lazy("save"),
}
TEXTS = ("title", "slug", "excerpt", "meta_description", "share_quote", "generated_by", "language", "body")
NAMES = {"categories": Category, "authors": Author, "primary_category": Category, "series": Series}
PLAIN_LISTS = ("keywords", "translators")
LISTS = (*PLAIN_LISTS, "categories", "authors")
ALT, CREDIT = "hero_image.alt", "hero_image.credit"
LEVELS = {level.name.lower() for level in Category.Level} - {"plain"}
WITH_LEVEL = re.compile(r"(.*\S)\s*\(([a-z]+)\)", re.DOTALL)
CREDIT_PARTS = ("credit_creator", "credit_url", "credit_source")
IMAGES_OFFERED = 50


class NamesField(LinesField):
    most_lines = MOST_ROWS


def as_written(decision: MergeDecision) -> str:
    """Return our value as the initial text of the field, with one list entry per line."""
    value = decision.ours
    if decision.key == "hero_image":
        return str(value["id"] or "") if value else ""
    if decision.key == CREDIT:
        return "\n".join(value).rstrip("\n")
    if decision.field in DATES:
        return f"{timezone.localtime(read_date(value)):%Y-%m-%d %H:%M:%S}" if value else ""
    if decision.field in LISTS:
        return "\n".join(_line(entry) for entry in value)
    return _line(value) if decision.field in NAMES else value


def read_written(decision: MergeDecision, words: str):
    """Return the typed text as a value of its field. Raises ValidationError if it is invalid."""
    ProhibitNullCharactersValidator()(words)
    words = words.replace("\r\n", "\n")
    if decision.key == "hero_image":
        return _image(words)
    if decision.key == CREDIT:
        return _credit(words)
    if decision.key == ALT:
        return ExactText(required=False).clean(words.strip())
    if decision.field in DATES:
        return date_text(forms.DateTimeField(required=False).clean(words.strip()))
    if decision.field in PLAIN_LISTS:
        return KeywordsField(required=False).clean(words)
    if decision.field in LISTS:
        return _unique(_named(decision, line) for line in NamesField(required=False).clean(words))
    if decision.field in NAMES:
        return _named(decision, words.strip()) if words.strip() else None
    text = words if decision.field == "body" else words.strip()
    Article._meta.get_field(decision.field).clean(text, None)
    return (BodyText if decision.field == "body" else ExactText)(required=False).clean(text)


def _line(entry):
    if not entry or isinstance(entry, str):
        return entry or ""
    return f"{entry['name']} ({entry['level']})" if entry.get("level") else entry["name"]


def _named(decision, line):
    """Return the entry for a typed name: a row's, or else a side's. Raises ValidationError if unknown."""
    has_level = WITH_LEVEL.fullmatch(line) if decision.field == "categories" else None
    name, level = has_level.groups() if has_level and has_level[2] in LEVELS else (line, "")
    row = NAMES[decision.field].objects.named(name).first()
    entry = name_entry(row) if row else _entry_from_sides(decision, name)
    if entry is None:
        raise ValidationError(_("There is no “%s” here.") % name)
    return entry | {"level": level} if decision.field == "categories" else entry


def _entry_from_sides(decision, name):
    """Return the entry with this name from either side; its row may not exist yet."""
    sides = [side if isinstance(side, list) else [side] for side in (decision.ours, decision.theirs) if side]
    known = {folded(entry["name"]): entry for side in sides for entry in side}
    entry = known.get(folded(name))
    return entry and {"id": entry["id"], "name": entry["name"]}


def _unique(entries):
    found = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found


def _image(key):
    if not key.strip():
        return None
    image = Image.objects.filter(pk=read_number(key)).first()
    if image is None:
        raise ValidationError(_("This image no longer exists. Choose another."))
    return image_entry(image)


def _credit(words):
    """Return three lines as [creator, URL, source]. Raises ValidationError."""
    lines = [*map(str.strip, words.split("\n")), "", "", ""]
    if any(lines[3:]):
        raise ValidationError(_("There are more than three lines."))
    return [
        Image._meta.get_field(part).clean(line, None) for part, line in zip(CREDIT_PARTS, lines, strict=False)
    ]


@dataclass(slots=True)
class ComparisonItem:
    """A field or paragraph to decide, and what was chosen or written for it."""

    name: str  # of the form field
    decision: MergeDecision
    label: str
    number: int | None  # of the paragraph, from 1; None for other fields
    ours: tuple
    theirs: tuple
    choice: str = ""  # a side or "other"; "" if undecided
    written: str = ""
    value: object = None  # of the written text, parsed
    error: str = ""

    @property
    def chosen(self) -> str | ManualValue:
        return ManualValue(self.value) if self.choice == "other" else self.choice

    @property
    def can_write(self) -> bool:
        """Whether the user can write a value of their own. Not for flags, which have only two values."""
        is_part = self.decision.key in ("hero_image", ALT, CREDIT)
        return is_part or self.decision.field in (*TEXTS, *NAMES, *DATES, *PLAIN_LISTS)

    @property
    def options(self) -> list[tuple[str, str]]:
        """The images to choose from, (pk, name): those of both sides, then the newest. Else empty."""
        if self.decision.key != "hero_image":
            return []
        keys = {side["id"] for side in (self.decision.ours, self.decision.theirs) if side}
        images = [*Image.objects.filter(pk__in=keys), *Image.objects.exclude(pk__in=keys).order_by("-pk")]
        return [("", _("None")), *((str(image.pk), str(image)) for image in images[:IMAGES_OFFERED])]

    @property
    def hint(self) -> str:
        """A hint on the format of the field, or ""."""
        if self.decision.field == "categories":
            return _("One per line, with its level in brackets, such as: Sea (general).")
        if self.decision.key == CREDIT:
            return _("Three lines: the creator, the URL of their page, and the source of the image.")
        return _("One per line.") if self.decision.field in LISTS else ""


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
        self.contents = decide(self.merge, {place.decision.key: place.chosen for place in self.places})
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
            in_words_of(decision.key, value) for value in (decision.base, decision.ours, decision.theirs)
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
            try:
                place.value = read_written(place.decision, place.written)
            except ValidationError as error:
                place.error = " ".join(error.messages)
        elif place.choice not in SIDES:
            place.error = _("Choose a side, or write your own version.")
        return not place.error

    def _auto_merged(self, merged):
        sides = {"ours": self.sides[0], "theirs": self.sides[1], "both": _("Both")}
        field = {"label": label_of(merged.field), "side": sides[merged.side]}
        name, _dot, part = merged.field.partition(".")
        base = self.base[name].get(part) if part else self.base[name]
        if merged.field == "body":
            return field | {"blocks": text_differences(base, merged.value, budget=self.budget)}
        before, after = in_words_of(merged.field, base), in_words_of(merged.field, merged.value)
        return field | {"spans": word_differences(before, after, budget=self.budget)}


def written(data) -> list[tuple[str, str]]:
    """Return (field name, text) of the own versions in a form, at most MOST_DECISIONS."""
    names = [name.removesuffix("-words") for name in data if name.endswith("-words")]
    return [(name, data[f"{name}-words"]) for name in names[:MOST_DECISIONS] if data.get(name) == "other"]


def _name(decision):
    """Return the form field name of a decision: a digest of its values, which survives other changes."""
    sides = (decision.base, decision.ours, decision.theirs)
    values = (decision.field, *(in_words_of(decision.key, side) for side in sides))
    text = "\0".join(values).encode("utf-8", "surrogatepass")
    key = decision.key if decision.field != "body" else ""
    return f"choice-{hashlib.sha256(key.encode() + text).hexdigest()[:16]}"
