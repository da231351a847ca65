"""Two people edit one row at once: what a form was typed into, as contents that can be merged.

The form says what it was opened from. What was typed becomes contents (articles/versions/contents.py) and is
merged with what is stored by now; the result becomes the data of the form, which is then saved like any
other.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django import forms

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.file_fields import level_name
from blog.articles.versions.contents import DATES, FLAGS, date_text, name_entry, read_date
from blog.desk.comparison.editing_pictures import PICTURED, initial_words, typed_pictures

ROWS = {  # the rows below a form, by the field of the contents
    "categories": ("category_links", "category", Category),
    "authors": ("author_links", "author", Author),
}
NAMED = ("primary_category", "series")
MOST_ROWS = 1000  # what Django accepts of one form


class TypedRow(NamedTuple):
    """A row below the form, as it was typed."""

    key: int
    level: int


def typed_contents(form, base: Mapping) -> dict:
    """Return the base with what was typed into the form and its rows since it was opened from that.

    The form is bound; nothing of it is validated but what was changed. Raises ValidationError.
    """
    form.initial.update(initial_of(base))
    changed = {name: _typed(form[name]) for name in form.changed_data if name in form.edited}
    typed = {name: value for name, value in changed.items() if name in base and name not in PICTURED}
    return dict(base) | typed | typed_pictures(changed, base) | _typed_rows(form.data, base)


def nothing_known(form, stored: Mapping) -> dict:
    """Return a base for a form of which it is not known what it was opened from.

    What was typed is then a change of both, unless it is what is stored.
    """
    form.initial.update(initial_of(stored))
    unlike = [name for name in form.changed_data if name in form.edited]
    rows = [name for name in ROWS if name in stored]
    return dict(stored) | {name: _empty(stored[name]) for name in (*unlike, *rows) if name in stored}


def initial_of(contents: Mapping) -> dict:
    """Return contents as the initial values of a form."""
    values = dict(contents)
    values |= {name: read_date(contents[name]) for name in DATES if name in contents}
    for name in (*NAMED, *PICTURED):
        if name in contents:
            values[name] = contents[name] and contents[name]["id"]
    return values | initial_words(contents)


def form_data(form, contents: Mapping, row) -> dict[str, str | list]:
    """Return contents as the data that a browser sends of the form, opened from the row and edited to them.

    A value None means that nothing is sent.
    """
    values = initial_of(contents)
    data = {}
    for name in form.edited:
        data |= _data_of(form, name, values[name]) if name in values else {}
    for name, (prefix, field, _model) in ROWS.items():
        if f"{prefix}-TOTAL_FORMS" in form.data:
            data |= dict.fromkeys(key for key in form.data if _is_of_rows(key, prefix))
            links = getattr(row, prefix).select_related(field).order_by("position", "pk")
            data |= _data_of_rows(prefix, field, links, contents[name])
    return data


def _is_of_rows(key, prefix):
    return key.startswith((f"{prefix}-", f"initial-{prefix}-"))


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
    """Return the categories and authors as typed; those of the base where the form has none."""
    found = {}
    for name, (prefix, field, model) in ROWS.items():
        if f"{prefix}-TOTAL_FORMS" in data:
            rows = _read_rows(data, prefix, field)
            names = {entry["id"]: entry["name"] for entry in base[name]}  # of those that are gone by now
            names |= {row.pk: row.name for row in model.objects.filter(pk__in=[row.key for row in rows])}
            found[name] = [_entry(name, row, names) for row in rows]
    return found


def _entry(name, row, names):
    if row.key not in names:
        raise forms.ValidationError("There is no such row.")
    entry = {"id": row.key, "name": names[row.key]}
    return entry | {"level": level_name(row.level)} if name == "categories" else entry


def _read_rows(data, prefix, field):
    count = _number(data[f"{prefix}-TOTAL_FORMS"], MOST_ROWS)
    rows = []
    for place in range(count):
        row = {part: data.get(f"{prefix}-{place}-{part}", "") for part in ("id", field, "level", "DELETE")}
        if (row["id"] or row[field]) and not row["DELETE"]:
            level = _number(row["level"] or "0", max(Category.Level))
            rows.append(TypedRow(_number(row[field], 2**63 - 1), level))
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
    """Return the rows: those that stay with their keys, those that go as deleted, new ones after them."""
    links, left = list(links), [entry for entry in entries if entry["id"]]
    as_they_are = [_take(left, name_entry(getattr(link, field)) | _level_of(link)) for link in links]
    taken = [
        same or _take(left, name_entry(getattr(link, field)))
        for link, same in zip(links, as_they_are, strict=True)
    ]
    data = {f"{prefix}-TOTAL_FORMS": str(len(links) + len(left)), f"{prefix}-INITIAL_FORMS": str(len(links))}
    for place, (link, entry) in enumerate(zip(links, taken, strict=True)):
        data |= _data_of_row(f"{prefix}-{place}", field, entry or name_entry(getattr(link, field)))
        data |= {f"{prefix}-{place}-id": str(link.pk)} | ({} if entry else {f"{prefix}-{place}-DELETE": "on"})
    for place, entry in enumerate(left, start=len(links)):
        data |= _data_of_row(f"{prefix}-{place}", field, entry)
    return data


def _level_of(link):
    return {"level": level_name(link.level)} if hasattr(link, "level") else {}


def _take(entries, like):
    """Take out the first entry like this one, at its level if that is given; None if there is none."""
    for entry in entries:
        if entry["id"] == like["id"] and like.get("level") in (None, entry.get("level")):
            entries.remove(entry)
            return entry
    return None


def _data_of_row(name, field, entry):
    data = {f"{name}-{field}": str(entry["id"])}
    if field == "category":
        level = Category.Level[entry.get("level", "").upper() or "PLAIN"]
        data[f"{name}-level"] = str(level.value)
    return data
