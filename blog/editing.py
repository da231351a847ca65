"""What an editor started from: of two who edit one row at once, each replaces only what they changed.

A form carries a digest of each value that it showed when it was opened. Whoever forges them decides on
nothing but which of the fields of their own form are saved.
"""

import hashlib

from django import forms

DIGEST_LENGTH = 16  # of a value that an editor has before them: only differences have to show


def start_of(form, names) -> str:
    """Return, as a hidden field carries it, a digest of what the form shows in each of the fields."""
    return " ".join(f"{name}={_shown(form[name])}" for name in names)


def read_start(text: str) -> dict[str, str]:
    """Return the digests by the names of their fields; of what start_of() never made, whatever is there."""
    return {name: digest for name, _, digest in (part.partition("=") for part in text.split())}


def changed_here(form, start: dict[str, str], names) -> set[str]:
    """Return the fields that do not come back as they were shown at the start; all whose start is unknown."""
    return {name for name in names if _sent(form[name]) != start.get(name)}


def changed_elsewhere(form, start: dict[str, str], names) -> set[str]:
    """Return the fields whose stored value is another than at the start."""
    return {name for name in names if _shown(form[name]) != start.get(name)}


def _shown(bound):
    return _digest(bound.field, _shown_value(bound.field, bound.initial))


def _sent(bound):
    return _digest(bound.field, bound.data)


def _shown_value(field, value):
    """Return a stored value as the browser gets it."""
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
