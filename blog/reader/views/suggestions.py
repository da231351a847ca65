"""Suggestions while a reader types a search: titles, categories and authors of published articles."""

from functools import partial

from django.shortcuts import render
from django.views.decorators.http import require_safe

from blog import search
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.reader.context_processors import masthead_categories

TITLES = 5
NAMES, ARTICLES_READ = 3, 20  # categories and authors each; articles to take them from
SHORTEST = 2  # characters of a text


@require_safe
def suggestions(request):
    """Return the list of suggestions for the text typed so far, as a part of a page.

    Without a text, the suggestions are the categories of the masthead and the latest articles.
    """
    text = search.clean_text(request.GET.get("q", ""))
    query = search.parse(text)
    found, results = {}, 0
    if not text:
        found = _first_suggestions()
    elif len(text) >= SHORTEST:
        found, results = _matches(query), _count_results(query)
    found = {name: [row for row in rows if row.get_absolute_url()] for name, rows in found.items()}
    context = {"text": text, "query": query, "number": sum(map(len, found.values()))}
    context |= {"results": results, **found}
    return unindexed(render(request, "blog/_suggestions.html", context))


def _first_suggestions():
    newest = Article.objects.published().newest_first()[:TITLES]
    return {"topics": masthead_categories(), "latest": _with_shown_fields(newest)}


def _matches(query) -> dict[str, list]:
    """Return the articles, categories and authors that match, with what a suggestion shows of them."""
    articles = Article.objects.published()
    keys = search.find_titles(query, articles, TITLES)
    named = {name: [row.pk for row in rows] for name, rows in find_named(query, articles).items()}
    topics, authors = named.get("categories"), named.get("authors")
    return {
        "articles": _with_shown_fields(articles.filter(pk__in=keys).newest_first()) if keys else [],
        "topics": Category.objects.filter(pk__in=topics).defer("description").most_used() if topics else [],
        "authors": Author.objects.with_article_ends(authors),
    }


def _count_results(query) -> int:
    """Return the number of results of a search, or 0 if there are more than it shows."""
    number = len(search.find_dated(query, Article.objects.published()))
    return number if number <= search.MAX_RESULTS else 0


def _with_shown_fields(articles):
    return list(articles.only("title", "slug", "language", "published_at"))


def find_named(query: search.Query, articles) -> dict[str, list]:
    """Return the categories and authors whose names contain all terms: {"categories", "authors"} or {}."""
    keys = search.find_named(query, articles, ARTICLES_READ)
    if not keys:
        return {}
    is_wanted = partial(search.holds_all, query=query)
    found = {
        "categories": Category.objects.of_articles(keys, is_wanted),
        "authors": Author.objects.of_articles(keys, is_wanted),
    }
    return {name: _shortest(rows) for name, rows in found.items()}


def _shortest(rows):
    return sorted(rows, key=lambda row: (len(row.name), row.name))[:NAMES]


def unindexed(response):
    """Set noindex for search engines on a response. They may still follow its links."""
    response["X-Robots-Tag"] = "noindex, follow"
    return response
