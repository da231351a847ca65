"""What the search field above the list of articles finds."""

from django.db.models import Q

from blog import search
from blog.models import Article, SourceFile

MOST_WORDS = 10


def search_articles(articles, text):
    """Return those of the articles that hold all words, in whichever field, be they published or not.

    Also those whose title, slug or file path has what was typed inside of its words.
    """
    words = text.split()[:MOST_WORDS]
    query = search.parse(text)
    # Each asks for what one index has, so that nothing else is read: articles and files are long rows.
    named = Article.objects.filter(_holds("title", words) | _holds("slug", map(str.lower, words), "contains"))
    files = SourceFile.objects.filter(_holds("path", words))
    found = Q(pk__in=named.values("pk"))
    found |= Q(pk__in=SourceFile.objects.filter(pk__in=files.values("pk")).values("article"))
    if query:
        found |= Q(pk__in=search.find_for_editors(query))
    return articles.filter(found)


def _holds(field, words, lookup="icontains"):
    return Q(*((f"{field}__{lookup}", word) for word in words))
