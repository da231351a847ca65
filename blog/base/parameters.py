"""Batch sizes of queries: SQLite and PostgreSQL limit the number of parameters of one query."""

import json

from django.db import connection
from django.db.models.expressions import RawSQL

ROWS_AT_ONCE = 500  # keys in a condition, or rows of a few columns in an insert


def listed(keys) -> RawSQL:
    """Return a subquery of these keys, given as one parameter: Django takes long over hundreds of them."""
    return listed_in(as_text(keys))


def as_text(keys) -> str:
    """Return keys as the text that listed_in() takes, so that a compiled query can be given it as a value."""
    text = json.dumps(list(keys))
    return f"{{{text[1:-1]}}}" if connection.vendor == "postgresql" else text


def listed_in(text: str) -> RawSQL:
    """Return a subquery of the keys that as_text() has made this text of."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [text])
    return RawSQL("SELECT value FROM json_each(%s)", [text])
