"""The search of the article list."""

from django.db.models import Q

from blog import search
from blog.articles.models import Article
from blog.imports.models import SourceFile

MOST_WORDS = 10


def search_articles(articles, text):
    """Return the articles, of any status, that contain all words in any field (full-text search).

    Also those whose title, slug or file path contains the typed words as substrings.
    """
    words = text.split()[:MOST_WORDS]
    query = search.parse(text)
    # Each query can be answered from one index, without reading rows, which are wide.
    named = Article.objects.filter(_holds("title", words) | _holds("slug", map(str.lower, words), "contains"))
    files = SourceFile.objects.filter(_holds("path", words))
    found = Q(pk__in=named.values("pk"))
    found |= Q(pk__in=SourceFile.objects.filter(pk__in=files.values("pk")).values("article"))
    if query:
        found |= Q(pk__in=search.find_for_editors(query))
    return articles.filter(found)


def _holds(field, words, lookup="icontains"):
    return Q(*((f"{field}__{lookup}", word) for word in words))
