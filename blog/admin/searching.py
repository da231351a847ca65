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
    # Each column is asked apart, so that SQLite reads no more than its index: an article's row is long.
    found = Q(pk__in=Article.objects.filter(_holds("title", words)).values("pk"))
    found |= Q(pk__in=Article.objects.filter(_holds("slug", words)).values("pk"))
    files = SourceFile.objects.filter(_holds("path", words)).values("pk")
    found |= Q(pk__in=SourceFile.objects.filter(pk__in=files).values("article"))
    if query:
        found |= Q(pk__in=search.find_for_editors(query))
    return articles.filter(found)


def _holds(field, words):
    return Q(*((f"{field}__icontains", word) for word in words))
