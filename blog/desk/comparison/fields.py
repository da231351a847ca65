"""*Write your own* in a comparison: the field offered for a value, and parsing it."""

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
from blog.desk.numbers import read_number
from blog.images.models import Image

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


def can_write(decision: Decision) -> bool:
    """Whether the user can write a value of their own. Not for flags, which have only two values."""
    return decision.field in (*TEXTS, *NAMES, *DATES, *PLAIN_LISTS) or decision.key in (
        "hero_image",
        ALT,
        CREDIT,
    )


def as_written(decision: Decision) -> str:
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


def choices_of(decision: Decision) -> list[tuple[str, str]]:
    """Return (pk, name) of the images to choose from: those of both sides, then the newest.

    Returns [] for all other fields, where the user types a value.
    """
    if decision.key != "hero_image":
        return []
    keys = {side["id"] for side in (decision.ours, decision.theirs) if side}
    images = [*Image.objects.filter(pk__in=keys), *Image.objects.exclude(pk__in=keys).order_by("-pk")]
    return [("", _("None")), *((str(image.pk), str(image)) for image in images[:IMAGES_OFFERED])]


def hint_of(decision: Decision) -> str:
    """Return a hint on the format of the field, or ""."""
    if decision.field == "categories":
        return _("One per line, with its level in brackets, such as: Sea (general).")
    if decision.key == CREDIT:
        return _("Three lines: the creator, the URL of their page, and the source of the image.")
    return _("One per line.") if decision.field in LISTS else ""


def read_written(decision: Decision, words: str):
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
