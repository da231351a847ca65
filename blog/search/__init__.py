"""Full-text search on FTS5 (SQLite) or tsvector columns (PostgreSQL).

find() is for readers, find_for_editors() for editors. There are two indexes: one of published and scheduled
articles, which readers search, and one of all others. So a long queue of new articles does not slow down
readers. The index does not control visibility: results are filtered by published().

Both indexes are written in the transaction that changes an article: ArticleQuerySet and Article.save() call
refresh() and remove(). Code that changes an article several times, such as an import, does so within
refresh_deferred(). The index contains names of categories and authors, so a change of links, a new name or a
merge refreshes their articles.

Results are returned in tiers: the title as typed; titles that contain it; titles with all words; all words
in title, keywords and names; the rest. Articles are ranked only within a tier. The upper tiers are read
from a small index of titles, keywords and names, where a word that most texts contain is still rare. In each
tier, the newest MAX_RANKED articles are ranked and the best MAX_RESULTS returned, so a frequent word hardly
costs more on a larger site. A page of results needs only the first of them in order: find() ranks no more.

Titles with a searched version number are put in order by it (rank_of_title()). If no article, or hardly any,
has the typed words and another spelling is certain, its results are shown at once; `exact=1` turns that off.
If no article has all words, those with most of them are found (broader_queries()).
`python -m tests.benchmarks.finding FOLDER` measures the rank at which articles are found.

The index is derived data. manage.py rebuild_search rebuilds it, which is needed after loaddata and other
writes that bypass the models. manage.py check --database default reports an outdated index.
"""

import itertools
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.dispatch import Signal

from blog import page_cache
from blog.search.backend import backend
from blog.search.entries import FIELDS, PUBLISHED, IndexEntry, entries_of, read_entries
from blog.search.similar import SimilarTexts, as_written
from blog.search.snippets import Piece, extract, holds_all, marked, matching_sections
from blog.search.spelling import FEW, Suggestion, near_names, suggest_spelling, with_near_words
from blog.search.typed_query import (
    LONGEST_QUERY,
    Query,
    broader_queries,
    clean_text,
    is_pre_release,
    parse_query,
    rank_of_title,
)

__all__ = [
    "FEW",
    "LONGEST_QUERY",
    "MAX_RESULTS",
    "Piece",
    "Query",
    "Suggestion",
    "as_written",
    "broaden",
    "clean_text",
    "count_stale",
    "drop",
    "exists",
    "extract",
    "find",
    "find_any",
    "find_dated",
    "find_for_editors",
    "find_named",
    "find_nearest_titles",
    "find_titles",
    "holds_all",
    "index_inserted",
    "index_new",
    "indexed",
    "marked",
    "matching_sections",
    "near_names",
    "parse",
    "rebuild",
    "refresh",
    "refresh_deferred",
    "refresh_keys",
    "remove",
    "similar_texts",
    "suggest_spelling",
]

# Articles. If more match, the newest MAX_RANKED are ranked, so that a common word costs no more on a large
# site. The best MAX_RESULTS are shown, page by page.
MAX_RANKED = 2000
MAX_RESULTS = 500
ROWS_AT_ONCE = 200
BY_VERSION = 100  # hits that are put in order by version

# Sent in the transaction that has changed the entries of articles. keys: their pks; published: some of these;
# are_new: they were just inserted.
indexed = Signal()

_postponed: ContextVar[set[int] | None] = ContextVar("articles to index", default=None)


def parse(text: str) -> Query:
    """Parse a reader's query in the language of the site."""
    return parse_query(text, settings.LANGUAGE_CODE)


def find(query: Query, articles, within=None, in_order: int = MAX_RESULTS) -> list[int]:
    """Return the pks of the matching articles among these, best first.

    within: a narrower selection of the same articles. in_order: how many of the first pks must be in order;
    ranking takes most of the time. The result has MAX_RESULTS + 1 pks if there are further matches.
    """
    if not query:
        return []
    if in_order and query.versions:
        in_order = max(in_order, BY_VERSION)
    keys = backend().find(query, articles, within, MAX_RANKED, MAX_RESULTS + 1, in_order)
    return _by_version(keys, query, articles) if in_order and query.versions else keys


def find_any(queries: list[Query], articles, within=None) -> list[int]:
    """Return the pks of the articles that match at least one of the queries, best first; see find()."""
    return backend().find_any(queries, articles, within, MAX_RANKED, MAX_RESULTS + 1)


def find_dated(query: Query, articles, *, oldest_first: bool = False) -> list[int]:
    """Return the pks of the matching articles by date, newest first by default; see find()."""
    return backend().find_dated(query, articles, MAX_RESULTS + 1, oldest_first=oldest_first) if query else []


def broaden(query: Query, articles) -> list[Query]:
    """Leave out as few words as possible so that articles match. Return the resulting queries, or []."""
    for queries in broader_queries(query, settings.LANGUAGE_CODE):
        if backend().find_any(queries, articles, None, MAX_RANKED, 1):
            return queries
    return []


def _by_version(keys, query, articles):
    """Sort the first BY_VERSION keys by how well their titles fit the searched versions. Return all keys."""
    first = keys[:BY_VERSION]
    titles = dict(articles.filter(pk__in=first).values_list("pk", "title"))
    asks = any(map(is_pre_release, query.words))

    def rank(key):
        title = titles.get(key, "")
        return [rank_of_title(title, version, asks_for_pre_release=asks) for version in query.versions]

    return [*sorted(first, key=rank), *keys[BY_VERSION:]]


def find_for_editors(query: Query) -> RawSQL:
    """Return a subquery for the pks of all matching articles, published or not."""
    return RawSQL(*backend().find_for_editors(query))  # noqa: S611 -- SQL of ours


def find_named(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest articles with all words in the names of their categories and authors."""
    return backend().find_named(query, articles, number) if query else []


def find_titles(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest articles with all words in their titles, the last word as a prefix.

    If no title has them, one letter of each word may be wrong.
    """
    if not query:
        return []
    keys = backend().find_titles(query, articles, number)
    return keys or backend().find_titles(with_near_words(query), articles, number)


def find_nearest_titles(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest articles with all words in their titles or, without any, all but one."""
    keys = find_titles(query, articles, number)
    # Each query takes time, and one visitor may ask for many missing pages.
    for queries in () if keys else itertools.islice(broader_queries(query, settings.LANGUAGE_CODE), 2):
        found = (key for one in queries for key in backend().find_titles(one, articles, number))
        if keys := list(dict.fromkeys(found))[:number]:
            break
    return keys


def similar_texts(articles) -> SimilarTexts:
    """Return a finder of texts that share rare words. It looks up common words once for all its texts."""
    return SimilarTexts(backend().find_newest, articles.count())


def refresh(articles) -> None:
    """Update the index for these articles, within the transaction that changed them."""
    refresh_keys(articles.model, articles.order_by("pk").values_list("pk", flat=True))


def refresh_keys(model, keys) -> None:
    """Like refresh(), for articles whose primary keys the caller knows."""
    postponed = _postponed.get()
    if postponed is not None:
        postponed.update(keys)
        return
    for some in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        # Locked, so that of two concurrent changes to an article the later one indexes both.
        rows = model.objects.filter(pk__in=some).order_by("pk").select_for_update(no_key=True)
        _write(model, some, read_entries(rows), are_new=False)


def index_new(article) -> None:
    """Add an article that was just inserted, without reading it. It must not have categories or authors."""
    postponed = _postponed.get()
    if postponed is not None:
        postponed.add(article.pk)
        return
    values = (getattr(article, name) for name in FIELDS)
    _write(type(article), [article.pk], [IndexEntry.of([], *values)], are_new=True)


def index_inserted(articles) -> None:
    """Index articles that this transaction has inserted, without reading them. Their links must be stored."""
    postponed = _postponed.get()
    for some in itertools.batched(articles, ROWS_AT_ONCE):
        keys = [article.pk for article in some]
        if postponed is not None:
            postponed.difference_update(keys)
        entries = entries_of([[getattr(article, name) for name in FIELDS] for article in some])
        _write(type(some[0]), keys, entries, are_new=False)


def _write(model, keys, entries, *, are_new):
    backend().write(entries)
    published = [entry.key for entry in entries if entry.is_published]
    indexed.send(model, keys=keys, published=published, are_new=are_new)


@contextmanager
def refresh_deferred(model):
    """Run the block. At its end, index each article that was changed in it, once."""
    if _postponed.get() is not None:
        yield
        return
    token = _postponed.set(keys := set())
    try:
        yield
    finally:
        _postponed.reset(token)
    refresh_keys(model, keys)


def remove(keys) -> None:
    """Remove articles from the index before they are deleted."""
    backend().remove(keys)


def drop() -> None:
    """Remove the index. rebuild() creates it again."""
    backend().drop()


def rebuild(articles) -> int:
    """Rebuild the index from these articles, and return their number. Searches use the old one until then."""
    with transaction.atomic():
        backend().create_empty()
        # Fetch the keys first: to sort complete rows, a database would need memory for all texts.
        keys = list(articles.order_by("pk").values_list("pk", flat=True))
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            backend().write(read_entries(articles.filter(pk__in=some)))
        backend().optimize()
        if keys:  # not for a new database, in which the tables of jobs do not exist yet
            page_cache.invalidate_on_commit()
    return len(keys)


def count_stale(articles) -> int:
    """Return how many articles are missing from their index, or in an index where they do not belong."""
    keys = articles.order_by().values("pk")
    wanted = keys.filter(status=PUBLISHED), keys.exclude(status=PUBLISHED)
    pairs, parameters = [], []
    for rows, held in zip(wanted, backend().HELD, strict=True):
        sql, values = rows.query.sql_with_params()
        pairs += [f"{sql} EXCEPT {held}", f"{held} EXCEPT {sql}"]
        parameters += [*values, *values]
    differing = " UNION ".join(f"SELECT * FROM ({sql}) AS differing" for sql in pairs)  # noqa: S608 -- Django's and ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({differing}) AS out_of_step", parameters)  # noqa: S608 -- as above
        return cursor.fetchone()[0]


def exists() -> bool:
    """Whether the index exists. A migration creates it."""
    return backend().exists()
