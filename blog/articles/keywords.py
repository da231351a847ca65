"""Keywords of articles as rows, to find articles that share keywords.

The rows are derived from Article.keywords and written in the transaction of each change.
"""

import itertools

from django.db import models
from django.utils import timezone

from blog.articles.links import ListedQuerySet
from blog.articles.names import folded
from blog.base.queries import ROWS_AT_ONCE, CompiledQuery, first_rows

SHOWN = 12  # keywords on the page of an article
MOST = 50  # keywords per article, the rest is not indexed; few articles have more than ten


class KeywordQuerySet(ListedQuerySet):
    def synchronize(self, article) -> None:
        """Create and delete rows to match the keywords of the article, which must be saved."""
        wanted = folded_keywords(article)
        stored = dict(self.filter(article=article).values_list("keyword", "pk"))
        removed = [key for keyword, key in stored.items() if keyword not in wanted]
        if removed:
            self.filter(pk__in=removed).delete()
        self.bulk_create(self.new_row(article, keyword) for keyword in wanted if keyword not in stored)

    def add(self, articles) -> None:
        """Create the rows of articles that were just inserted."""
        rows = (self.new_row(article, word) for article in articles for word in folded_keywords(article))
        self.bulk_create(rows, batch_size=ROWS_AT_ONCE)

    def new_row(self, article, keyword):
        return self.model(article=article, keyword=keyword, listed_at=article.listing_date)


class ArticleKeyword(models.Model):
    """A keyword of an article, folded like a name."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="keyword_rows")
    keyword = models.CharField(max_length=200)
    listed_at = models.DateTimeField(null=True, editable=False)  # published_at while published, else null

    objects = KeywordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "keyword"], name="article_keyword_once")]
        indexes = [
            models.Index(
                fields=["keyword", "-listed_at", "-article"],
                name="keyword_newest",
                condition=models.Q(listed_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.keyword


def shared_keywords(article) -> list[str]:
    """Return those of an article's first keywords that at least one other published article has."""
    keywords = {folded(str(keyword)): str(keyword) for keyword in reversed(article.keywords)}
    chosen = folded_keywords(article)[:SHOWN]
    if not chosen:
        return []
    found = {word for (word,) in _SHARED.rows(ArticleKeyword.objects, article.pk, timezone.now(), *chosen)}
    return [keywords[word] for word in chosen if word in found]


def _shared(rows, article, now, *words):
    """Return those of the words that are keywords of another published article."""
    others = rows.published(now).exclude(article=article)
    first, *rest = (first_rows(others.filter(keyword=word), 1).values_list("keyword") for word in words)
    return first.union(*rest).order_by() if rest else first


_SHARED = CompiledQuery(_shared)


def folded_keywords(article) -> list[str]:
    """Return the article's keywords, folded and without duplicates, in their order."""
    keywords = dict.fromkeys(folded(str(keyword)) for keyword in article.keywords)
    return list(itertools.islice(filter(None, keywords), MOST))
