"""The indexed words of an article: title, keywords, names, excerpt and text.

The start and end of each title and name are indexed as words (START, END), so that a whole title can be
matched. MOST_WORDS limits the words of each column.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from blog.documents.text import clean_excerpt, strip_markdown_inline
from blog.search.words import split_words

FIELDS = ("pk", "status", "title", "keywords", "excerpt", "plain_text")
PUBLISHED = "published"  # the status; models in migrations lack its choices
# Each save of an article reads these names. Django takes 1.3 ms to compose this union, the database 0.02 ms.
NAMES = """
SELECT article.id, name FROM blog_article AS article
    JOIN blog_category AS category ON category.id = primary_category_id WHERE article.id IN ({places})
UNION SELECT article_id, name FROM blog_articlecategory
    JOIN blog_category AS category ON category.id = category_id WHERE article_id IN ({places})
UNION SELECT article_id, name FROM blog_articleauthor
    JOIN blog_author AS author ON author.id = author_id WHERE article_id IN ({places})
"""
# Words per column, on both databases: PostgreSQL has positions for only 16,383 words of an article.
MOST_WORDS = (100, 500, 400, 500, 15_000)
# Indexed before the first and after the last word of a title or name. Other words never look like this.
START, END = "+", "#"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """The folded words of an article's title, keywords, category and author names, excerpt and text."""

    key: int
    is_published: bool
    texts: tuple[list[str], ...]

    @classmethod
    def of(cls, names, key, status, title, keywords, excerpt, plain_text):
        """Return the entry for the values of FIELDS and these names of categories and authors."""
        summary = strip_markdown_inline(clean_excerpt(excerpt))
        texts = title, " ".join(map(str, keywords)), "", summary, plain_text
        title, keywords, _names, *rest = map(split_words, texts, MOST_WORDS)
        named = [word for name in names for word in _bounded(split_words(name))][: MOST_WORDS[2]]
        return cls(key, status == PUBLISHED, (_bounded(title), keywords, named, *rest))


def read_entries(articles) -> list[IndexEntry]:
    """Return the entries of these articles, at most a few hundred."""
    return entries_of(list(articles.values_list(*FIELDS)))


def entries_of(rows: list[Sequence]) -> list[IndexEntry]:
    """Return the entries of at most a few hundred articles. Each row has the values of FIELDS."""
    names = _names([key for key, *_ in rows])
    return [IndexEntry.of(names[row[0]], *row) for row in rows]


def _names(keys) -> dict[int, list[str]]:
    """Return {pk: names of the article's categories and authors}, without duplicates."""
    names = defaultdict(list)
    if not keys:
        return names
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(places=", ".join(["%s"] * len(keys))), keys * NAMES.count("{places}"))
        for key, name in sorted(cursor.fetchall()):
            names[key].append(name)
    return names


def _bounded(words):
    return [START, *words, END] if words else []
