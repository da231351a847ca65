"""What the proof of an article says to whoever approves it: what is open, and which sources were given."""

from blog.models import Article, Settlement


def has_open_marks(article: Article) -> bool:
    """Return whether a quotation or a person in the article is still open."""
    return False


def settled_sources(article: Article) -> list[list[str]]:
    """Return [words, source] of the marks that were settled with a source."""
    newest = {row.key: row for row in Settlement.objects.filter(article=article)}
    return [[row.words, row.note] for row in newest.values() if row.outcome == Settlement.Outcome.SOURCE]
