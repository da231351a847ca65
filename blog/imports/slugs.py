"""The slugs that imported articles get: free in the database, and each once in an import."""

import re
from collections.abc import Iterable

from blog.articles.models import Article
from blog.documents.notices import Notice, NoticeKind
from blog.site.slugs import first_free_slug, taken_slugs


class BatchSlugs:
    """The slugs that the articles of one batch get."""

    def __init__(self, wanted: Iterable[str], promised: set[str]):
        self.promised = promised  # to articles that a dry run has not kept
        self.given = set()
        self._stored = taken_slugs(Article.objects, wanted, promised=promised)

    def choose(self, article: Article, wanted: str, notices: list[Notice]) -> str:
        """Return the slug of an article whose file asks for this one."""
        self._stored.discard(article.slug)  # its own is free for it, and for others if it takes another
        slug = first_free_slug(wanted, self._is_taken)
        if slug != wanted and without_number(article.slug) == wanted:
            slug = article.slug  # it has its number because the plain slug is taken; its address stays
        elif slug != wanted:
            sentence = f"the slug {wanted} is taken: this article gets {slug}."
            notices.append(Notice(NoticeKind.SLUG_TAKEN, sentence, detail=f"“{wanted}” → “{slug}”"))
        self.given.add(slug)
        return slug

    def _is_taken(self, slug):
        return slug in self._stored or slug in self.given or slug in self.promised


def without_number(slug: str) -> str:
    """Return a slug without the number that sets it apart from another article's."""
    return re.sub(r"-[2-9]$|-[1-9][0-9]+$", "", slug)
