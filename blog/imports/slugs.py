"""Choose slugs for imported articles that are free in the database and unique in the import."""

import re
from collections.abc import Iterable

from django.conf import settings

from blog.articles.languages import base_language
from blog.articles.models import Article
from blog.documents.notices import Notice, NoticeKind
from blog.documents.slugs import SLUG_LENGTH
from blog.site.slugs import first_free_slug, taken_slugs


class BatchSlugs:
    def __init__(self, wanted: Iterable[str], promised: set[str]):
        self.promised = promised  # of articles that a dry run has rolled back
        self.given = set()
        self._stored = taken_slugs(Article.objects, wanted, promised=promised)

    def choose(self, article: Article, wanted: str, notices: list[Notice]) -> str:
        """Return the wanted slug, or a free one with a number. An article that has such a slug keeps it.

        Instead of a number, the language distinguishes an article in another language than the site's.
        """
        self._stored.discard(article.slug)  # free for the article itself, and for others if it changes
        distinct = with_language(wanted, article.language)
        if not self._is_taken(wanted[:SLUG_LENGTH]):
            slug = wanted[:SLUG_LENGTH]
        elif without_number(article.slug) in (wanted, distinct):
            slug = article.slug  # got its ending because the wanted slug was taken: its URL must not change
        else:
            slug = first_free_slug(distinct, self._is_taken)
            sentence = f"the slug {wanted} is taken: this article gets {slug}."
            notices.append(Notice(NoticeKind.SLUG_TAKEN, sentence, detail=f"“{wanted}” → “{slug}”"))
        self.given.add(slug)
        return slug

    def _is_taken(self, slug):
        return slug in self._stored or slug in self.given or slug in self.promised


def without_number(slug: str) -> str:
    """Return a slug without the number that distinguishes it from another article's."""
    return re.sub(r"-[2-9]$|-[1-9][0-9]+$", "", slug)


def with_language(slug: str, language: str) -> str:
    """Return the slug, with the language at its end if that is not the site's."""
    is_site_s = base_language(language) in ("", base_language(settings.LANGUAGE_CODE))
    ending = "" if is_site_s else f"-{language.lower()}"
    return slug[: SLUG_LENGTH - len(ending)] + ending
