"""The article list: a tab for each state, filters, sort orders, rows and search.

A scope is a string that names a list of articles in forms, such as an import or a filtered list.
"""

import re

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import F, Q
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from blog import extend, search
from blog.articles.models import Article
from blog.articles.queue import TRASH, QueueState
from blog.articles.undoable import SCOPE_LENGTH
from blog.desk.base import require
from blog.desk.columns import short_day
from blog.desk.lists import OwnFiltersList, choice_filter, searched_words
from blog.desk.numbers import read_number, read_numbers
from blog.imports.articles import articles_of_import
from blog.imports.models import ImportRun, SourceFile

STATES = (
    *(QueueState.CHECK, QueueState.CHANGED, QueueState.CHECKED, QueueState.DRAFT, QueueState.HELD),
    *(QueueState.SCHEDULED, QueueState.LIVE, QueueState.PUBLISHED),
)
CHIPS_SHOWN = 3  # filters with a menu of their own; the others are in "More filters"
RISK = F("proof__risk")
# {value of the URL parameter: (label, arguments of order_by())}
ORDERS = {
    "clean": (_("Lowest risk first"), (RISK.asc(nulls_last=True), "-pk")),
    "risk": (_("Highest risk first"), (RISK.desc(nulls_last=True), "-pk")),
    "new": (_("Newest first"), ("-pk",)),
    "old": (_("Longest waiting"), ("pk",)),
    "title": (_("By title"), ("title", "pk")),
}
ROWS_SHOWN = 200  # most on a page: Django's list_max_show_all
BATCH = "batch:"  # followed by the primary key of an import
ARTICLE = "article:"  # followed by the primary key of an article
ALL = "all"  # the list without filters
PAGING = ("p", "all", "order", "shared")  # parameters that do not filter articles


@require_safe
def row_states(request, *, model_admin):
    """Return the marks and states of rows of the list, which is frozen in the browser."""
    require(model_admin.has_view_permission(request))
    keys = read_numbers(re.split(r"\D", request.GET.get("keys", "")), ROWS_SHOWN)
    articles = Article.objects.with_queue_relations().filter(pk__in=keys)
    return render(
        request,
        "admin/blog/article/_row_states.html",
        {"articles": articles, "state": request.GET.get("state", "")},
    )


class QueueFilter(admin.SimpleListFilter):
    """Filter by state. Articles in the trash are listed only if the trash is selected."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*((state.value, state.label) for state in STATES), (TRASH, _("In the trash"))]

    def queryset(self, request, queryset):
        if self.value() == TRASH:
            return queryset.trashed()
        if self.value() in QueueState:
            return queryset.in_queue(self.value(), timezone.now())
        return queryset.in_use()


# Show the findings that most articles of the list share, above the list. Filters nothing.
SharedFilter = choice_filter(
    _("shared findings"), "shared", {"yes": (_("Shared findings"), lambda articles: articles)}
)


# The order of the list, which ArticleList applies. Filters nothing.
OrderFilter = choice_filter(
    _("order"),
    "order",
    {value: (name, lambda articles: articles) for value, (name, _order) in ORDERS.items()},
)


class ArticleList(OwnFiltersList):
    """The changelist. Related rows are fetched only for the current page."""

    def get_ordering(self, request, queryset):
        return ORDERS[self.order][1]

    @property
    def state(self) -> str:
        return self.params.get("state", "")

    @property
    def is_mine(self) -> bool:
        return self.params.get("assigned") == "me"

    @property
    def order(self) -> str:
        """The requested order. By default, articles to review are sorted by risk, others newest first."""
        asked = self.params.get("order")
        if asked in ORDERS:
            return asked
        return "clean" if self.state in (QueueState.CHECK, QueueState.LIVE) else "new"

    def get_results(self, request):
        """Count, sort and slice primary keys only: sorting whole rows takes ten times as long."""
        self.user = request.user
        rows, self.queryset = self.queryset, self.queryset.values_list("pk", flat=True)
        if self.query:
            len(self.queryset)  # No index helps a search, so fetch all keys once, for count and page.
        super().get_results(request)
        is_whole = not self.multi_page or (self.show_all and self.can_show_all)
        keys = list(self.queryset if is_whole else self.result_list)
        self.queryset = rows
        found = rows.model.objects.with_queue_relations().in_bulk(keys)
        self.result_list = [found[key] for key in keys if key in found]
        for describe in extend.worst_marks:
            for key, mark in describe(self.result_list).items():
                found[key].worst_mark = mark

    def tabs(self) -> list[dict]:
        numbers = Article.objects.count_queue(timezone.now())
        tabs = [
            _choice(state.label, self._url(state=state.value), self.state == state, numbers[state])
            for state in STATES
            if numbers[state] or state not in (QueueState.DRAFT, QueueState.LIVE)
        ]
        mine = Article.objects.in_use().assigned_to(self.user).count()
        if mine or self.is_mine:
            url = self._url(assigned="me", state=None)
            tabs.insert(0, _choice(_("Mine"), url, self.is_mine and not self.state, mine))
        is_all = self.state not in {*QueueState, TRASH} and not self.is_mine
        everything = _choice(_("All"), self._url(state=None, assigned=None), is_all)
        return [*tabs, everything, _choice(_("Trash"), self._url(state=TRASH), self.state == TRASH)]

    @cached_property
    def chips(self) -> list[dict]:
        """The filters as menus. chosen: the selected choice, or "". without: the URL without this filter."""
        shown = (spec for spec in self.filter_specs if not isinstance(spec, QueueFilter | OrderFilter))
        return [self._chip(spec) for spec in shown]

    def primary_filters(self) -> list[dict]:
        """Return the first CHIPS_SHOWN filters and the active ones. See secondary_filters()."""
        return [chip for number, chip in enumerate(self.chips) if chip["chosen"] or number < CHIPS_SHOWN]

    def secondary_filters(self) -> list[dict]:
        return [chip for chip in self.chips[CHIPS_SHOWN:] if chip["choices"] and not chip["chosen"]]

    def number_of_filters(self) -> int:
        return sum(bool(chip["chosen"]) for chip in self.chips) + bool(self.query)

    def state_of_rows(self) -> str:
        """Return the state that the tab shows, so that rows need not repeat it; "" in searches."""
        return self.state if self.state in (*QueueState, TRASH) and not self.query else ""

    @cached_property
    def is_of_one_import(self) -> bool:
        """Whether all rows of this page come from the same import, or the list is filtered by it."""
        batches = {
            article.source_file.batch_id if hasattr(article, "source_file") else None
            for article in self.result_list
        }
        return "batch" in self.params or (len(self.result_list) > 1 and len(batches) == 1)

    def orders(self) -> list[dict]:
        return [
            _choice(name, self._url(order=value), value == self.order)
            for value, (name, _order) in ORDERS.items()
        ]

    def order_name(self) -> str:
        return ORDERS[self.order][0]

    def first_and_last(self) -> tuple[int, int]:
        """Return the 1-based positions of the first and last row of this page; the first is 0 if empty."""
        before = (self.page_num - 1) * self.list_per_page
        return before + 1 if self.result_list else 0, before + len(self.result_list)

    def without_search(self) -> str:
        return self.get_query_string({}, ["q", "p"])

    def _chip(self, spec):
        everything, *choices = (
            _choice(str(choice["display"]), choice["query_string"], choice["selected"])
            for choice in spec.choices(self)
        )
        chosen = next((choice["name"] for choice in choices if choice["is_current"]), "")
        return {"title": spec.title, "choices": choices, "chosen": chosen, "without": everything["url"]}

    def _url(self, **values):
        return self.get_query_string(values, ["p"])


def _choice(name, url, is_current, number=None) -> dict:
    """Return a tab or a choice. number: None if its articles are not counted."""
    return {"name": name, "url": url, "is_current": is_current, "number": number}


class ListedArticles(ArticleList):
    """The queryset of the list that a request asks for, without the rows of its page and what they show."""

    def get_results(self, request):
        """Read nothing."""

    @classmethod
    def of(cls, request, model_admin):
        """Return the articles, in the order of the list. Raises IncorrectLookupParameters.

        Filters that are not in use are left out, because they would look up their choices.
        """
        used = [
            each
            for each in model_admin.get_list_filter(request)
            if each is QueueFilter or each.parameter_name in request.GET
        ]
        changelist = cls(
            request,
            model_admin.model,
            list_display=(),
            list_display_links=None,
            list_filter=used,
            date_hierarchy=None,
            search_fields=model_admin.get_search_fields(request),
            list_select_related=False,
            list_per_page=model_admin.list_per_page,
            list_max_show_all=model_admin.list_max_show_all,
            list_editable=(),
            model_admin=model_admin,
            sortable_by=(),
            search_help_text=None,
        )
        return changelist.queryset


def search_articles(articles, text):
    """Return the articles, of any status, that match all words in the full-text search.

    Also returns articles whose title, slug or file path contains all searched_words() as substrings.
    """
    words = searched_words(text)
    query = search.parse(text)
    # Separate queries: each is answered from one index, without reading the wide rows.
    named = Article.objects.filter(_holds("title", words) | _holds("slug", map(str.lower, words), "contains"))
    files = SourceFile.objects.filter(_holds("path", words))
    found = Q(pk__in=named.values("pk"))
    found |= Q(pk__in=SourceFile.objects.filter(pk__in=files.values("pk")).values("article"))
    if query:
        found |= Q(pk__in=search.find_for_editors(query))
    return articles.filter(found)


def titled(articles, text):
    """Return the articles whose title contains all words of the text as substrings."""
    return articles.filter(_holds("title", searched_words(text)))


def _holds(field, words, lookup="icontains"):
    return Q(*((f"{field}__{lookup}", word) for word in words))


def scope_of_batch(batch: ImportRun) -> str:
    return f"{BATCH}{batch.pk}"


def scope_of_article(article: Article) -> str:
    """Return the scope of the import that created the article, or of the article only."""
    run = ImportRun.objects.filter(source_files__article=article).only("pk").first()
    return scope_of_batch(run) if run else f"{ARTICLE}{article.pk}"


def scope_of_list(query: QueryDict) -> str:
    """Return the scope of a list for its query string; "" if it is longer than SCOPE_LENGTH."""
    query = query.copy()
    for name in PAGING:
        query.pop(name, None)
    scope = query.urlencode() or ALL
    return scope if len(scope) <= SCOPE_LENGTH else ""


def articles_in(scope: str, request, articles_admin):
    """Return a queryset of the articles in a scope. Raises Http404 if the scope is invalid."""
    if not scope:  # must not mean all articles
        raise Http404
    if scope.startswith(BATCH):
        return articles_of_import(_batch(scope.removeprefix(BATCH)))
    if scope.startswith(ARTICLE):
        return Article.objects.in_use().filter(pk=read_number(scope.removeprefix(ARTICLE)))
    return _listed(request, articles_admin, QueryDict("" if scope == ALL else scope))


def link_to(scope: str) -> tuple[str, str]:
    """Return the URL and the name of the screen that shows the articles of a scope."""
    key = scope.rpartition(":")[2]
    if scope.startswith(BATCH):
        name = gettext("Import of %(day)s") % {"day": short_day(_batch(key).started_at)}
        return reverse("admin:blog_importrun_change", args=[key]), name
    if scope.startswith(ARTICLE):
        title = Article.objects.filter(pk=key).values_list("title", flat=True).first()
        return reverse("admin:blog_article_proof", args=[key]), title
    filters = "" if scope == ALL else f"?{scope}"
    return reverse("admin:blog_article_changelist") + filters, gettext("Articles")


def _batch(number):
    return get_object_or_404(ImportRun, pk=read_number(number))


def _listed(request, articles_admin, query):
    original = request.GET
    request.GET = query
    try:
        return ListedArticles.of(request, articles_admin)
    except IncorrectLookupParameters:
        raise Http404 from None
    finally:
        request.GET = original
