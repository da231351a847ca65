"""The search page, and suggestions while the reader types. Both show only published articles."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.core.paginator import Page
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog import search
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.counts import CategoryCount
from blog.articles.models import Article
from blog.reader import page_head
from blog.reader.views.categories import index_categories
from blog.reader.views.pagination import page_or_404

PER_PAGE = 10
CATEGORIES_OFFERED, YEARS_OFFERED = 8, 12
CATEGORIES_LOOKED_THROUGH = 2000
CHOSEN_AT_MOST = 20
NAMED_OFFERED, NAMED_LOOKED_THROUGH = 3, 20  # categories and authors each; articles to take them from
SUGGESTIONS = 7
SHORTEST_SUGGESTED_FOR = 2  # characters
YEAR = re.compile("[1-9][0-9]{3}")


@require_safe
def search_page(request):
    query = SearchQuery.of(request)
    context = {"query": query, "heading": heading(query), "takes_focus": not query.text}
    if query.parsed:
        results = SearchResults(query)
        context |= {"results": results, "page": results.page(request.GET.get("page"))}
        context |= {"carried": f"{query.address}&", "first_page": f"?{query.address}"}
    if not query.parsed or not results.keys:
        context["nearby"] = nearest_categories(query.parsed) or index_categories()
    context["meta"] = page_head.search_metadata(context["heading"], is_form=not request.GET)
    response = render(request, "blog/search.html", context)
    return response if context["meta"].is_indexed else unindexed(response)


@require_safe
def suggestions(request):
    """Return, as JSON, the titles and URLs of articles whose titles match the text typed so far."""
    text = search.clean_text(request.GET.get("q", ""))
    articles = Article.objects.published()
    keys = []
    if len(text) >= SHORTEST_SUGGESTED_FOR:
        keys = search.find_titles(search.parse(text), articles, SUGGESTIONS)
    titles = articles.filter(pk__in=keys).newest_first().only("title", "slug", "language")
    found = [
        {"title": article.title, "url": article.get_absolute_url(), **page_head.text_language(article)}
        for article in titles
        if article.get_absolute_url()
    ]
    return unindexed(JsonResponse({"suggestions": found}))


def unindexed(response):
    """Set noindex for search engines on a response. They may still follow its links."""
    response["X-Robots-Tag"] = "noindex, follow"
    return response


def nearest_categories(query: search.Query) -> list[Category]:
    """Return the categories whose names are most similar to the words of a query, best first."""
    if not query:
        return []
    names = CategoryCount.objects.names_of_highest("articles", CATEGORIES_LOOKED_THROUGH)
    near = search.near_names(query, names)
    categories = Category.objects.filter(pk__in=near).defer("description").most_used() if near else []
    return sorted(categories, key=lambda category: -near[category.pk])[:CATEGORIES_OFFERED]


def heading(query) -> str:
    return _("Search: %(text)s") % {"text": query.text} if query.text else _("Search")


@dataclass(frozen=True)
class SearchQuery:
    """The parameters of a search: text, and the categories and years by which results are filtered.

    Invalid parameters are ignored.
    """

    text: str
    categories: list[Category] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    is_exact: bool = False  # whether to search only for the typed spelling

    @classmethod
    def of(cls, request):
        text = search.clean_text(request.GET.get("q", ""))
        if not text:
            return cls("")
        slugs = sorted({slug for slug in request.GET.getlist("topic") if "\0" not in slug})[:CHOSEN_AT_MOST]
        categories = list(Category.objects.with_public_page().filter(slug__in=slugs)) if slugs else []
        years = {int(year) for year in request.GET.getlist("year") if YEAR.fullmatch(year)}
        past = sorted(year for year in years if year <= timezone.localtime().year)
        return cls(text, categories, past[:CHOSEN_AT_MOST], "exact" in request.GET)

    @cached_property
    def parsed(self) -> search.Query:
        return search.parse(self.text)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.categories or self.years)

    @property
    def address(self) -> str:
        """Return the query string of this search, without the page number."""
        pairs = [("q", self.text), *(("topic", category.slug) for category in self.categories)]
        pairs += [("year", year) for year in self.years]
        return urlencode([*pairs, *([("exact", 1)] if self.is_exact else [])])

    @property
    def exact_address(self) -> str:
        """Return the query string of a search for only the typed spelling."""
        return urlencode({"q": self.text, "exact": 1})


@dataclass(frozen=True, slots=True)
class Choice:
    """A category or year by which the results can be filtered."""

    value: str | int
    name: str | int
    count: int | None
    is_chosen: bool


class SearchResults:
    """The keys of the results, best first, and the categories and years by which they can be filtered.

    If no article matches and the intended spelling is clear, these are the results for that spelling.
    """

    def __init__(self, query: SearchQuery):
        self.query = query
        self.published = Article.objects.published()
        self.parsed, self.spelling = query.parsed, None
        everywhere = search.find(self.parsed, self.published)
        if not everywhere and not query.is_exact:
            self.spelling = search.suggest_spelling(self.parsed, self.published)
        if self.is_corrected:
            self.parsed = search.parse(self.spelling.text)
            everywhere = search.find(self.parsed, self.published)
        self.is_cut = len(everywhere) > search.MAX_RESULTS
        self.everywhere = everywhere[: search.MAX_RESULTS]
        self.keys = self.everywhere
        self.has_more = self.is_cut
        if query.is_narrowed and everywhere:
            narrowed = search.find(self.parsed, self.published, self._narrow())
            self.has_more = len(narrowed) > search.MAX_RESULTS
            self.keys = narrowed[: search.MAX_RESULTS]

    @property
    def is_corrected(self) -> bool:
        return bool(self.spelling and self.spelling.is_sure)

    def page(self, number: str | None) -> Page:
        """Return a page of articles, each with marked_title and extract, which highlight the matches."""
        page = page_or_404(self.keys, number, PER_PAGE)
        page.object_list = Article.objects.hits(page.object_list)
        for article in page.object_list:
            article.marked_title = search.marked(article.title, self.parsed)
            article.extract = search.extract(article.plain_text, self.parsed)
        return page

    @cached_property
    def named(self) -> dict[str, list]:
        """The categories and authors whose names contain all terms: {"categories": …, "authors": …} or {}."""
        keys = search.find_named(self.parsed, self.published, NAMED_LOOKED_THROUGH)
        if not keys:
            return {}
        found = {
            "categories": Category.objects.of_articles(keys),
            "authors": Author.objects.of_articles(keys),
        }
        return {name: self._best_named(rows) for name, rows in found.items()}

    def _best_named(self, rows):
        named = [row for row in rows if search.holds_all(row.name, self.parsed)]
        return sorted(named, key=lambda row: (len(row.name), row.name))[:NAMED_OFFERED]

    @cached_property
    def categories(self) -> list[Choice]:
        counts = dict(Category.objects.counts_for_articles(self.everywhere, CATEGORIES_OFFERED))
        return [
            Choice(
                category.slug,
                category.name,
                self._count(counts.get(category)),
                category in self.query.categories,
            )
            for category in dict.fromkeys([*counts, *self.query.categories])
        ]

    @cached_property
    def years(self) -> list[Choice]:
        counts = Article.objects.count_by_year(self.everywhere)
        chosen = self.query.years
        return [
            Choice(year, year, self._count(counts.get(year)), year in chosen)
            for year in sorted({*list(counts)[:YEARS_OFFERED], *chosen}, reverse=True)
        ]

    def _count(self, number):
        """Return the count, or None if there are more results than were counted."""
        return None if self.is_cut else number

    def _narrow(self):
        articles = self.published
        if self.query.categories:
            articles = articles.in_any_category(self.query.categories)
        if self.query.years:
            articles = articles.in_years(self.query.years)
        return articles
