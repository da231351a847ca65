"""Convert form data to contents that can be merged, and contents to form data.

contents_from_form() reads the typed values; form_data() returns merged contents as form data, so that the
form is saved like any other. For contents see blog/articles/versions/contents.py.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import astuple
from typing import NamedTuple

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.file_fields import level_name
from blog.articles.models import Article
from blog.articles.versions.contents import (
    DATES,
    FLAGS,
    date_text,
    hero_entry,
    name_entry,
    read_date,
    words_in,
)
from blog.desk.forms import NEW
from blog.desk.numbers import read_number
from blog.documents.image_words import Credit, ImageWords
from blog.images.models import Image

ROWS = {  # {field of the contents: (prefix of the formset, field of its rows, model)}
    "categories": ("category_links", "category", Category),
    "authors": ("author_links", "author", Author),
}
NAMED = ("primary_category", "series")
MOST_ROWS = 1000  # limit of Django per formset


class TypedRow(NamedTuple):
    """A submitted row of a formset. key: of the category or author; None if `name` is a new one."""

    key: int | None
    name: str
    level: int


def contents_from_form(form, base: Mapping) -> dict:
    """Return the base with the changes typed into the bound form and its formsets.

    Only changed fields are validated. Raises ValidationError.
    """
    form.initial.update(initial_of(base))
    changed = {name: _typed(form[name]) for name in form.changed_data if name in form.edited}
    typed = {name: value for name, value in changed.items() if name in base and name not in IMAGE_FIELD_NAMES}
    return dict(base) | typed | typed_images(changed, base) | _typed_rows(form.data, base)


def empty_base(form, stored: Mapping) -> dict:
    """Return a base for a form opened from an unknown state.

    Fields where the typed and stored values differ are empty, so that they count as changed by both sides.
    """
    form.initial.update(initial_of(stored))
    differing = [name for name in form.changed_data if name in form.edited]
    rows = [name for name in ROWS if name in stored]
    return dict(stored) | {name: _empty(stored[name]) for name in (*differing, *rows) if name in stored}


def initial_of(contents: Mapping) -> dict:
    """Return contents as the initial values of a form."""
    values = dict(contents)
    values |= {name: read_date(contents[name]) for name in DATES if name in contents}
    for name in (*NAMED, *IMAGE_FIELD_NAMES):
        if name in contents:
            values[name] = contents[name] and contents[name]["id"]
    return values | initial_words(contents)


def form_data(form, contents: Mapping, row) -> dict[str, str | list]:
    """Return the data a browser would submit for the form, opened from `row` and edited to the contents.

    None means that the field is not submitted.
    """
    values = initial_of(contents)
    data = {}
    for name in form.edited:
        data |= _data_of(form, name, values[name]) if name in values else {}
    for name, (prefix, field, _model) in ROWS.items():
        if f"{prefix}-TOTAL_FORMS" in form.data:
            prefixes = (f"{prefix}-", f"initial-{prefix}-")
            data |= dict.fromkeys(key for key in form.data if key.startswith(prefixes))
            links = getattr(row, prefix).select_related(field).order_by("position", "pk")
            data |= _data_of_rows(prefix, field, links, contents[name])
    return data


def _empty(value):
    return type(value)() if isinstance(value, str | list) else None


def _typed(bound):
    value = bound.field.clean(bound.data)
    if bound.name in DATES:
        return date_text(value)
    if bound.name in NAMED:
        return name_entry(value)
    return value


def _typed_rows(data, base):
    """Return {field: entries} of the submitted categories and authors. Raises ValidationError."""
    found = {}
    for name, (prefix, field, model) in ROWS.items():
        if f"{prefix}-TOTAL_FORMS" in data:
            rows = _read_rows(data, prefix, field)
            names = {entry["id"]: entry["name"] for entry in base[name]}  # including deleted rows
            names |= {row.pk: row.name for row in model.objects.filter(pk__in=[row.key for row in rows])}
            found[name] = [_entry(name, row, names) for row in rows]
    return found


def _entry(name, row, names):
    if not row.name and row.key not in names:
        raise forms.ValidationError("There is no such row.")
    entry = {"id": row.key, "name": row.name or names[row.key]}
    return entry | {"level": level_name(row.level)} if name == "categories" else entry


def _read_rows(data, prefix, field):
    count = _number(data[f"{prefix}-TOTAL_FORMS"], MOST_ROWS)
    rows = []
    for place in range(count):
        row = {part: data.get(f"{prefix}-{place}-{part}", "") for part in ("id", field, "level", "DELETE")}
        if (row["id"] or row[field]) and not row["DELETE"]:
            level = _number(row["level"] or "0", max(Category.Level))
            ProhibitNullCharactersValidator()(row[field])
            is_new = row[field].startswith(NEW)
            key = None if is_new else read_number(row[field])
            rows.append(TypedRow(key, row[field].removeprefix(NEW).strip() if is_new else "", level))
    return rows


def _number(text, most):
    if not re.fullmatch("[0-9]{1,19}", text) or int(text) > most:
        raise forms.ValidationError("That is no number of a row.")
    return int(text)


def _data_of(form, name, value):
    field, key = form.fields[name], form.add_prefix(name)
    if isinstance(field.widget, forms.MultiWidget):
        parts = zip(field.widget.widgets, field.widget.decompress(value), strict=True)
        return {f"{key}_{place}": widget.format_value(part) for place, (widget, part) in enumerate(parts)}
    if name in FLAGS or isinstance(field, forms.BooleanField):
        return {key: "on" if value else None}
    shown = field.prepare_value(value)
    return {key: "" if shown is None else str(shown)}


def _data_of_rows(prefix, field, links, entries):
    """Return the form data of a formset: stored rows, marked DELETE unless kept, then new rows."""
    links, remaining = list(links), list(entries)
    unchanged = [_pop_match(remaining, name_entry(getattr(link, field)) | _level_of(link)) for link in links]
    kept = [
        same or _pop_match(remaining, name_entry(getattr(link, field)))
        for link, same in zip(links, unchanged, strict=True)
    ]
    data = {
        f"{prefix}-TOTAL_FORMS": str(len(links) + len(remaining)),
        f"{prefix}-INITIAL_FORMS": str(len(links)),
    }
    for place, (link, entry) in enumerate(zip(links, kept, strict=True)):
        data |= _data_of_row(f"{prefix}-{place}", field, entry or name_entry(getattr(link, field)))
        data |= {f"{prefix}-{place}-id": str(link.pk)} | ({} if entry else {f"{prefix}-{place}-DELETE": "on"})
    for place, entry in enumerate(remaining, start=len(links)):
        data |= _data_of_row(f"{prefix}-{place}", field, entry)
    return data


def _level_of(link):
    return {"level": level_name(link.level)} if hasattr(link, "level") else {}


def _pop_match(entries, wanted):
    """Remove and return the first entry with the id, and the level if given; None if there is none."""
    for entry in entries:
        if entry["id"] == wanted["id"] and wanted.get("level") in (None, entry.get("level")):
            entries.remove(entry)
            return entry
    return None


def _data_of_row(name, field, entry):
    data = {f"{name}-{field}": str(entry["id"] or NEW + entry["name"])}
    if field == "category":
        level = Category.Level[entry.get("level", "").upper() or "PLAIN"]
        data[f"{name}-level"] = str(level.value)
    return data


IMAGE_FIELD_NAMES = ("hero_image",)
HERO_WORDS = ("hero_alt", "hero_credit", "hero_is_decorative")


def image_field_names(source: str) -> tuple[str, str]:
    """Return the form field names (credit, decorative) of the image with this URL in the body."""
    key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"picture_{key}_credit", f"picture_{key}_decorative"


def initial_words(contents: Mapping) -> dict:
    """Return alt texts and credits of the images as initial values of a form.

    A value of the hero image that equals the image's own is empty in the form.
    """
    values = {}
    if "hero_image" in contents:
        values |= _by_field(_own_words(contents["hero_image"]))
    for entry in contents.get("body_images") or ():  # pages have none
        words = words_in(entry)
        credit, decorative = image_field_names(entry["address"])
        values |= {credit: words.credit, decorative: words.is_decorative}
    return values


def typed_images(changed: Mapping, base: Mapping) -> dict:
    """Return hero_image and body_images for the contents, if the form changed fields of images."""
    typed = {}
    if not changed.keys().isdisjoint((*IMAGE_FIELD_NAMES, *HERO_WORDS)):
        typed["hero_image"] = _typed_hero(changed, base["hero_image"])
    if base.get("body_images"):
        typed["body_images"] = [_typed_body_image(changed, entry) for entry in base["body_images"]]
    return typed


def _typed_hero(changed, before):
    """Return the entry of the hero image with its typed fields, without those of a previous image."""
    is_same = "hero_image" not in changed
    image = Image.objects.filter(pk=before["id"]).first() if is_same and before else changed.get("hero_image")
    if image is None:
        return before if is_same else None
    words = _by_field(_own_words(before if is_same else None))
    words |= {name: changed[name] for name in HERO_WORDS if name in changed}
    shown = Article(hero_image=image, **words).hero_words
    return hero_entry(image.pk, image.file.name, image.source or image.url, shown)


def _by_field(words):
    return {"hero_alt": words.alt, "hero_credit": words.credit, "hero_is_decorative": words.is_decorative}


def _own_words(entry):
    """Return alt text and credit of an entry, "" where they equal the image's own."""
    words = words_in(entry)
    image = entry and Image.objects.filter(pk=entry["id"]).first()
    if not image:
        return words
    alt = "" if words.alt == image.words.alt else words.alt
    credit = Credit() if words.credit == image.words.credit else words.credit
    return ImageWords(alt, credit, words.is_decorative)


def _typed_body_image(changed, entry):
    credit, decorative = image_field_names(entry["address"])
    typed = dict(entry)
    if credit in changed:
        typed.pop("credit", None)
        typed |= {"credit": list(astuple(changed[credit]))} if changed[credit] else {}
    if decorative in changed:
        typed.pop("decorative", None)
        typed |= {"decorative": True} if changed[decorative] else {}
    return typed
