"""Lists of the admin: the query parameters and searches that they accept, and filters for links to them."""

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext as _

from blog.desk.numbers import read_number

MOST_SEARCHED_WORDS = 10  # SQLite rejects the condition for some hundreds


def text_parameter(request, name: str) -> str:
    """Return a query parameter without characters that a database cannot store or a URL cannot contain."""
    value = request.GET.get(name, "").replace("\x00", "")
    return value.encode("utf-8", "ignore").decode().strip()


def searched_words(text: str) -> list[str]:
    """Return the words of a search that are used."""
    return text.split()[:MOST_SEARCHED_WORDS]


class OwnFiltersList(ChangeList):
    """A changelist that accepts only the parameters of its own filters, and says if a search is cut.

    Django's changelist accepts every lookup of the model's fields. On SQLite, `body__regex=…` would run any
    regular expression, and block all other threads of the worker.
    """

    def get_filters(self, request):
        """Return Django's filters. Raises IncorrectLookupParameters for unknown names and invalid values."""
        if any("\x00" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters("NUL")  # PostgreSQL cannot store it
        try:
            found = super().get_filters(request)
        except (DisallowedModelAdminLookup, OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error
        _specs, _has_specs, unclaimed, *_ = found
        # Django derives these lookups from the parameters of date_hierarchy.
        bounds = {f"{self.date_hierarchy}__{bound}" for bound in ("gte", "lt") if self.date_hierarchy}
        if not unclaimed.keys() <= bounds:
            raise IncorrectLookupParameters("No filter of this list has these parameters.")
        return found

    def get_results(self, request):
        if self.search_fields and len(self.query.split()) > MOST_SEARCHED_WORDS:
            notice = _("Only the first %d words of the search were used.") % MOST_SEARCHED_WORDS
            messages.warning(request, notice)
        super().get_results(request)


class AcceptsOwnFilters:
    """A mixin for a ModelAdmin whose list accepts only the parameters of its filters, and short searches."""

    def get_changelist(self, request, **kwargs):
        return OwnFiltersList

    def get_search_results(self, request, queryset, search_term):
        """Return Django's results. Also used by fields with autocompletion and the image dialog."""
        return super().get_search_results(request, queryset, " ".join(searched_words(search_term)))


class ChoiceFilter(admin.SimpleListFilter):
    """A filter by one of a few choices, {value: (name, function that narrows the queryset)}."""

    choices_by_value = {}

    def lookups(self, request, model_admin):
        return [(value, name) for value, (name, _narrow) in self.choices_by_value.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.choices_by_value:
            return queryset
        _name, narrow = self.choices_by_value[self.value()]
        return narrow(queryset)


def choice_filter(title, parameter_name: str, choices: dict) -> type[admin.SimpleListFilter]:
    """Return a ChoiceFilter with these choices."""
    attributes = {"title": title, "parameter_name": parameter_name, "choices_by_value": choices}
    return type("ChoiceFilter", (ChoiceFilter,), attributes)


class LinkedRowFilter(admin.SimpleListFilter):
    """A filter by a related row, for links on other screens. It is shown only while it is in use."""

    model = None
    field = ""

    def lookups(self, request, model_admin):
        key = request.GET.get(self.parameter_name, "")
        row = self.model.objects.filter(pk=number).first() if (number := read_number(key)) else None
        return [(key, str(row))] if row else []

    def has_output(self):
        """Whether the filter is in use, even for an unknown row: else Django would show all rows."""
        return self.value() is not None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if not self.lookup_choices:
            return queryset.none()
        found = queryset.model.objects.filter(**{self.field: self.value()})
        return queryset.filter(pk__in=found.order_by().values("pk"))


def linked_row_filter(title, parameter_name: str, model, field: str) -> type[admin.SimpleListFilter]:
    """Return a LinkedRowFilter of the rows whose field refers to a row of this model."""
    attributes = {"title": title, "parameter_name": parameter_name, "model": model, "field": field}
    return type("LinkedRowFilter", (LinkedRowFilter,), attributes)
