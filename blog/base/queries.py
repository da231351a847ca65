"""Queries: compiled ones, batch sizes, code point order, related columns.

For an uncached page, Django takes longer to compile the queries to SQL than the database to run them. So the
queries of the most requested pages are compiled once per process (CompiledQuery), and executed each time with
new parameters. Examples are the queries for the site identity, an article with its authors and categories,
related articles, and search results. Compiled queries return lists, not querysets.

ROWS_AT_ONCE limits the keys per query, because SQLite and PostgreSQL limit the parameters.

with_related() and take_related() read single columns of related rows in the same query.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import F, Func, Manager, Model, QuerySet
from django.db.models.expressions import RawSQL

Value = int | str | datetime
ROWS_AT_ONCE = 500  # keys per condition, or rows with few columns per insert


class CompiledQuery:
    """The SQL of the queryset that build(manager, *values) returns. Values are keys, slugs and datetimes.

    build() is called once for each combination of argument types, with placeholders as values. So its query
    must not depend on the values. For rows() and count(), it must return a values_list() queryset.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._compiled: dict[tuple, tuple[str, list]] = {}

    def rows(self, manager: Manager, *values: Value) -> list[tuple]:
        """Return the rows as tuples from the database. On SQLite, datetimes and JSON are text."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self._sql(manager, values))
            return cursor.fetchall()

    def count(self, manager: Manager, *values: Value) -> int:
        """Return the number of rows."""
        sql, parameters = self._sql(manager, values)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS counted", parameters)  # noqa: S608 -- Django's SQL
            return cursor.fetchone()[0]

    def instances(self, rows: QuerySet, *values: Value) -> list[Model]:
        """Return the rows as model instances. build() must not return a values_list() queryset."""
        return list(rows.raw(*self._sql(rows, values)))

    def _sql(self, rows, values):
        """Return the SQL and its parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        # published() has another condition while approvals are required.
        kind = connection.vendor, settings.REQUIRE_REVIEW, *map(type, values)
        if kind not in self._compiled:
            self._compiled[kind] = self._compile(connection, rows, values)
        sql, parameters = self._compiled[kind]
        adapted = [_adapted(connection, value) for value in values]
        return sql, [value if place is None else adapted[place] for place, value in parameters]

    def _compile(self, connection, rows, values):
        """Return the SQL and, for each of its parameters, (index into values or None, constant)."""
        stand_ins = [_stand_in(type(value), place) for place, value in enumerate(values)]
        sql, parameters = self._build(rows, *stand_ins).query.sql_with_params()
        places = {_adapted(connection, value): place for place, value in enumerate(stand_ins)}
        return sql, [(places.get(value), value) for value in parameters]


def first_rows(rows: QuerySet, number: int) -> QuerySet:
    """Return the first rows of a queryset, sliced in a form that this database accepts in a union.

    SQLite accepts a slice in a union only as a subquery. On PostgreSQL, a subquery is slower, because it may
    read all rows.
    """
    few = rows[:number]
    if connections[rows.db].features.supports_slicing_ordering_in_compound:
        return few
    return rows.model.objects.filter(pk__in=few.values("pk")).order_by()


def _stand_in(kind, place):
    """Return a placeholder of this type that no query contains, to recognise it among the parameters."""
    if kind is datetime:
        return datetime(1801, 1, 1, tzinfo=UTC) + timedelta(days=place)
    return f"\ue000{place}" if issubclass(kind, str) else -(10**15) - place


def _adapted(connection, value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class ByCodePoint(Func):
    """Order text by code point on any database. PostgreSQL's default order depends on its locale."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


def listed(keys) -> RawSQL:
    """Return a subquery of these keys with a single parameter. Django is slow with hundreds of parameters."""
    return listed_in(as_text(keys))


def as_text(keys) -> str:
    """Return keys as text for listed_in(), so that they can be one value of a compiled query."""
    text = json.dumps(list(keys))
    return f"{{{text[1:-1]}}}" if connection.vendor == "postgresql" else text


def listed_in(text: str) -> RawSQL:
    """Return a subquery of the keys in a text from as_text()."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [text])
    return RawSQL("SELECT value FROM json_each(%s)", [text])


def with_related(rows, **fields):
    """Annotate each row with fields of its related rows, for take_related(). fields: {relation: names}."""
    shown = [column for relation, names in fields.items() for column in columns(relation, names)]
    return rows.annotate(**{f"{column}_shown": F(column) for column in shown})


def columns(relation, fields):
    return [f"{relation}__{field}" for field in fields]


def take_related(article, relation, model, fields):
    """Set the article's relation from the annotations of with_related(), or to None."""
    values = [article.__dict__.pop(f"{column}_shown") for column in columns(relation, fields)]
    setattr(article, relation, None if values[0] is None else row_of(model, fields, values))


def row_of(model, fields, values):
    return model.from_db(DEFAULT_DB_ALIAS, fields, values, fetch_mode=models.FETCH_RAISE)


# Fields whose values need no conversion. The value of a ForeignKey is a primary key.
_PLAIN = frozenset(
    (
        *(models.BooleanField, models.CharField, models.ForeignKey, models.IntegerField),
        *(models.OneToOneField, models.PositiveIntegerField, models.TextField),
    )
)


# SQLite's settings while thousands of rows are written: the size of the cache in kilobytes, and the pages in
# the journal before they are moved to the database. With the usual ones, pages are written several times.
_WHILE_WRITING = {"cache_size": -8_000, "wal_autocheckpoint": 4_000}


@contextmanager
def writing_many_rows() -> Iterator[None]:
    """Run the block with more memory for the database connection of this thread."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in _WHILE_WRITING}
    _set_pragmas(connection, _WHILE_WRITING)
    try:
        yield
    finally:
        _set_pragmas(connection, before)


def _set_pragmas(connection, values):
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"PRAGMA {name} = {value}")


_INSERT = "INSERT INTO {table} ({columns}) VALUES ({places})"


def insert_values(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert rows four times as fast as bulk_create(). Each row has the values of the named fields, in order.

    Fields without a value must be nullable or have a default in the database, which sets the primary keys.
    """
    _execute_many(_INSERT, model, names, rows)


def upsert_values(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence], *, updated: Iterable[str]
) -> None:
    """Like insert_values(), but update the fields in `updated` of rows that exist already."""
    _execute_many(_INSERT + _on_conflict(model, model._meta.pk.name, updated), model, names, rows)


def _on_conflict(model, key, updated):
    """Return the end of an INSERT that updates these fields of rows with the same key."""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = [quote(model._meta.get_field(name).column) for name in updated]
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
    return f" ON CONFLICT ({quote(model._meta.get_field(key).column)}) DO UPDATE SET {changes}"


_STAGED = (
    "CREATE TEMPORARY TABLE {staged} AS SELECT {columns} FROM {table} WHERE 1 = 0",
    "INSERT INTO {staged} ({columns}) VALUES ({places})",
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} WHERE 1 = 1",
    "DROP TABLE {staged}",
)


@contextmanager
def staged_rows[T: Model](
    model: type[T], rows: Iterable[T], *, key: str, updated: Iterable[str]
) -> Iterator[Callable[[], None]]:
    """Copy new instances to a temporary table, and yield a function that inserts all of them from there.

    The function updates the fields in `updated` of rows with the same key. Without such fields, it raises
    IntegrityError for them. On SQLite, only the function needs the write lock: it takes 2 to 5 µs per row, a
    fifth of the time of insert_rows().
    """
    connection = connections[DEFAULT_DB_ALIAS]
    fields, values = _values_of(model, rows := list(rows))
    create, fill, insert, drop = (
        _sql(sql, connection, model, fields, staged=f"staged_{id(rows)}") for sql in _STAGED
    )
    if updated:
        insert += _on_conflict(model, key, updated)
    with connection.cursor() as cursor:
        cursor.execute(create)
        try:
            cursor.executemany(fill, _prepared(connection, fields, values))
            yield lambda: cursor.execute(insert)
        finally:
            cursor.execute(drop)


def insert_rows[T: Model](model: type[T], rows: Iterable[T]) -> None:
    """Insert new instances as bulk_create() does, but faster, and without setting their primary keys."""
    fields, values = _values_of(model, rows := list(rows))
    insert_values(model, [field.name for field in fields], values)


def insert_with_keys[T: Model](model: type[T], rows: Iterable[T]) -> None:
    """Insert new instances as bulk_create() does, but faster. The database sets their primary keys."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields, values = _values_of(model, rows := list(rows))
    size = connection.ops.bulk_batch_size(fields, rows) if rows else 1
    row_sql = f"({', '.join(['%s'] * len(fields))})"
    head = _sql("INSERT INTO {table} ({columns}) VALUES", connection, model, fields)
    tail = _sql("RETURNING {key}", connection, model, [model._meta.pk])
    for some in itertools.batched(zip(rows, _prepared(connection, fields, values), strict=True), size):
        sql = f"{head} {', '.join([row_sql] * len(some))} {tail}"
        with connection.cursor() as cursor:
            cursor.execute(sql, list(itertools.chain.from_iterable(value for _, value in some)))
            keys = cursor.fetchall()
        for (row, _), (key,) in zip(some, keys, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _values_of(model, rows):
    """Return the fields to insert, and an iterator of their values in each row."""
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    for field in filter(lambda field: field.is_relation, fields):
        for row in rows:
            if getattr(row, field.attname) is None and (related := field.get_cached_value(row, None)):
                # Sets the key of a row that was saved meanwhile, and unlike setattr() keeps the instance.
                row.__dict__[field.attname] = getattr(related, field.target_field.attname)
    return fields, ([field.pre_save(row, add=True) for field in fields] for row in rows)


def update_values(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Update the named fields of rows. Each item of `rows` has the values in order, then the primary key."""
    sql = "UPDATE {table} SET {assigned} WHERE {key} = %s"
    _execute_many(sql, model, [*names, model._meta.pk.name], rows)


def _execute_many(sql, model, names, rows):
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [model._meta.get_field(name) for name in names]
    rows = _prepared(connection, fields, rows)
    with connection.cursor() as cursor:
        cursor.executemany(_sql(sql, connection, model, fields), rows)


def _sql(sql, connection, model, fields, **names):
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in fields]
    return sql.format(
        table=quote(model._meta.db_table),
        columns=", ".join(columns),
        places=", ".join(["%s"] * len(columns)),
        assigned=", ".join(f"{column} = %s" for column in columns[:-1]),
        key=columns[-1],
        **names,
    )


def _prepared(connection, fields, rows):
    """Return lists of the values in the rows, as the database takes them."""
    converted = [(place, field) for place, field in enumerate(fields) if type(field) not in _PLAIN]
    rows = [list(row) for row in rows]
    for place, field in converted:
        for row in rows:
            row[place] = field.get_db_prep_save(row[place], connection)
    return rows
