"""*Write it anew* in a comparison: the field that is offered for a value, and reading it back."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.series import Series
from blog.articles.versions.contents import DATES, date_text, image_entry, name_entry, read_date
from blog.articles.versions.text_merge import Decision
from blog.desk.forms import MOST_ROWS, BodyText, ExactText, KeywordsField, LinesField
from blog.images.models import Image

TEXTS = ("title", "slug", "excerpt", "meta_description", "share_quote", "generated_by", "language", "body")
NAMES = {"categories": Category, "authors": Author, "primary_category": Category, "series": Series}
LISTS = ("keywords", "categories", "authors")
ALT, CREDIT = "hero_image.alt", "hero_image.credit"
LEVELS = {level.name.lower() for level in Category.Level} - {"plain"}
WITH_LEVEL = re.compile(r"(.*\S)\s*\(([a-z]+)\)", re.DOTALL)
CREDIT_PARTS = ("credit_creator", "credit_url", "credit_source")
IMAGES_OFFERED = 50


class NamesField(LinesField):
    most_lines = MOST_ROWS


def can_write(decision: Decision) -> bool:
    """Whether a value can be given that neither side has; one of two, such as a flag, cannot."""
    return decision.field in (*TEXTS, *NAMES, *DATES, "keywords") or decision.key in (
        "hero_image",
        ALT,
        CREDIT,
    )


def as_written(decision: Decision) -> str:
    """Return our value as the field shows it at first: of a list, one entry a line."""
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


def choices_of(decision: Decision) -> list[tuple[str, str]]:
    """Return what can be chosen, where nothing can be typed: pictures, by key and name, the newest first."""
    if decision.key != "hero_image":
        return []
    keys = {side["id"] for side in (decision.ours, decision.theirs) if side}
    images = [*Image.objects.filter(pk__in=keys), *Image.objects.exclude(pk__in=keys).order_by("-pk")]
    return [("", _("None")), *((str(image.pk), str(image)) for image in images[:IMAGES_OFFERED])]


def hint_of(decision: Decision) -> str:
    """Return what is to be typed, where that is not plain to see."""
    if decision.field == "categories":
        return _("One a line, with its level in brackets: Sea (general).")
    if decision.key == CREDIT:
        return _("One a line: the name, the address of their page, where the picture is from.")
    return _("One a line.") if decision.field in LISTS else ""


def read_written(decision: Decision, words: str):
    """Return what was written as the value of its field. Raises ValidationError if it cannot stand there."""
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
    if decision.field == "keywords":
        return KeywordsField(required=False).clean(words)
    if decision.field in LISTS:
        return _once_each(_named(decision, line) for line in NamesField(required=False).clean(words))
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
    """Return the entry of a name: that of a row, or of what either side has."""
    has_level = WITH_LEVEL.fullmatch(line) if decision.field == "categories" else None
    name, level = has_level.groups() if has_level and has_level[2] in LEVELS else (line, "")
    row = NAMES[decision.field].objects.named(name).first()
    entry = name_entry(row) if row else _of_a_side(decision, name)
    if entry is None:
        raise ValidationError(_("Nothing is called “%s” here.") % name)
    return entry | {"level": level} if decision.field == "categories" else entry


def _of_a_side(decision, name):
    """Return the key and name that either side says, as of a category that a file would bring."""
    sides = [side if isinstance(side, list) else [side] for side in (decision.ours, decision.theirs) if side]
    known = {folded(entry["name"]): entry for side in sides for entry in side}
    entry = known.get(folded(name))
    return entry and {"id": entry["id"], "name": entry["name"]}


def _once_each(entries):
    found = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found


def _image(key):
    if not key.strip():
        return None
    image = Image.objects.filter(pk=key).first() if re.fullmatch("[0-9]{1,18}", key) else None
    if image is None:
        raise ValidationError(_("This picture is not there any more: choose another one."))
    return image_entry(image)


def _credit(words):
    """Return three lines as name, address and source."""
    lines = [*map(str.strip, words.split("\n")), "", "", ""]
    if any(lines[3:]):
        raise ValidationError(_("There are more than three lines."))
    return [
        Image._meta.get_field(part).clean(line, None) for part, line in zip(CREDIT_PARTS, lines, strict=False)
    ]
