"""Queries that are put into SQL once a process: of what every page asks, that takes Django longer than the
database takes to answer. They give rows, no querysets: whoever wants fewer rows asks another query.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Manager, Model, QuerySet

Value = int | str | datetime


class CompiledQuery:
    """The SQL of what build() makes of a manager and some values: keys, slugs and moments.

    build() is called once for so many values, with others in their places: what kind of query it makes must
    not depend on them. It returns a queryset, of values_list() where rows() are asked for.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._compiled: dict[tuple, tuple[str, list]] = {}

    def rows(self, manager: Manager, *values: Value) -> list[tuple]:
        """Return the rows as the database gives them: in SQLite moments and JSON are text."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self._sql(manager, values))
            return cursor.fetchall()

    def instances(self, rows: QuerySet, *values: Value) -> list[Model]:
        """Return the rows as instances of their model, by raw(); build() returns no values_list() then."""
        return list(rows.raw(*self._sql(rows, values)))

    def _sql(self, rows, values):
        """Return the SQL and its parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        kind = connection.vendor, *map(type, values)
        if kind not in self._compiled:
            self._compiled[kind] = self._compile(connection, rows, values)
        sql, parameters = self._compiled[kind]
        given = [_adapted(connection, value) for value in values]
        return sql, [value if place is None else given[place] for place, value in parameters]

    def _compile(self, connection, rows, values):
        """Return the SQL, and for each of its parameters which of the values it is, or None and its value."""
        stand_ins = [_stand_in(type(value), place) for place, value in enumerate(values)]
        sql, parameters = self._build(rows, *stand_ins).query.sql_with_params()
        places = {_adapted(connection, value): place for place, value in enumerate(stand_ins)}
        return sql, [(places.get(value), value) for value in parameters]


def first_rows(rows: QuerySet, number: int) -> QuerySet:
    """Return so many of the rows, such that a union takes them.

    SQLite takes a slice only in a condition, and PostgreSQL takes longer to plan that, or reads all rows.
    """
    few = rows[:number]
    if connections[rows.db].features.supports_slicing_ordering_in_compound:
        return few
    return rows.model.objects.filter(pk__in=few.values("pk")).order_by()


def _stand_in(kind, place):
    """Return a value that nobody asks for, to tell by it where the one in this place goes."""
    if kind is datetime:
        return datetime(1801, 1, 1, tzinfo=UTC) + timedelta(days=place)
    return f"\ue000{place}" if issubclass(kind, str) else -(10**15) - place


def _adapted(connection, value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
