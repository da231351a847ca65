"""Filters of the article list. Those on related rows offer only the most used ones."""

from functools import cache

from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.links import ArticleAuthor
from blog.articles.models import Article
from blog.articles.series import Series
from blog.base.queries import CompiledQuery
from blog.desk.lists import choice_filter, linked_row_filter
from blog.desk.numbers import read_numbers
from blog.documents.findings.kinds import FindingKind
from blog.imports.articles import imported_entries
from blog.imports.models import ImportRun
from blog.review.kinds import kind_label
from blog.review.marks import with_blocking_marks, without_marks
from blog.review.models import Finding, Person

LIMIT = 12  # choices of a filter: there may be thousands of categories


@cache
def _offered_by(kind: type["MostUsedFilter"]) -> CompiledQuery:
    return CompiledQuery(lambda _rows: kind.offered()[:LIMIT])


class MostUsedFilter(admin.SimpleListFilter):
    """Filter by one of the most frequent values, or by the value in the URL."""

    field = ""
    without = {}

    def lookups(self, request, model_admin):
        values = [str(value) for (value,) in _offered_by(type(self)).rows(Article.objects)]
        requested = request.GET.get(self.parameter_name)
        if requested and requested not in values:
            values.append(requested)
        return self.choices_for(values)

    @classmethod
    def offered(cls):
        # Not Count("pk"), for which PostgreSQL would read all rows instead of an index.
        rows = Article.objects.order_by().values(cls.field).annotate(number=Count("*")).order_by("-number")
        used = rows.exclude(**{f"{cls.field}__isnull": True}).exclude(**cls.without)
        return used.values_list(cls.field)

    def choices_for(self, values):
        return [(value, value) for value in values]

    def queryset(self, request, queryset):
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class GeneratorFilter(MostUsedFilter):
    title = _("AI model")
    parameter_name = "generated_by"
    field = "generated_by"
    without = {"generated_by": ""}


WrittenByFilter = choice_filter(
    _("written by"),
    "written_by",
    {
        "machine": (_("AI"), lambda articles: articles.written_by_machines()),
        "people": (_("People"), lambda articles: articles.written_by_people()),
        "unsaid": (_("Not specified"), lambda articles: articles.without_provenance()),
    },
)


class RowFilter(MostUsedFilter):
    """Filter by a related row, whose primary key is in the URL."""

    model = None

    def has_output(self):
        """Also true for an unknown value. Otherwise Django would ignore the filter and list all articles."""
        return bool(self.lookup_choices) or self.value() is not None

    def choices_for(self, values):
        numbers = read_numbers(values)
        rows = self.model.objects.in_bulk(numbers)
        return [(str(number), str(rows[number])) for number in numbers if number in rows]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        known = dict(self.lookup_choices)
        return self.having(queryset) if self.value() in known else queryset.none()

    def having(self, queryset):
        return queryset.filter(**{self.field: self.value()})


class CategoryFilter(RowFilter):
    title = _("primary category")
    parameter_name = "category"
    field = "primary_category"
    model = Category


class BatchFilter(RowFilter):
    """Filter by import. Offers the newest imports, the cheapest to find."""

    title = _("import")
    parameter_name = "batch"
    model = ImportRun

    @classmethod
    def offered(cls):
        return ImportRun.objects.order_by("-pk").values_list("pk")

    def having(self, queryset):
        return queryset.filter(pk__in=imported_entries([self.value()]).values("article"))


class MarkFilter(admin.SimpleListFilter):
    """Filter by the marks of the articles: none, a person, a kind of finding, or what an extension adds."""

    title = _("mark")
    parameter_name = "mark"

    def lookups(self, request, model_admin):
        kinds = set(Finding.objects.order_by().values_list("kind", flat=True).distinct())
        known = [*map(str, FindingKind), *(kind.name for kind in extend.finding_kinds)]
        found = [(kind, kind_label(kind)) for kind in known if kind in kinds]
        added = [(choice.name, choice.label) for choice in extend.mark_choices]
        return [("none", _("No marks")), ("person", _("A person or a quotation")), *found, *added]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return without_marks(queryset)
        if self.value() == "person":
            return with_blocking_marks(queryset)
        for choice in extend.mark_choices:
            if self.value() == choice.name:
                return choice.having(queryset)
        if self.value() not in dict(self.lookup_choices):
            return queryset
        found = Finding.objects.filter(kind=self.value(), is_settled=False).order_by()
        return queryset.filter(pk__in=found.values("article"))


FlagFilter = choice_filter(
    _("flag"),
    "flag",
    {
        "featured": (_("Featured"), lambda articles: articles.filter(is_featured=True)),
        "trending": (_("Trending"), lambda articles: articles.filter(is_trending=True)),
    },
)


NotesFilter = choice_filter(
    _("notes"), "notes", {"open": (_("With open notes"), lambda articles: articles.with_open_notes())}
)


SubmittedFilter = choice_filter(
    _("submitted"), "submitted", {"yes": (_("Waiting for an Editor"), lambda articles: articles.submitted())}
)


class AuthorFilter(RowFilter):
    title = _("author")
    parameter_name = "author"
    model = Author

    @classmethod
    def offered(cls):
        rows = ArticleAuthor.objects.order_by().values("author").annotate(number=Count("pk"))
        return rows.order_by("-number", "author").values_list("author")

    def having(self, queryset):
        links = ArticleAuthor.objects.filter(author=self.value()).order_by()
        return queryset.filter(pk__in=links.values("article"))


# Filter by a person named in the articles, for links from the people screen. Offers no choices.
PersonFilter = linked_row_filter(_("person"), "person", Person, "mentions__person")


# Filter by a category, at any level.
LinkedCategoryFilter = linked_row_filter(_("category"), "categories__id__exact", Category, "categories")


LinkedSeriesFilter = linked_row_filter(_("series"), "series__id__exact", Series, "series")
