"""The comparison of an article and a changed file: what merged by itself, and what a person decides."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.desk.history_words import in_words_of
from blog.importing.deciding import DecidedElsewhereError, UnreadableFileError
from blog.media.images import ImageError
from blog.models import Article, EmptyArticleError, HeldUpdate, StaleArticleError
from blog.refusals import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.versioning import Anew, Decision, decide, text_differences, word_differences
from blog.versioning.alignment import Budget
from blog.versioning.contents import DATES, FLAGS, read_date
from blog.versioning.text_merging import Open

MOST_DECISIONS = 300  # more are no work for a person: then one side is taken as a whole
WRITTEN = ("title", "slug", "excerpt", "meta_description", "share_quote", "generated_by", "language", "body")
LABELS = {
    "body": gettext_lazy("Text"),
    "body_images": gettext_lazy("Pictures in the text"),
    "categories": gettext_lazy("Categories"),
    "authors": gettext_lazy("Authors"),
    "hero_image.alt": gettext_lazy("Picture description"),
    "hero_image.credit": gettext_lazy("Picture credit"),
    "hero_image.decorative": gettext_lazy("Decorative picture"),
}
State = HeldUpdate.State


@dataclass(slots=True)
class Place:
    """A field or a paragraph that is to be decided, and what was chosen or written for it so far."""

    name: str  # in the form
    decision: Decision
    label: str
    number: int | None  # of the paragraph
    ours: tuple
    theirs: tuple
    can_write: bool
    choice: str = ""
    written: str = ""
    error: str = ""


@dataclass(slots=True)
class Settled:
    """What merged by itself: of the text as blocks, of other fields as spans."""

    label: str
    side: str
    spans: tuple = ()
    blocks: tuple = ()


@dataclass(slots=True)
class Unchanged:
    """Paragraphs between two that are to be decided."""

    count: int
    text: str


@dataclass
class ComparisonForm:
    """The comparison as a form. The names of its fields say what they decide on: a choice comes back where
    the same is still to be decided, whatever else has changed."""

    held: HeldUpdate
    comparison: object
    data: dict | None = None
    errors: list[str] = field(default_factory=list)
    is_stale: bool = False

    def __post_init__(self):
        self.merge = self.comparison.merge
        self.budget = Budget()
        if self.data is not None and self._was_opened_before():
            self.errors.append(
                _(
                    "The article or its file has changed since you opened this page: here is how both are "
                    "now. What you chose and wrote is still there."
                )
            )

    @property
    def opened(self) -> str:
        """What the page shows: this article at this save, and these bytes."""
        return f"{self.comparison.article.version} {self.held.digest}"

    @property
    def is_too_much(self) -> bool:
        return len(self.merge.decisions) > MOST_DECISIONS

    @property
    def open_count(self) -> int:
        return len(self.merge.decisions)

    def is_valid(self) -> bool:
        """Whether all is decided, so that there are contents to be written."""
        if self.data is None or self.errors:
            return False
        if "_decline" in self.data:  # of a file that has given way to another one
            return False
        if "_file" in self.data:
            self.contents = self.comparison.theirs
            return True
        if "_article" in self.data:
            return self._keep_article()
        flaws = [place for place in self.places if not self._check(place)]  # each says what it lacks
        if self.is_too_much or flaws:
            self.errors.append(_("Not all is decided yet: see below."))
            return False
        choices = {place.decision.key: _choice(place) for place in self.places}
        self.contents = decide(self.merge, choices)
        return True

    def _keep_article(self):
        self.contents = decide(self.merge, {decision.key: "ours" for decision in self.merge.decisions})
        return True

    @property
    def state(self) -> State:
        """Whether the file was accepted, or what it becomes was decided by hand."""
        by_itself = self.merge.is_clean or "_file" in self.data
        return State.ACCEPTED if by_itself else State.DECIDED

    def refuse(self, error: Exception) -> None:
        """Say that what was decided could not be written. What was typed stays."""
        self.errors.append(refusal_words(error))
        self.is_stale = isinstance(error, StaleArticleError | DecidedElsewhereError)

    @cached_property
    def places(self) -> list[Place]:
        names = Counter()
        found = []
        for decision in self.merge.decisions:
            name = _name(decision)
            names[name] += 1
            found.append(self._place(decision, f"{name}-{names[name]}"))
        return found

    @cached_property
    def fields(self) -> list[Place]:
        return [place for place in self.places if place.decision.field != "body"]

    @cached_property
    def paragraphs(self) -> list[Place | Unchanged]:
        """The text in order, what needs no decision folded; empty if no paragraph needs one."""
        by_key = {place.decision.key: place for place in self.places}
        found = []
        for place in self.merge.text.places:
            if isinstance(place, Open):
                found.append(by_key[place.decision.key])
            elif found and isinstance(found[-1], Unchanged):
                found[-1].count += 1
                found[-1].text += f"\n\n{place.text}"
            else:
                found.append(Unchanged(1, place.text))
        return found if any(isinstance(one, Place) for one in found) else []

    @cached_property
    def merged(self) -> list[Settled]:
        return [self._settled(one) for one in self.merge.merged]

    @property
    def merged_words(self) -> str:
        number = len(self.merged)
        return ngettext("%d merged", "%d merged", number) % number

    @property
    def open_words(self) -> str:
        number = self.open_count
        return ngettext("%d to decide", "%d to decide", number) % number

    @cached_property
    def left_over(self) -> list[tuple[str, str]]:
        """What was written for a place that is not there any more, by the name that it has in the form."""
        known = {place.name for place in self.places}
        return [(name, words) for name, words in written(self.data or {}) if name not in known]

    def _was_opened_before(self):
        return self.data.get("opened") != self.opened

    def _place(self, decision, name):
        sides = [shown(decision.key, value) for value in (decision.base, decision.ours, decision.theirs)]
        data = self.data or {}
        return Place(
            name=name,
            decision=decision,
            label=label_of(decision.key),
            number=self._number(decision),
            ours=word_differences(sides[0], sides[1], budget=self.budget),
            theirs=word_differences(sides[0], sides[2], budget=self.budget),
            can_write=_can_write(decision),
            choice=data.get(name, ""),
            written=data.get(f"{name}-words", sides[1]),
        )

    def _number(self, decision):
        if decision.field != "body":
            return None
        places = self.merge.text.places
        return next(
            number
            for number, place in enumerate(places, 1)
            if isinstance(place, Open) and place.decision is decision
        )

    def _check(self, place):
        if place.choice not in ("ours", "theirs", *(["anew"] if place.can_write else [])):
            place.error = _("Choose a side, or write it anew.")
        elif place.choice == "anew":
            place.error = _flaw(place)
        return not place.error

    def _settled(self, merged):
        sides = {"ours": _("The article"), "theirs": _("The new file"), "both": _("Both")}
        label, side = label_of(merged.field), sides[merged.side]
        base = _value(self.comparison.base, merged.field)
        if merged.field == "body":
            return Settled(label, side, blocks=text_differences(base, merged.value, budget=self.budget))
        before, after = shown(merged.field, base), shown(merged.field, merged.value)
        return Settled(label, side, spans=word_differences(before, after, budget=self.budget))


def written(data) -> list[tuple[str, str]]:
    """Return what somebody wrote anew, by the name of the choice that it was for."""
    names = [name.removesuffix("-words") for name in data if name.endswith("-words")]
    return [(name, data[f"{name}-words"]) for name in names[:MOST_DECISIONS] if data.get(name) == "anew"]


def label_of(key: str) -> str:
    """Return what an editor calls a field, or a part of one."""
    if key.startswith("body."):
        key = "body"
    label = LABELS.get(key) or Article._meta.get_field(key).verbose_name
    return str(label)[:1].upper() + str(label)[1:]


def shown(key: str, value) -> str:
    """Return a value of a field as words."""
    if value in (None, "", []):
        return ""
    if key in DATES:
        return date_format(timezone.localtime(read_date(value)), "DATETIME_FORMAT")
    if key in FLAGS or key == "hero_image.decorative":
        return _("Yes") if value else _("No")
    if key == "hero_image":
        return in_words_of(key, value)
    if isinstance(value, dict):
        return value["name"]
    if isinstance(value, list):
        return ", ".join(_entry(entry) for entry in value if entry)
    return value


def refusal_words(error: Exception) -> str:
    """Return in words why a decision was not carried out."""
    if isinstance(error, RefusedError):
        return text_refusal(error)
    if isinstance(error, OSError):
        return _("A picture of the file is not to be had any more: import the file again.")
    if isinstance(error, StaleArticleError):
        return _(
            "The article was saved by somebody else in the meantime. Nothing of yours is lost: look again."
        )
    if isinstance(error, DecidedElsewhereError):
        return _("Somebody else has decided on this file, or a newer one has come.")
    if isinstance(error, EmptyArticleError):
        return _("Readers would see nothing of it: without words or a picture none is published.")
    if isinstance(error, UnreadableFileError | ImageError):
        return str(error)
    return _("The article is not there any more.")


def _entry(entry):
    if isinstance(entry, str):
        return entry
    name = entry.get("name") or in_words_of("body_images", entry)
    return f"{name} ({entry['level']})" if entry.get("level") else name


def _value(contents, key):
    name, _dot, part = key.partition(".")
    return contents[name].get(part) if part else contents[name]


def _name(decision):
    """Return what the place is called in the form: by what is in it, so that it is known again."""
    values = (decision.field, *(shown(decision.key, each) for each in _sides(decision)))
    text = "\0".join(values).encode("utf-8", "surrogatepass")
    key = decision.key if decision.field != "body" else ""
    return f"choice-{hashlib.sha256(key.encode() + text).hexdigest()[:16]}"


def _sides(decision):
    return decision.base, decision.ours, decision.theirs


def _can_write(decision):
    return decision.field in WRITTEN or decision.key in ("keywords", "hero_image.alt")


def _choice(place):
    return Anew(_written(place)) if place.choice == "anew" else place.choice


def _written(place):
    """Return what was written, as the value of its field."""
    words = place.written.replace("\r\n", "\n")
    if place.decision.field == "keywords":
        return [word.strip() for word in words.split(",") if word.strip()]
    return words if place.decision.field == "body" else words.strip()


def _flaw(place):
    """Return why the words cannot stand in their field; empty if they can."""
    try:
        ProhibitNullCharactersValidator()(place.written)
        if "." not in place.decision.key and place.decision.field in WRITTEN:
            Article._meta.get_field(place.decision.field).clean(_written(place), None)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
