"""The indexes on PostgreSQL: columns of the article table without model fields.

search_words contains all words, search_heads the words of title, keywords and names, which determine the tier
of a hit. Articles that are not published use hidden_words and hidden_heads instead. The unused pair is NULL.
"""

from collections import defaultdict

from django.db import connection, transaction
from django.db.models import DecimalField, FloatField, IntegerField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from blog.search.entries import END, START
from blog.search.typed_query import Query, Term

# The labels in a tsvector for title, keywords, names, excerpt and text.
LABELS = ("A", "B", "B", "C", "")
HEAD_LABELS = ("A", "B", "C")  # of title, keywords and names only
# The weights of the labels, D to A.
WEIGHTS = "{0.1, 0.4, 0.6, 1.0}"
LONGER_TEXTS_COUNT_LESS = 1  # option of ts_rank: by the logarithm of the length
MOST_PLACES, MOST_BYTES = 255, 900_000  # limits of a tsvector: positions per word, and bytes of all words
# Of articles with about the same score, the newer one is better: two digits, because scores are below 1.
BEST_FIRST = Cast("score", DecimalField(max_digits=12, decimal_places=2)).desc(), "-published_at", "-pk"
MAX_DATED = 10_000  # matches to order by date
MAX_CANDIDATES = 1000  # newest matches, before they are filtered by visibility
SCANS = "SELECT set_config('enable_seqscan', %s, true), set_config('enable_indexscan', %s, true)"
PUBLISHED, HIDDEN = ("search_words", "search_heads"), ("hidden_words", "hidden_heads")
COLUMNS = (*PUBLISHED, *HIDDEN)
HELD = tuple(
    f"SELECT id FROM blog_article WHERE {words} IS NOT NULL" for words, _heads in (PUBLISHED, HIDDEN)
)
EMPTIED = ", ".join(f"{column} = NULL" for column in COLUMNS)


def create_empty() -> None:
    """Create the columns that are missing, and empty the others."""
    if not exists():  # ALTER TABLE locks out readers, even if there is nothing to do
        for column in COLUMNS:
            _execute(f"ALTER TABLE blog_article ADD COLUMN IF NOT EXISTS {column} tsvector")
            _execute(f"CREATE INDEX IF NOT EXISTS blog_article_{column} ON blog_article USING gin ({column})")
    _execute(f"UPDATE blog_article SET {EMPTIED} WHERE search_words IS NOT NULL OR hidden_words IS NOT NULL")


def drop() -> None:
    for column in COLUMNS:
        _execute(f"ALTER TABLE blog_article DROP COLUMN IF EXISTS {column}")


def exists() -> bool:
    """Whether the index exists. Before the first migration, even the table is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('blog_article')"
            " AND attname = 'hidden_words' AND NOT attisdropped"  # added after search_words
        )
        return cursor.fetchone() is not None


def write(entries) -> None:
    """Replace the entries of these articles, each in the index for its status."""
    values = ", ".join(f"{column} = %s::tsvector" for column in COLUMNS)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE blog_article SET {values} WHERE id = %s",
            [(*_vectors(entry), entry.key) for entry in entries],
        )


def remove(keys) -> None:
    _execute(f"UPDATE blog_article SET {EMPTIED} WHERE id = ANY(%s)", [list(keys)])


def optimize() -> None:
    """Update the planner's statistics, after all articles were written."""
    _execute("ANALYZE blog_article")


def find(query: Query, articles, within, ranked: int, number: int, in_order: int) -> list[int]:
    """Return the pks of the best of the newest matches among these articles, tier by tier.

    Only the first `in_order` are put in order. The others are the newest.
    """
    found = _find_by_heads(query, articles, within, ranked, number) if in_order else []
    if len(found) < number:
        newest = _newest([_condition(term, *PUBLISHED) for term in query.terms], ranked, within)
        others = articles.filter(pk__in=newest).exclude(pk__in=found)
        if len(found) < in_order:
            others = others.annotate(score=_score(query, "search_words")).order_by(*BEST_FIRST)
        else:
            others = others.order_by("-pk")
        found += others.values_list("pk", flat=True)[: number - len(found)]
    return found


def find_any(queries: list[Query], articles, within, ranked: int, number: int) -> list[int]:
    """Return the pks of the best of the newest articles that match at least one of the queries."""
    sql, values = [], []
    for query in queries:
        conditions = [_condition(term, *PUBLISHED) for term in query.terms]
        sql.append(f"({' AND '.join(sql for sql, _ in conditions)})")
        values += [value for _, parameters in conditions for value in parameters]
    newest = _newest([(f"({' OR '.join(sql)})", values)], ranked, within)
    asked = Query(tuple({term: None for query in queries for term in query.terms}))
    best = articles.filter(pk__in=newest).annotate(score=_score(asked, "search_words"))
    return list(best.order_by(*BEST_FIRST).values_list("pk", flat=True)[:number])


def _find_by_heads(query, articles, within, ranked, number):
    """Return the pks of the best articles with all words in title, keywords and names."""
    heads = [_condition(term, "search_heads", "search_heads") for term in query.terms]
    tier, values = _tier(query)
    keys = _newest(heads, ranked, within, (tier, values))
    best = articles.filter(pk__in=keys).annotate(
        tier=RawSQL(tier, values, output_field=IntegerField()),  # noqa: S611 -- SQL of ours
        score=_score(query, "search_heads"),
    )
    return list(best.order_by("tier", *BEST_FIRST).values_list("pk", flat=True)[:number])


def _tier(query):
    """Return SQL for how well an article's title matches, and its parameters."""
    phrase = [] if query.is_cut else [_phrase([START, *query.words, END], ":A")]
    phrase += [_phrase(query.words, ":A"), " & ".join(_any_of(term, "A") for term in query.terms)]
    cases = " ".join(f"WHEN search_heads @@ %s::tsquery THEN {tier}" for tier in range(len(phrase)))
    return f"CASE {cases} ELSE {len(phrase)} END", phrase


def _score(query, column):
    anything = " | ".join(_any_of(term) for term in query.terms)
    return RawSQL(  # noqa: S611 -- SQL of ours
        f"ts_rank(%s, blog_article.{column}, %s::tsquery, %s)",
        [WEIGHTS, anything, LONGER_TEXTS_COUNT_LESS],
        output_field=FloatField(),
    )


def find_for_editors(query: Query) -> tuple[str, list]:
    """Find the query in each index. Return (SQL, parameters) that select the pks of all matches.

    Each parameter contains the pks found in one index: an array as text, because there may be very many.
    """
    keys = [
        _select(
            [_condition(term, *columns) for term in query.terms], "SELECT array_agg(id)::text FROM found", []
        )
        for columns in (PUBLISHED, HIDDEN)
    ]
    return "SELECT unnest(%s::bigint[] || %s::bigint[])", [found or "{}" for [(found,)] in keys]


def find_titles(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest of these articles whose titles contain the words."""
    titles = " & ".join(f"({_in_title(term)})" for term in query.terms)
    return _visible(articles, _newest([_matches("search_heads", titles)], MAX_CANDIDATES), number)


def _in_title(term):
    flags = ":*A" if term.is_prefix else ":A"
    return " | ".join(_phrase(words, flags) for words in (*term.phrases, *term.near))


def find_named(query: Query, articles, number: int) -> list[int]:
    """Return the pks of the newest of these articles whose category and author names contain the words."""
    names = " & ".join(_any_of(term, "C") for term in query.terms)
    return _visible(articles, _newest([_matches("search_heads", names)], MAX_CANDIDATES), number)


def find_dated(query: Query, articles, number: int, *, oldest_first: bool) -> list[int]:
    """Return the pks of these articles that are among the newest MAX_DATED matches, ordered by date."""
    matches = _newest([_condition(term, *PUBLISHED) for term in query.terms], MAX_DATED)
    order = ("published_at", "pk") if oldest_first else ("-published_at", "-pk")
    return list(articles.filter(pk__in=matches).order_by(*order).values_list("pk", flat=True)[:number])


def is_in_heads(word: str, articles) -> bool:
    """Whether a title, keyword or name of these articles contains the word."""
    return bool(_visible(articles, _newest([_matches("search_heads", _quoted(word))], MAX_CANDIDATES), 1))


def known(words) -> list[str]:
    """Return the words unchanged: PostgreSQL has no table of indexed words to look them up in."""
    return list(words)


known_beginnings = known


def is_found(query: Query, articles) -> bool:
    """Whether one of these articles matches the query."""
    conditions = [_condition(term, *PUBLISHED) for term in query.terms]
    return bool(_visible(articles, _newest(conditions, MAX_CANDIDATES), 1))


def count_holding(words, articles, most: int) -> dict[str, int]:
    """Return {word: number of these articles that contain it, up to `most`}, without zeros."""
    any_word = _matches("search_words", " | ".join(map(_quoted, words)))
    keys = _visible(articles, _newest([any_word], MAX_CANDIDATES), most)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, count(*) FROM blog_article, unnest(search_words)"
            " WHERE id = ANY(%s) AND lexeme = ANY(%s) GROUP BY lexeme",
            [keys, list(words)],
        )
        return dict(cursor.fetchall())


def find_newest(words, number: int) -> list[int]:
    """Return the pks of the newest published or scheduled articles with this word or phrase."""
    return _newest([_matches("search_words", _phrase(words, ""))], number)


def _visible(articles, keys, number):
    return list(articles.filter(pk__in=keys).order_by("-pk").values_list("pk", flat=True)[:number])


def _newest(conditions, number, within=None, tier=("0", ())):
    """Return the pks of the best matches, newest first within a tier. Visibility is not checked."""
    narrower, its_parameters = "", ()
    if within is not None:
        sql, its_parameters = within.order_by().values("pk").query.sql_with_params()
        narrower = f"WHERE id IN ({sql})"
    sql = f"SELECT id FROM found {narrower} ORDER BY tier, id DESC LIMIT %s"
    return [key for (key,) in _select(conditions, sql, [*its_parameters, number], tier)]


def _select(conditions, sql, parameters, tier=("0", ())):
    """Return the rows of this SQL, in which `found` has the id and tier of all matching articles.

    The planner underestimates a scan of all texts, which are stored outside of their rows. So the inner query
    uses only the word index, and the other conditions are applied to its result.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCANS, ["off", "off"])
        cursor.execute(
            f"""
            WITH found AS MATERIALIZED (
                SELECT id, {tier[0]} AS tier FROM blog_article
                WHERE {" AND ".join(sql for sql, _ in conditions)}
            )
            {sql}
            """,
            [*tier[1], *(value for _, values in conditions for value in values), *parameters],
        )
        rows = cursor.fetchall()
        cursor.execute(SCANS, ["on", "on"])
    return rows


def _condition(term: Term, words_column, heads_column):
    """Return (SQL, parameters) for a term."""
    anywhere, words = _matches(words_column, _any_of(term))
    if not term.short_prefix:
        return anywhere, words
    in_heads, beginning = _matches(heads_column, f"{_quoted(term.short_prefix)}:*")
    return f"({anywhere} OR {in_heads})", [*words, *beginning]


def _matches(column, tsquery):
    return f"{column} @@ %s::tsquery", [tsquery]


def _any_of(term: Term, label=""):
    """Return a tsquery for a term.

    label: match only words with this label. With a label, short prefixes match, too.
    """
    flag = f":{label}" if label else ""
    if term.is_phrase:
        return f"({' | '.join(_phrase(words, flag) for words in term.phrases)})"
    choices = [_quoted(word) + flag for word in term.alternatives]
    if prefix := term.prefix or (label and term.short_prefix):
        choices.append(f"{_quoted(prefix)}:*{label}")
    return f"({' | '.join(choices)})"


def _phrase(words, flags=""):
    return f"({' <-> '.join(_quoted(word) + flags for word in words)})"


def _quoted(word):
    """Return a quoted lexeme. Words never contain quotes or backslashes (words.py)."""
    return f"'{word}'"


def _vectors(entry):
    """Return the values of COLUMNS for an entry: two texts, and None for the other two."""
    vectors = _vector(entry.texts, LABELS), _vector(entry.texts, HEAD_LABELS)
    return (*vectors, None, None) if entry.is_published else (None, None, *vectors)


def _vector(texts, labels):
    """Return a tsvector as text, with the positions of each word and the labels of their fields."""
    places, place, size = defaultdict(list), 0, 0
    for words, label in zip(texts, labels, strict=False):
        for word in words:
            place += 1
            if word not in places:
                size += len(word.encode())
            if size > MOST_BYTES:
                break
            if len(places[word]) < MOST_PLACES:
                places[word].append(f"{place}{label}")
        place += 10  # so that a phrase cannot span two fields
    return " ".join(f"{_quoted(word)}:{','.join(found)}" for word, found in places.items())


def _execute(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
