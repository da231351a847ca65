"""The indexes on SQLite: contentless FTS5 tables, with the articles' pks as row ids.

HEADS contains only titles, keywords and names, in which even a word that most bodies contain is rare.
"""

import functools
import json
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from blog.search.entries import END, START
from blog.search.typed_query import Query, Term

KEEPS_NO_TEXT = (3, 43)  # from this version on, rows of contentless tables can be deleted
WHOLE = PUBLISHED, HIDDEN = "blog_search", "blog_search_hidden"
HEADS = "blog_search_heads"  # of published articles
TABLES = (*WHOLE, HEADS)
# An ordinary table of all words that were ever in a published article. Looking up hundreds of words in FTS5
# takes ten times as long.
WORDS = "blog_search_words"
COLUMNS = dict.fromkeys(WHOLE, "title, keywords, names, excerpt, body") | {HEADS: "title, keywords, names"}
# The weight of a word in each of these columns.
WEIGHTS = {PUBLISHED: "10.0, 6.0, 6.0, 4.0, 1.0", HEADS: "10.0, 6.0, 6.0"}
HELD = tuple(f"SELECT rowid FROM {table}" for table in WHOLE)
# An index of articles by pk. SQLite would rather read the rows themselves, each of which takes six pages.
BY_PK = "INDEXED BY article_visible"


def create_empty() -> None:
    """Create empty tables. Words are folded before they are stored; the tokenizer only splits at spaces."""
    drop()
    options = "tokenize=\"ascii tokenchars '+#'\""
    if connection.Database.sqlite_version_info >= KEEPS_NO_TEXT:
        options += ", content='', contentless_delete=1"
    for table in TABLES:
        _execute(f"CREATE VIRTUAL TABLE {table} USING fts5({COLUMNS[table]}, {options})")
    _execute(f"CREATE TABLE {WORDS} (word TEXT PRIMARY KEY) WITHOUT ROWID")


def drop() -> None:
    for table in (*TABLES, WORDS):
        _execute(f"DROP TABLE IF EXISTS {table}")


def exists() -> bool:
    return bool(_keys("SELECT 1 FROM sqlite_master WHERE name = %s", [WORDS]))  # the table added last


def write(entries) -> None:
    """Replace the entries of these articles, each in the index for its status."""
    published = [entry for entry in entries if entry.is_published]
    hidden = [entry for entry in entries if not entry.is_published]
    for table in (PUBLISHED, HEADS):
        _remove(table, [entry.key for entry in hidden])
        _insert(table, published)
    words = {word for entry in published for words in entry.texts for word in words}
    _execute(f"INSERT OR IGNORE INTO {WORDS} SELECT value FROM json_each(%s)", [json.dumps([*words])])
    _remove(HIDDEN, [entry.key for entry in published])
    _insert(HIDDEN, hidden)


def _insert(table, entries):
    columns = COLUMNS[table].split(", ")
    places = ", ".join(["%s"] * (1 + len(columns)))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {table} (rowid, {COLUMNS[table]}) VALUES ({places})",
            [(entry.key, *map(" ".join, entry.texts[: len(columns)])) for entry in entries],
        )


def remove(keys) -> None:
    for table in TABLES:
        _remove(table, keys)


def _remove(table, keys):
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(key,) for key in keys])


def optimize() -> None:
    """Merge the segments of the indexes after all articles are written, which speeds up queries."""
    for table in TABLES:
        _execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def find(query: Query, articles, within, ranked: int, number: int, in_order: int) -> list[int]:
    """Return the pks of the best of the newest matches among these articles, tier by tier.

    Only the first `in_order` are put in order. The others are the newest.
    """
    [query] = _without_unknown_forms([query])
    expression = _expression(query)
    narrower, visible = None if within is None else _subquery(within), _visible(articles)
    newest = functools.partial(_newest, expression=expression, visible=visible, narrower=narrower)
    best = functools.partial(_best, visible=visible, narrower=narrower, ranked=ranked, number=number)
    # Each tier contains the tier above it. If the last has fewer than two, they are in order.
    in_heads = newest(HEADS, number=2) if in_order else []
    found = dict.fromkeys(in_heads if len(in_heads) < 2 else ())
    for tier in _tiers(query) if len(in_heads) > 1 else ():
        if len(found) < in_order:
            found |= dict.fromkeys(best(HEADS, tier))
    if len(found) < number:
        others = newest(PUBLISHED, number=number) if len(found) >= in_order else best(PUBLISHED, expression)
        found |= dict.fromkeys(others)
    return list(found)[:number]


def find_any(queries: list[Query], articles, within, ranked: int, number: int) -> list[int]:
    """Return the pks of the best of the newest articles that match at least one of the queries."""
    expression = " OR ".join(f"({_expression(query)})" for query in _without_unknown_forms(queries))
    narrower, visible = None if within is None else _subquery(within), _visible(articles)
    return _best(PUBLISHED, expression, visible=visible, narrower=narrower, ranked=ranked, number=number)


def find_dated(query: Query, articles, number: int, *, oldest_first: bool) -> list[int]:
    """Return the pks of the matching articles by date."""
    [query] = _without_unknown_forms([query])
    matches = RawSQL(f"SELECT rowid FROM {PUBLISHED} WHERE {PUBLISHED} MATCH %s", [_expression(query)])  # noqa: S611 -- SQL of ours
    order = ("published_at", "pk") if oldest_first else ("-published_at", "-pk")
    return list(articles.filter(pk__in=matches).order_by(*order).values_list("pk", flat=True)[:number])


def is_in_heads(word: str, articles) -> bool:
    """Whether a title, keyword or name of these articles contains the word."""
    return bool(_newest(HEADS, f'"{word}"', _visible(articles), 1))


def is_found(query: Query, articles) -> bool:
    """Whether one of these articles matches the query."""
    return bool(_newest(PUBLISHED, _expression(query), _visible(articles), 1))


def _tiers(query):
    """Yield expressions, from the whole title as typed to all words anywhere in the heads."""
    phrase = " ".join(query.words)
    if not query.is_cut:
        yield f'{{title}} : "{START} {phrase} {END}"'
    if not query.is_one_phrase:
        yield f'{{title}} : "{phrase}"'
    yield f"{{title}} : ({_expression(query, in_heads=True)})"
    yield _expression(query)


def _without_unknown_forms(queries) -> list[Query]:
    """Return the queries without inflected forms that are not indexed. Each form takes time in every tier."""
    existing = set(known({form for query in queries for term in query.terms for form in term.forms}))

    def with_known_forms(term):
        return replace(term, forms=tuple(filter(existing.__contains__, term.forms)))

    return [replace(query, terms=tuple(map(with_known_forms, query.terms))) for query in queries]


def _best(table, expression, *, visible, narrower, ranked, number):
    """Return the pks of the best visible articles, within the narrower selection if given.

    Articles are wide rows, so visibility is checked only for the best. The narrower selection is read from
    indexes, before ranking, because it may be large. The plus in the SQL prevents SQLite from querying FTS5
    once for each article of the selection. Of articles whose scores differ by less than a hundredth, the
    newer one is better.
    """
    narrower, its_parameters = narrower or ("", ())
    visible, parameters = visible
    return _keys(
        f"""
        SELECT hits.id FROM (
            SELECT id, score FROM (
                SELECT id, score FROM (
                    SELECT rowid AS id, bm25({table}, {WEIGHTS[table]}) AS score
                    FROM {table}
                    WHERE {table} MATCH %s {narrower and f"AND +rowid IN ({narrower})"}
                    ORDER BY rowid DESC LIMIT %s
                )
                ORDER BY score, id DESC LIMIT %s
            ) AS best
            WHERE EXISTS (SELECT 1 FROM ({visible}) AS visible WHERE visible.pk = best.id)
            LIMIT %s
        ) AS hits
        JOIN blog_article {BY_PK} ON blog_article.id = hits.id
        ORDER BY round(score / min(score) OVER (), 2) DESC, blog_article.published_at DESC, hits.id DESC
        """,
        [expression, *its_parameters, ranked, ranked, *parameters, number],
    )


def find_for_editors(query: Query) -> tuple[str, list[str]]:
    """Return (SQL, parameters) that select the pks of all matches, from either index."""
    sql = " UNION ALL ".join(f"SELECT rowid FROM {table} WHERE {table} MATCH %s" for table in WHOLE)
    return sql, [_expression(query)] * len(WHOLE)


def find_titles(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest of these articles whose titles contain the words."""
    titles = " AND ".join(f"({_in_title(term)})" for term in query.terms)
    return _newest(HEADS, f"{{title}} : ({titles})", _visible(articles), number)


def _in_title(term):
    choices = (f'"{" ".join(words)}"{" *" * term.is_prefix}' for words in (*term.phrases, *term.near))
    return " OR ".join(choices)


def find_named(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest of these articles whose category and author names contain the words."""
    [query] = _without_unknown_forms([query])
    names = _expression(query, in_heads=True)
    return _newest(HEADS, f"{{names}} : ({names})", _visible(articles), number)


def count_holding(words, articles, most: int) -> dict[str, int]:
    """Return {word: number of these articles that contain it, up to `most`}, without zeros."""
    counts = {word: len(_newest(PUBLISHED, f'"{word}"', _visible(articles), most)) for word in known(words)}
    return {word: count for word, count in counts.items() if count}


def find_newest(words, number: int) -> list[int]:
    """Return the pks of the newest published or scheduled articles with this word or phrase."""
    sql = f"SELECT rowid FROM {PUBLISHED} WHERE {PUBLISHED} MATCH %s ORDER BY rowid DESC LIMIT %s"
    return _keys(sql, [f'"{" ".join(words)}"', number])


def known_beginnings(beginnings) -> list[str]:
    """Return the beginnings of words that are or were in a published article."""
    return _keys(
        f"SELECT value FROM json_each(%s) AS given WHERE EXISTS "
        f"(SELECT 1 FROM {WORDS} WHERE word >= given.value AND word < given.value || char(1114111))",
        [json.dumps([*beginnings])],
    )


def known(words) -> list[str]:
    """Return the words that are or were in a published article."""
    sql = f"SELECT word FROM {WORDS} WHERE word IN (SELECT value FROM json_each(%s))"
    return _keys(sql, [json.dumps([*words])]) if words else []


def _newest(table, expression, visible, number, narrower=None):
    """Return the pks of the newest visible matches, within the narrower selection if given; see _best()."""
    narrower, its_parameters = narrower or ("", ())
    visible, parameters = visible
    return _keys(
        f"""
        SELECT rowid FROM {table}
        WHERE {table} MATCH %s {narrower and f"AND +rowid IN ({narrower})"}
            AND EXISTS (SELECT 1 FROM ({visible}) AS visible WHERE visible.pk = {table}.rowid)
        ORDER BY rowid DESC LIMIT %s
        """,
        [expression, *its_parameters, *parameters, number],
    )


@functools.lru_cache(4)  # a search asks several times with the same queryset
def _visible(articles):
    """Return (SQL, parameters) of a subquery of these articles' pks, in which single pks are looked up."""
    sql, parameters = _subquery(articles)
    return sql.replace('FROM "blog_article"', f'FROM "blog_article" {BY_PK}', 1), parameters


def _subquery(articles):
    try:
        return articles.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL AS pk", ()


def _expression(query, *, in_heads=False):
    return " AND ".join(f"({_any_of(term, in_heads=in_heads)})" for term in query.terms)


def _any_of(term: Term, *, in_heads=False):
    """Return an FTS5 expression for a term. Words are quoted, and never contain quotes (words.py)."""
    if term.is_phrase:
        return " OR ".join(f'"{" ".join(words)}"' for words in term.phrases)
    choices = [f'"{word}"' for word in term.alternatives]
    if term.prefix:
        choices.append(f'"{term.prefix}" *')
    if term.short_prefix:
        beginning = f'"{term.short_prefix}" *'
        choices.append(beginning if in_heads else f"({{title keywords names}} : {beginning})")
    return " OR ".join(choices)


def _keys(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [key for (key,) in cursor.fetchall()]


def _execute(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
