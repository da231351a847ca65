"""Batch sizes of queries: SQLite and PostgreSQL limit the number of parameters of one query."""

import json

from django.db import connection
from django.db.models.expressions import RawSQL

ROWS_AT_ONCE = 500  # keys in a condition, or rows of a few columns in an insert


def listed(keys) -> RawSQL:
    """Return a subquery of these keys, given as one parameter: Django takes long over hundreds of them."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])
