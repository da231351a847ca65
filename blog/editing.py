"""Concurrent editing: of two people who edit a row at once, each saves only the fields they changed.

A form carries a digest of each value that it showed when it was opened. Forging them is harmless: they only
decide which of the form's own fields are saved.
"""

import hashlib

from django import forms

DIGEST_LENGTH = 16  # characters; digests only have to reveal differences


def start_of(form, names) -> str:
    """Return the value of a hidden field: the digests of what the form shows in each of the fields."""
    return " ".join(f"{name}={_shown(form[name])}" for name in names)


def read_start(text: str) -> dict[str, str]:
    """Parse the value of start_of() to {field name: digest}. Malformed text gives arbitrary entries."""
    return {name: digest for name, _, digest in (part.partition("=") for part in text.split())}


def changed_here(form, start: dict[str, str], names) -> set[str]:
    """Return the fields that this editor changed: those sent with another digest, or without one."""
    return {name for name in names if _sent(form[name]) != start.get(name)}


def changed_elsewhere(form, start: dict[str, str], names) -> set[str]:
    """Return the fields that somebody else changed: their stored value has another digest."""
    return {name for name in names if _shown(form[name]) != start.get(name)}


def _shown(bound):
    return _digest(bound.field, _shown_value(bound.field, bound.initial))


def _sent(bound):
    return _digest(bound.field, bound.data)


def _shown_value(field, value):
    """Return a stored value as the browser gets it in the form."""
    if isinstance(field.widget, forms.MultiWidget):
        parts = zip(field.widget.widgets, field.widget.decompress(value), strict=True)
        return [widget.format_value(part) for widget, part in parts]
    return field.prepare_value(value)


def _digest(field, value):
    if hasattr(field, "as_shown"):
        text = field.as_shown(value)
    elif isinstance(value, list):
        text = "\n".join(str(part or "").strip() for part in value)
    else:
        text = "" if value in (None, False) else str(value).strip()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]
