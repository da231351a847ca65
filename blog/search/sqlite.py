"""The indexes on SQLite: FTS5 tables, whose rows have the articles' keys and no text of their own."""

from contextlib import contextmanager

from django.core.exceptions import EmptyResultSet
from django.db import connection

from blog.search.queries import Query, Term

# How much a word counts in title, keywords, excerpt and text.
WEIGHTS = "10.0, 6.0, 4.0, 1.0"
KEEPS_NO_TEXT = (3, 43)  # from this version on, rows of a table that keeps no text can be deleted
TABLES = PUBLISHED, HIDDEN = "blog_search", "blog_search_hidden"
HELD = tuple(f"SELECT rowid FROM {table}" for table in TABLES)


@contextmanager
def allow_spilling():
    """Let SQLite keep temporary data on disk: to rebuild a large index takes hundreds of MB of it."""
    if connection.in_atomic_block:  # where it cannot be chosen any more
        yield
        return
    _execute("PRAGMA temp_store = FILE")
    try:
        yield
    finally:
        _execute("PRAGMA temp_store = MEMORY")  # as the settings have it


def create_empty() -> None:
    """Create empty tables. They are given folded words; the tokenizer only splits them at spaces."""
    drop()
    options = "tokenize=\"ascii tokenchars '+#'\""
    if connection.Database.sqlite_version_info >= KEEPS_NO_TEXT:
        options += ", content='', contentless_delete=1"
    for table in TABLES:
        _execute(f"CREATE VIRTUAL TABLE {table} USING fts5(title, keywords, excerpt, body, {options})")


def drop() -> None:
    for table in TABLES:
        _execute(f"DROP TABLE IF EXISTS {table}")


def exists() -> bool:
    return bool(_keys("SELECT 1 FROM sqlite_master WHERE name = %s", [HIDDEN]))  # the younger one


def write(entries) -> None:
    """Put each entry into the index that it belongs to, in place of what either holds of the article."""
    for table, is_published in ((PUBLISHED, True), (HIDDEN, False)):
        belonging = [entry for entry in entries if entry.is_published == is_published]
        _remove(table, [entry.key for entry in entries if entry.is_published != is_published])
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {table} (rowid, title, keywords, excerpt, body)"
                " VALUES (%s, %s, %s, %s, %s)",
                [(entry.key, *map(" ".join, entry.texts)) for entry in belonging],
            )


def remove(keys) -> None:
    for table in TABLES:
        _remove(table, keys)


def _remove(table, keys):
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(key,) for key in keys])


def optimize() -> None:
    """Merge the segments of the indexes, after all articles were written: queries are quickest then."""
    for table in TABLES:
        _execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def find(query: Query, articles, within, ranked: int, number: int) -> list[int]:
    """Return the keys of the best of the newest articles among these that the query finds.

    Articles are wide rows, so what an article's row says is asked of the best alone. What within asks,
    indexes know: it may hold many, and is read before anything is ranked. (The plus keeps SQLite from asking
    FTS5 for each article of it by itself.)
    """
    narrower, its_parameters = ("", ()) if within is None else _subquery(within)
    visible, parameters = _subquery(articles)
    return _keys(
        f"""
        SELECT id FROM (
            SELECT id, score FROM (
                SELECT rowid AS id, bm25(blog_search, {WEIGHTS}) AS score
                FROM blog_search
                WHERE blog_search MATCH %s {narrower and f"AND +rowid IN ({narrower})"}
                ORDER BY rowid DESC LIMIT %s
            )
            ORDER BY score, id DESC LIMIT %s
        ) AS best
        WHERE EXISTS (SELECT 1 FROM ({visible}) AS visible WHERE visible.pk = best.id)
        LIMIT %s
        """,
        [_expression(query), *its_parameters, ranked, ranked, *parameters, number],
    )


def find_for_editors(query: Query) -> tuple[str, list[str]]:
    """Return SQL for the keys that both indexes find, and its parameters."""
    sql = " UNION ALL ".join(f"SELECT rowid FROM {table} WHERE {table} MATCH %s" for table in TABLES)
    return sql, [_expression(query)] * len(TABLES)


def find_titles(query: Query, articles, number: int) -> list[int]:
    """Return the keys of the newest articles among these whose titles hold the words."""
    titles = " AND ".join(f'"{" ".join(term.words)}"{" *" * term.is_prefix}' for term in query.terms)
    return _newest(f"{{title}} : ({titles})", articles, number)


def find_any(words, articles, number: int) -> list[int]:
    """Return the keys of the newest articles among these that hold one of the words."""
    return _newest(" OR ".join(f'"{word}"' for word in words), articles, number) if words else []


def _newest(expression, articles, number):
    visible, parameters = _subquery(articles)
    return _keys(
        f"""
        SELECT rowid FROM blog_search
        WHERE blog_search MATCH %s
            AND EXISTS (SELECT 1 FROM ({visible}) AS visible WHERE visible.pk = blog_search.rowid)
        ORDER BY rowid DESC LIMIT %s
        """,
        [expression, *parameters, number],
    )


def _subquery(articles):
    try:
        return articles.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL AS pk", ()


def _expression(query):
    return " AND ".join(f"({_any_of(term)})" for term in query.terms)


def _any_of(term: Term):
    """Return an FTS5 expression. Each word stands in quotation marks and holds none: see words.py."""
    if term.is_phrase:
        return f'"{" ".join(term.words)}"'
    choices = [f'"{word}"' for word in term.alternatives]
    if term.prefix:
        choices.append(f'"{term.prefix}" *')
    if term.short_prefix:
        choices.append(f'({{title keywords}} : "{term.short_prefix}" *)')
    return " OR ".join(choices)


def _keys(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [key for (key,) in cursor.fetchall()]


def _execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
