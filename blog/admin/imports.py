"""Import batches and their entries, read-only."""

from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from blog.admin.columns import change_link, list_link
from blog.admin.public import PublicAdmin
from blog.admin.wording import in_editors_words
from blog.models import Article, HeldUpdate, ImportBatch, ImportEntry

SHOWN_ENTRIES = 100
OUTCOMES = ("created", "updated", "unchanged", "held", "conflict", "rejected", "skipped")


class ReadOnlyAdmin(admin.ModelAdmin):
    list_per_page = PublicAdmin.list_per_page

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "source_name", "root", *OUTCOMES)
    list_filter = ("source_name",)
    search_fields = ("source_name", "root")
    date_hierarchy = "started_at"
    fields = (("source_name", "root"), ("started_at", "finished_at"), OUTCOMES, "articles", "entries")
    readonly_fields = ("articles", "entries")

    @admin.display(description=_("Articles"))
    def articles(self, batch):
        return list_link(Article, _("Articles that this batch created"), batch=batch.pk)

    @admin.display(description=_("Files"))
    def entries(self, batch):
        """The first entries, and a link to all of each outcome: a batch may hold ten thousand."""
        numbers = batch.entries.order_by().values_list("outcome").annotate(number=Count("pk"))
        links = [
            (
                list_link(
                    ImportEntry,
                    f"{outcome_word(outcome)} ({number})",
                    batch__id__exact=batch.pk,
                    outcome=outcome,
                ),
            )
            for outcome, number in sorted(numbers)
        ]
        rows = [
            (outcome_word(entry.outcome), _file_link(entry), said(entry))
            for entry in batch.entries.select_related("article").defer(*_heavy("article"))[:SHOWN_ENTRIES]
        ]
        if batch.held_updates.waiting().exists():
            links.append((list_link(HeldUpdate, _("What waits of it"), batch__id__exact=batch.pk),))
        return format_html(
            '<p class="outcomes">{}</p><table class="entries"><tbody>{}</tbody></table>',
            format_html_join(" ", "{}", links),
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
        )


class OutcomeFilter(admin.SimpleListFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [(outcome, outcome_word(outcome)) for outcome in OUTCOMES]

    def queryset(self, request, queryset):
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(ImportEntry)
class ImportEntryAdmin(ReadOnlyAdmin):
    """All entries of a batch, reached from the batch: the index does not list it."""

    list_display = ("file", "outcome_in_words", "said", "article_link")
    list_filter = (OutcomeFilter,)
    list_select_related = ("article",)
    search_fields = ("file", "message")
    fields = ("batch", "file", "outcome_in_words", "said", "article_link")
    readonly_fields = ("outcome_in_words", "said", "article_link")

    def has_module_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*_heavy("article"))

    @admin.display(description=_("Outcome"), ordering="outcome")
    def outcome_in_words(self, entry):
        return outcome_word(entry.outcome)

    @admin.display(description=_("What was said"))
    def said(self, entry):
        return said(entry)

    @admin.display(description=_("Article"))
    def article_link(self, entry):
        return change_link(entry.article) if entry.article else None


def outcome_word(outcome):
    """Return what a batch calls the number of files with this outcome."""
    return ImportBatch._meta.get_field(outcome).verbose_name if outcome in OUTCOMES else outcome


def said(entry):
    """The message and the warnings of an entry, one a line."""
    lines = [(in_editors_words(line),) for line in (entry.message, *entry.warnings) if line]
    return format_html_join("", "<p>{}</p>", lines)


def _file_link(entry):
    return change_link(entry.article, entry.file) if entry.article else entry.file


def _heavy(relation):
    return [f"{relation}__{field}" for field in ("body", "body_html", "plain_text", "contents")]
