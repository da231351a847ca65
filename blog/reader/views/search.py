"""The search page, and suggestions while a reader types. Both show only published articles."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from django.core.paginator import Page
from django.db.models import TextChoices
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog import search
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.counts import CategoryCount
from blog.articles.models import Article
from blog.reader import page_head
from blog.reader.context_processors import masthead_categories
from blog.reader.names import language_name
from blog.reader.views.categories import index_categories
from blog.reader.views.pagination import page_number, page_or_404

PER_PAGE = 10
CATEGORIES_OFFERED, AUTHORS_OFFERED = 8, 8
CATEGORIES_LOOKED_THROUGH = 2000
CHOSEN_AT_MOST = 20
YEAR = re.compile("[1-9][0-9]{3}")
LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class Order(TextChoices):
    """The order of the results. The default is the best match first."""

    BEST = "", gettext_lazy("Best match")
    NEWEST = "newest", gettext_lazy("Newest")
    OLDEST = "oldest", gettext_lazy("Oldest")


@require_safe
def search_page(request):
    query = SearchQuery.of(request)
    context = {"query": query, "heading": heading(query), "takes_focus": not query.text}
    if query.parsed:
        number = request.GET.get("page")
        results = SearchResults(query, in_order=PER_PAGE * page_number(number))
        context |= {"results": results, "page": results.page(number)}
        context |= {"carried": f"{query.address}&", "first_page": f"?{query.address}"}
    if not query.parsed or not results.keys:
        context["nearby"] = nearest_categories(query.parsed) or index_categories()
    context["meta"] = page_head.search_metadata(context["heading"], is_form=not request.GET)
    response = render(request, "blog/search.html", context)
    return response if context["meta"].is_indexed else unindexed(response)


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
    """The parameters of a search: text, order, and the filters of the results.

    Invalid parameters are ignored.
    """

    text: str
    categories: list[Category] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    years: tuple[int | None, int | None] = (None, None)  # first and last
    order: Order = Order.BEST
    is_exact: bool = False  # whether to search only for the typed spelling

    @classmethod
    def of(cls, request):
        text = search.clean_text(request.GET.get("q", ""))
        if not text:
            return cls("")
        languages = sorted({code for code in request.GET.getlist("lang") if LANGUAGE.fullmatch(code)})
        order = request.GET.get("sort", "")
        return cls(
            text,
            categories=_chosen(Category, request.GET.getlist("topic")),
            authors=_chosen(Author, request.GET.getlist("author")),
            languages=languages[:CHOSEN_AT_MOST],
            years=_chosen_years(request.GET),
            order=Order(order) if order in Order else Order.BEST,
            is_exact="exact" in request.GET,
        )

    @cached_property
    def parsed(self) -> search.Query:
        return search.parse(self.text)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters)

    @property
    def filters(self) -> list[tuple]:
        """The filters in use as (parameter, value, name)."""
        return [
            *(("topic", category.slug, category.name) for category in self.categories),
            *(("author", author.slug, author.name) for author in self.authors),
            *(("lang", code, language_name(code)) for code in self.languages),
            *(("from", year, _("from %(year)s") % {"year": year}) for year in self.years[:1] if year),
            *(("to", year, _("to %(year)s") % {"year": year}) for year in self.years[1:] if year),
        ]

    @property
    def address(self) -> str:
        """Return the query string of this search, without the page number."""
        return self._address()

    @property
    def removals(self) -> list[tuple[str, str]]:
        """(name, query string without it) of each filter in use."""
        return [(filter_[2], self._address(without=filter_)) for filter_ in self.filters]

    @property
    def unfiltered_address(self) -> str:
        """Return the query string of this search without filters."""
        return self._address(filters=[])

    @property
    def orders(self) -> list[tuple]:
        """(order, query string, whether this order is the current one) for each order."""
        return [(order, self._address(order=order), order == self.order) for order in Order]

    def _address(self, *, filters=None, without=None, order=None):
        filters = self.filters if filters is None else filters
        pairs = [("q", self.text), *(filter_[:2] for filter_ in filters if filter_ != without)]
        order = self.order if order is None else order
        pairs += [("sort", order.value)] if order.value else []
        return urlencode([*pairs, *([("exact", 1)] if self.is_exact else [])])

    @property
    def exact_address(self) -> str:
        """Return the query string of a search for only the typed spelling."""
        return urlencode({"q": self.text, "exact": 1})


@dataclass(frozen=True, slots=True)
class Choice:
    """A category, author or language by which the results can be filtered."""

    value: str
    name: str
    count: int | None
    is_chosen: bool


class SearchResults:
    """The keys of the results in the chosen order, and the values by which they can be filtered.

    If hardly any article matches and the intended spelling is clear, these are the results for that spelling.
    Only the first `in_order` results are put in order.
    """

    def __init__(self, query: SearchQuery, in_order: int):
        self.query = query
        self.in_order = in_order
        self.published = Article.objects.published()
        self.parsed, self.spelling, self.broader = query.parsed, None, []
        everywhere = self._find()
        self.typed_count = len(everywhere)
        if self.typed_count <= search.FEW and not query.is_exact:
            self.spelling = search.suggest_spelling(self.parsed, self.published)
        if self.is_corrected:
            self.parsed = search.parse(self.spelling.text)
            everywhere = self._find()
        elif not everywhere:
            self.broader = search.broaden(self.parsed, self.published)
            if self.broader:  # highlight only the words that count
                terms = dict.fromkeys(term for narrower in self.broader for term in narrower.terms)
                self.parsed = replace(self.parsed, terms=tuple(terms))
                everywhere = self._find()
        self.is_cut = len(everywhere) > search.MAX_RESULTS
        self.everywhere = everywhere[: search.MAX_RESULTS]
        self.keys = self.everywhere
        self.has_more = self.is_cut
        if query.is_narrowed and everywhere:
            narrowed = self._find(self._narrow())
            self.has_more = len(narrowed) > search.MAX_RESULTS
            self.keys = narrowed[: search.MAX_RESULTS]

    def _find(self, within=None):
        if self.broader:
            return search.find_any(self.broader, self.published, within)
        if self.query.order != Order.BEST:
            among = self.published if within is None else within
            return search.find_dated(self.parsed, among, oldest_first=self.query.order == Order.OLDEST)
        is_shown = within is not None or not self.query.is_narrowed
        return search.find(self.parsed, self.published, within, self.in_order if is_shown else 0)

    @property
    def is_corrected(self) -> bool:
        return bool(self.spelling and self.spelling.is_sure)

    def page(self, number: str | None) -> Page:
        """Return a page of articles with marked_title, extract and sections, which highlight matches."""
        page = page_or_404(self.keys, number, PER_PAGE)
        page.object_list = Article.objects.hits(page.object_list)
        for article in page.object_list:
            article.marked_title = search.marked(article.title, self.parsed)
            article.extract, place = search.extract(article.plain_text, self.parsed)
            article.sections = search.matching_sections(
                article.contents, article.plain_text, place, self.parsed
            )
        return page

    @cached_property
    def named(self) -> dict[str, list]:
        return find_named(self.parsed, self.published)

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
    def authors(self) -> list[Choice]:
        counts = dict(Author.objects.counts_for_articles(self.everywhere, AUTHORS_OFFERED))
        return [
            Choice(author.slug, author.name, self._count(counts.get(author)), author in self.query.authors)
            for author in dict.fromkeys([*counts, *self.query.authors])
        ]

    @cached_property
    def languages(self) -> list[Choice]:
        """The languages of the results; [] if there is only one."""
        counts = {language: count for language, (count, *_years) in self._by_language.items()}
        chosen = self.query.languages
        codes = list(dict.fromkeys([*counts, *chosen]))
        return [
            Choice(code, language_name(code), self._count(counts.get(code)), code in chosen)
            for code in codes
            if len(codes) > 1
        ]

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and last year of the results; None if there is only one, and no year is chosen."""
        found = [year for _count, *years in self._by_language.values() for year in years]
        is_choice = found and (min(found) < max(found) or any(self.query.years))
        return (min(found), max(found)) if is_choice else None

    @cached_property
    def _by_language(self):
        return Article.objects.count_by_language(self.everywhere)

    def _count(self, number):
        """Return the count, or None if there are more results than were counted."""
        return None if self.is_cut else number

    def _narrow(self):
        articles = self.published
        if self.query.categories:
            articles = articles.in_any_category(self.query.categories)
        if self.query.authors:
            articles = articles.by_any_author(self.query.authors)
        if self.query.languages:
            articles = articles.in_any_language(self.query.languages)
        if any(self.query.years):
            articles = articles.in_years_between(*self.query.years)
        return articles


def _chosen(model, slugs):
    """Return the rows with a public page that have one of these slugs."""
    slugs = sorted({slug for slug in slugs if "\0" not in slug})[:CHOSEN_AT_MOST]
    return list(model.objects.with_public_page().filter(slug__in=slugs)) if slugs else []


def _chosen_years(parameters) -> tuple[int | None, int | None]:
    """Return the first and last year of the search. Each may be None."""
    first, last = (_past_year(parameters.get(name, "")) for name in ("from", "to"))
    return (last, first) if first and last and first > last else (first, last)


def _past_year(text):
    year = int(text) if YEAR.fullmatch(text) else None
    return year if year and year <= timezone.localtime().year else None


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
        newest = Article.objects.published().newest_first()[:TITLES]
        found = {"topics": masthead_categories(), "latest": _with_shown_fields(newest)}
    elif len(text) >= SHORTEST:
        found, results = _matches(query), _count_results(query)
    found = {name: [row for row in rows if row.get_absolute_url()] for name, rows in found.items()}
    context = {"text": text, "query": query, "number": sum(map(len, found.values()))}
    context |= {"results": results, **found}
    return unindexed(render(request, "blog/_suggestions.html", context))


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
    return {
        name: sorted(rows, key=lambda row: (len(row.name), row.name))[:NAMES] for name, rows in found.items()
    }


def unindexed(response):
    """Set noindex for search engines on a response. They may still follow its links."""
    response["X-Robots-Tag"] = "noindex, follow"
    return response
