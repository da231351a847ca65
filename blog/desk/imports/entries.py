"""The screen of import entries, read-only. The imports themselves are in blog/desk/imports/import_run.py."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from blog.desk.base import PublicAdmin
from blog.desk.columns import change_link
from blog.desk.import_words import OUTCOMES, lines_for_editors
from blog.desk.lists import AcceptsOwnFilters, linked_row_filter
from blog.imports.models import ImportEntry, ImportRun

# Columns of articles that lists of imports do not show.
HEAVY = tuple(f"article__{name}" for name in ("body", "body_html", "plain_text", "contents"))


class ReadOnlyAdmin(AcceptsOwnFilters, admin.ModelAdmin):
    list_per_page = PublicAdmin.list_per_page

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class OutcomeFilter(admin.SimpleListFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return list(OUTCOMES.items())

    def queryset(self, request, queryset):
        return queryset.filter(outcome=self.value()) if self.value() else queryset


# Filter by an import, whose page links to its entries and held updates.
LinkedBatchFilter = linked_row_filter(_("import batch"), "batch__id__exact", ImportRun, "batch")


@admin.register(ImportEntry)
class ImportEntryAdmin(ReadOnlyAdmin):
    """The entries of one import, linked from it. The dashboard does not list this screen."""

    list_display = ("file", "outcome_in_words", "said", "article_link")
    list_filter = (OutcomeFilter, LinkedBatchFilter)
    list_select_related = ("article",)
    search_fields = ("file", "message")
    fields = ("batch", "file", "outcome_in_words", "said", "article_link")
    readonly_fields = ("outcome_in_words", "said", "article_link")

    def has_module_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*HEAVY)

    @admin.display(description=_("Outcome"), ordering="outcome")
    def outcome_in_words(self, entry):
        return outcome_word(entry.outcome)

    @admin.display(description=_("Messages"))
    def said(self, entry):
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines_for_editors(entry.notices)))

    @admin.display(description=_("Article"))
    def article_link(self, entry):
        return change_link(entry.article) if entry.article else None


def outcome_word(outcome):
    return OUTCOMES.get(outcome, outcome)
