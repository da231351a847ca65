"""What the index holds of an article: the words of its title, keywords, excerpt and text, and for whom."""

from dataclasses import dataclass

from blog.documents import clean_excerpt, strip_markdown_inline
from blog.search.words import split_words

FIELDS = ("pk", "status", "title", "keywords", "excerpt", "plain_text")
PUBLISHED = "published"  # the status; a migration gives rows of a model without its choices
# PostgreSQL counts no further than 16,383 words of an article, so both databases hold fewer.
MOST_WORDS = (100, 500, 500, 15_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article's words, folded, in the order of FIELDS after the key."""

    key: int
    is_published: bool
    texts: tuple[list[str], ...]

    @classmethod
    def of(cls, key, status, title, keywords, excerpt, plain_text):
        summary = strip_markdown_inline(clean_excerpt(excerpt))
        texts = (title, " ".join(map(str, keywords)), summary, plain_text)
        return cls(key, status == PUBLISHED, tuple(map(split_words, texts, MOST_WORDS)))
