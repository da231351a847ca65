"""Suggestions while a reader types a search: titles, topics and authors of published articles."""

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog import search
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.reader import page_head

TITLES = 5
NAMES, ARTICLES_READ = 3, 20  # categories and authors each; articles to take them from
SHORTEST = 2  # characters of a text


@require_safe
def suggestions(request):
    """Return, as JSON, links that match the text typed so far: {"suggestions": [{"title", "url"}]}.

    Topics and authors follow the articles, and have their kind. Titles have lang and dir if these differ from
    those of the site.
    """
    text = search.clean_text(request.GET.get("q", ""))
    found = _links(search.parse(text)) if len(text) >= SHORTEST else []
    return unindexed(JsonResponse({"suggestions": found}))


def _links(query):
    articles = Article.objects.published()
    keys = search.find_titles(query, articles, TITLES)
    titles = articles.filter(pk__in=keys).newest_first().only("title", "slug", "language") if keys else ()
    links = [
        {"title": row.title, "url": row.get_absolute_url(), **page_head.text_language(row)} for row in titles
    ]
    for kind, rows in zip((_("Topic"), _("Author")), find_named(query, articles).values(), strict=False):
        links += [{"title": row.name, "url": row.get_absolute_url(), "kind": kind} for row in rows]
    return [link for link in links if link["url"]]


def find_named(query: search.Query, articles) -> dict[str, list]:
    """Return the categories and authors whose names contain all terms: {"categories", "authors"} or {}."""
    keys = search.find_named(query, articles, ARTICLES_READ)
    if not keys:
        return {}
    found = {"categories": Category.objects.of_articles(keys), "authors": Author.objects.of_articles(keys)}
    return {name: _best(rows, query) for name, rows in found.items()}


def _best(rows, query):
    named = [row for row in rows if search.holds_all(row.name, query)]
    return sorted(named, key=lambda row: (len(row.name), row.name))[:NAMES]


def unindexed(response):
    """Set noindex for search engines on a response. They may still follow its links."""
    response["X-Robots-Tag"] = "noindex, follow"
    return response
