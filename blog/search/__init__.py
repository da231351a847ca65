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
costs more on a larger site.

If nothing contains the typed words and another spelling is certain, its results are shown at once;
`exact=1` turns that off. `python -m tests.benchmarks.finding FOLDER` measures the rank at which articles
are found.

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
from blog.search import postgres, sqlite
from blog.search.entries import PUBLISHED, read_entries
from blog.search.queries import LONGEST_QUERY, Query, clean_text, parse_query
from blog.search.similar import SimilarTexts
from blog.search.snippets import Piece, extract, holds_all, marked
from blog.search.spelling import Suggestion, choose_spelling, near_names, near_words

__all__ = [
    "LONGEST_QUERY",
    "MAX_RESULTS",
    "Piece",
    "Query",
    "Suggestion",
    "add_words",
    "clean_text",
    "count_stale",
    "drop",
    "exists",
    "extract",
    "find",
    "find_for_editors",
    "find_named",
    "find_titles",
    "holds_all",
    "indexed",
    "marked",
    "near_names",
    "parse",
    "rebuild",
    "refresh",
    "refresh_deferred",
    "remove",
    "similar_texts",
    "suggest_spelling",
]

# Articles. If more match, the newest MAX_RANKED are ranked, so that a common word costs no more on a large
# site. The best MAX_RESULTS are shown, page by page.
MAX_RANKED = 2000
MAX_RESULTS = 500
ROWS_AT_ONCE = 200
MOST_COUNTED = 300  # articles counted for each suggested word
MAX_WORDS_CORRECTED = 3

indexed = Signal()  # sent with the pks of articles, in the transaction that has changed their entries

_postponed: ContextVar[set[int] | None] = ContextVar("articles to index", default=None)


def parse(text: str) -> Query:
    """Parse a reader's query in the language of the site."""
    return parse_query(text, settings.LANGUAGE_CODE)


def find(query: Query, articles, within=None) -> list[int]:
    """Return the pks of the matching articles among these, best first.

    within: a narrower selection of the same articles. The result has MAX_RESULTS + 1 pks if there are further
    matches.
    """
    return _backend().find(query, articles, within, MAX_RANKED, MAX_RESULTS + 1) if query else []


def find_for_editors(query: Query) -> RawSQL:
    """Return a subquery for the pks of all matching articles, published or not."""
    return RawSQL(*_backend().find_for_editors(query))  # noqa: S611 -- SQL of ours


def find_named(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest articles with all words in the names of their categories and authors."""
    return _backend().find_named(query, articles, number) if query else []


def find_titles(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest articles with all words in their titles, the last word as a prefix."""
    return _backend().find_titles(query, articles, number) if query else []


def similar_texts(articles) -> SimilarTexts:
    """Return a finder of texts that share rare words, for one text or a run over many of these articles."""
    return SimilarTexts(_backend().find_newest, articles.count())


def suggest_spelling(query: Query, articles) -> Suggestion | None:
    """Return the query with unknown words respelt, or None if all words are known or nothing is found."""
    words, changed, is_sure = [], False, True
    for number, term in enumerate(query.terms):
        word = term.words[0]
        if not term.is_phrase and number < MAX_WORDS_CORRECTED and not _is_found(word, articles):
            respelt, changed = _respell(word, articles), True
            if not respelt:
                return None
            word, is_sure = respelt.text, is_sure and respelt.is_sure
        words += term.words if term.is_phrase else [word]
    suggestion = " ".join(words)
    return Suggestion(suggestion, is_sure) if changed and _is_found(suggestion, articles) else None


def _is_found(text, articles):
    return _backend().is_found(parse(text), articles)


def _respell(word, articles) -> Suggestion | None:
    """Return the most frequent word at an edit distance of 1, or None."""
    near = near_words(word)
    return choose_spelling(word, _backend().count_holding(near, articles, MOST_COUNTED) if near else {})


def refresh(articles) -> None:
    """Update the index for these articles, within the transaction that changed them."""
    keys = articles.order_by("pk").values_list("pk", flat=True)
    postponed = _postponed.get()
    if postponed is not None:
        postponed.update(keys)
        return
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        # Locked, so that of two concurrent changes to an article the later one indexes both.
        rows = articles.model.objects.filter(pk__in=some).order_by("pk").select_for_update(no_key=True)
        _backend().write(read_entries(rows))
        indexed.send(articles.model, keys=some)


@contextmanager
def refresh_deferred(model):
    """Run the block, and index the articles that it changes once, at its end."""
    if _postponed.get() is not None:
        yield
        return
    token = _postponed.set(keys := set())
    try:
        yield
    finally:
        _postponed.reset(token)
    for some in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        refresh(model.objects.filter(pk__in=some))


def remove(keys) -> None:
    """Remove articles from the index before they are deleted."""
    _backend().remove(keys)


def drop() -> None:
    """Remove the index. rebuild() creates it again."""
    _backend().drop()


def add_words() -> None:
    """Create the table of words for an index that lacks one."""
    _backend().add_words()


def rebuild(articles) -> int:
    """Rebuild the index from these articles, and return their number. Searches use the old one until then."""
    with _backend().allow_spilling(), transaction.atomic():
        _backend().create_empty()
        # Fetch the keys first: to sort complete rows, a database would need memory for all texts.
        keys = list(articles.order_by("pk").values_list("pk", flat=True))
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            _backend().write(read_entries(articles.filter(pk__in=some)))
        _backend().optimize()
        page_cache.invalidate_on_commit()
    return len(keys)


def count_stale(articles) -> int:
    """Return how many of these articles are missing from an index, or wrongly in one."""
    keys = articles.order_by().values("pk")
    wanted = keys.filter(status=PUBLISHED), keys.exclude(status=PUBLISHED)
    pairs, parameters = [], []
    for rows, held in zip(wanted, _backend().HELD, strict=True):
        sql, values = rows.query.sql_with_params()
        pairs += [f"{sql} EXCEPT {held}", f"{held} EXCEPT {sql}"]
        parameters += [*values, *values]
    differing = " UNION ".join(f"SELECT * FROM ({sql}) AS differing" for sql in pairs)  # noqa: S608 -- Django's and ours
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({differing}) AS out_of_step", parameters)  # noqa: S608 -- as above
        return cursor.fetchone()[0]


def exists() -> bool:
    """Whether the index exists. A migration creates it."""
    return _backend().exists()


def _backend():
    return {"sqlite": sqlite, "postgresql": postgres}[connection.vendor]
