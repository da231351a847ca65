"""Rows of all models as lines of JSON, the same on both databases.

Rows are read and inserted without instances of models: no save() runs, and no field sets its own value, so
times and derived values stay the same. Values of generated columns are left to the database.
"""

import base64
import datetime
import itertools
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple

from django.apps import apps as current_apps
from django.db import connection, models

from blog import extend
from blog.documents.image_words import Credit
from blog.images.fields import CreditField

ROWS_AT_ONCE = 200
# Rows that concern only the running site, with its processes, log-ins, mail and uploaded files.
LEFT_OUT = frozenset(
    (
        "axes.AccessAttempt",  # of earlier releases, like the next three
        "axes.AccessAttemptExpiration",
        "axes.AccessFailureLog",
        "axes.AccessLog",
        "blog.CodeAttempts",
        "blog.Message",
        "blog.Notice",  # of earlier releases
        "blog.Presence",
        "blog.RequestCount",
        "blog.StagedFile",
        "blog.Worker",
        "django_tasks_database.DBTaskResult",  # of earlier releases
        "sessions.Session",
    )
)


def stored_models(apps=current_apps) -> list[type[models.Model]]:
    """Return the models of a backup. Where possible, each comes after the models that its rows refer to.

    apps: the app registry, by default that of this release.
    """
    ordered: dict = {}
    visited = set()

    def visit(model):
        if model in visited:
            return
        visited.add(model)
        for field in model._meta.local_fields:
            if field.remote_field:
                visit(field.remote_field.model)
        ordered[model] = None

    for model in sorted(apps.get_models(include_auto_created=True), key=lambda each: each._meta.label):
        visit(model)
    return [model for model in ordered if model._meta.label not in {*LEFT_OUT, *extend.not_in_backup}]


def stored_fields(model, names: list[str] | None = None) -> list[models.Field]:
    """Return the stored fields of a model, or those with these names, in their order. Raises KeyError."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields if not field.generated}
    return [fields[name] for name in names or fields]


def read_rows(model, fields: list[models.Field]) -> Iterator[tuple]:
    """Yield the values of all rows, ordered by primary key."""
    names = [field.attname for field in fields]
    return model._base_manager.order_by("pk").values_list(*names).iterator(ROWS_AT_ONCE)


def encode(row: Iterable) -> bytes:
    """Return a row as a line of JSON."""
    return (json.dumps(row, default=_as_text, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _as_text(value):
    if isinstance(value, Credit):
        return astuple(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value)} has no form in a backup")


def decoder(fields: list[models.Field]) -> Callable[[bytes], list]:
    """Return a function that returns the values of a row from its line."""
    changes = [(place, change) for place, field in enumerate(fields) if (change := _from_json(field))]

    def decode(line: bytes) -> list:
        row = json.loads(line)
        if not isinstance(row, list) or len(row) != len(fields):
            raise ValueError(f"it is not a list of {len(fields)} values")
        for place, change in changes:
            if row[place] is not None:
                row[place] = change(row[place])
        return row

    return decode


def _from_json(field):
    field = field.target_field if field.remote_field else field
    if isinstance(field, models.BinaryField):
        return base64.b64decode
    if isinstance(field, CreditField):
        return lambda parts: Credit(*parts)
    if isinstance(field, models.DateField | models.TimeField | models.UUIDField):
        return field.to_python
    return None


def insert_rows(model, fields: list[models.Field], rows: Iterable[list]) -> int:
    """Insert rows with these values of the fields, and return their number."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 -- names of our own
    inserted = 0
    with connection.cursor() as cursor:
        for batch in itertools.batched(rows, ROWS_AT_ONCE):
            cursor.executemany(statement, [_prepared(fields, row) for row in batch])
            inserted += len(batch)
    return inserted


def _prepared(fields, row):
    return [
        # A column that must not be NULL stores None as the null of JSON.
        field.get_db_prep_value(value, connection)
        if value is None and isinstance(field, models.JSONField) and not field.null
        else field.get_db_prep_save(value, connection)
        for field, value in zip(fields, row, strict=True)
    ]


def delete_rows(rows_of: Iterable[type[models.Model]]) -> None:
    """Delete all rows of these models, without signals. Foreign keys are checked at the end."""
    with connection.cursor() as cursor:
        for model in rows_of:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- a name of our own


def last_key(model) -> int | None:
    """Return the last primary key that the database gave to a row, even a deleted one, or None."""
    key, table = model._meta.pk, model._meta.db_table
    if not _has_automatic_key(model):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
                [connection.ops.quote_name(table), key.column],
            )
        row = cursor.fetchone()
    return row[0] if row else None


def _has_automatic_key(model):
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField | models.SmallAutoField)


def set_last_key(model, last: int | None) -> None:
    """Continue after this primary key and all of the rows, so that no key of a deleted row is given again."""
    if not last or not _has_automatic_key(model):
        return
    key, table = model._meta.pk, model._meta.db_table
    last = max(last, model._base_manager.aggregate(last=models.Max("pk", default=0))["last"])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [connection.ops.quote_name(table), key.column, last],
            )
