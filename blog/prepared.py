"""Queries that are put into SQL once a process: of those that every page asks, that takes Django longer than
any database takes to answer them.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Manager, QuerySet

Value = int | str | datetime


@dataclass(frozen=True, slots=True)
class _Made:
    queryset: QuerySet
    compiler: Any
    sql: str
    parameters: list[tuple[int | None, Any]]  # which of the values; for None, this one


class PreparedQuery:
    """What build() makes of a manager and some values: keys, slugs and moments.

    It is called once for so many values, with others in their places: what kind of query it is must not
    depend on them.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._made: dict[tuple, _Made] = {}

    def rows(self, manager: Manager, *values: Value) -> list[tuple]:
        """Return the rows as the database gives them: moments are text in SQLite."""
        made, parameters = self._prepared(manager, values)
        with _connection().cursor() as cursor:
            cursor.execute(made.sql, parameters)
            return cursor.fetchall()

    def objects(self, manager: Manager, *values: Value) -> QuerySet:
        """Return the queryset that build() would make, as it is once it has been asked."""
        made, parameters = self._prepared(manager, values)
        compiler = copy.copy(made.compiler)
        compiler.connection = _connection()
        compiler.as_sql = lambda *args, **kwargs: (made.sql, tuple(parameters))
        queryset = made.queryset.all()
        queryset.query.get_compiler = lambda *args, **kwargs: compiler
        len(queryset)
        return queryset

    def _prepared(self, manager, values):
        connection = connections[DEFAULT_DB_ALIAS]
        key = connection.vendor, *map(type, values)
        if key not in self._made:
            self._made[key] = self._make(manager, values)
        given = [_adapted(connection, value) for value in values]
        made = self._made[key]
        return made, [value if place is None else given[place] for place, value in made.parameters]

    def _make(self, manager, values):
        connection = connections[DEFAULT_DB_ALIAS]
        stand_ins = [_stand_in(type(value), place) for place, value in enumerate(values)]
        queryset = self._build(manager, *stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        places = {_adapted(connection, value): place for place, value in enumerate(stand_ins)}
        return _Made(queryset, compiler, sql, [(places.get(value), value) for value in parameters])


def _connection():
    """Return this thread's connection; where the database can, it plans the query once, too."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.settings_dict["OPTIONS"].get("prepare_threshold") is None:
        return connection
    from blog.planning import PlanningConnection  # here: SQLite does without its packages

    return PlanningConnection(connection)


def _stand_in(kind, place):
    """Return a value that nobody asks for, to tell by it where the one in this place goes."""
    if kind is datetime:
        return datetime(1801, 1, 1, tzinfo=UTC) + timedelta(days=place)
    return f"\ue000{place}" if issubclass(kind, str) else -(10**15) - place


def _adapted(connection, value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
