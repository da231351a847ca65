"""The activity page: who did what, with filters, and as a CSV file."""

import csv
import itertools
import re
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.desk.activity_entries import KINDS, Activity, is_number

ENTRIES_ON_A_PAGE = 100
ENTRIES_AT_ONCE = 500  # read at a time for the CSV file
LATELY = 8
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel does not recognise UTF-8
# Characters that begin a formula in spreadsheets: owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Person(forms.ModelChoiceField):
    def label_from_instance(self, user):
        name, account = user.get_full_name(), user.get_username()
        return f"{name} ({account})" if name else account


class DayInput(forms.DateInput):
    """An <input type="date">, which can hold valid dates only."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")

    def format_value(self, value):
        text = super().format_value(value) or ""
        return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


class Day(forms.DateField):
    """A day, limited to years that databases can store in every time zone."""

    def __init__(self, **options):
        bounds = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(required=False, validators=bounds, widget=DayInput, **options)


class FilterForm(forms.Form):
    person = Person(None, label=gettext_lazy("Person"), required=False, empty_label=gettext_lazy("Everybody"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("Everything")), *KINDS.items()],
    )
    article = forms.CharField(label=gettext_lazy("Article"), required=False, max_length=300)
    since = Day(label=gettext_lazy("From"))
    until = Day(label=gettext_lazy("To"))

    def __init__(self, activity, *args, **kwargs):
        super().__init__(*args, **kwargs)
        users = get_user_model().objects.filter(pk__in=activity.log().order_by().values("user"))
        self.fields["person"].queryset = users.order_by("first_name", "last_name", "username")

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return self.cleaned_data

    @property
    def filters(self) -> dict:
        """Return arguments for Activity.keys(): days become datetimes, and the last day is included."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return self.cleaned_data | {
            "since": since and _beginning(since),
            "until": until and _beginning(until + timedelta(days=1)),
        }


@require_safe
def activity_page(request, site):
    activity = _activity(request, site)
    form = FilterForm(activity, request.GET)
    keys = activity.keys(**form.filters) if form.is_valid() else []
    page = Paginator(keys, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": _("Log"),
        "form": form,
        "page": page,
        "entries": list(activity.read(page.object_list)),
        "query": query.urlencode(),
        "article": _article(form),
        "is_narrowed": any(query.values()),
    }
    return TemplateResponse(request, "admin/activity.html", site.each_context(request) | context)


@require_safe
def activity_file(request, site):
    activity = _activity(request, site)
    form = FilterForm(activity, request.GET)
    if not form.is_valid():  # the page shows the errors
        return HttpResponseRedirect(reverse("admin:activity", query=request.GET))
    name = f"log-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(activity, activity.keys(**form.filters)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def lately(request, site) -> list:
    """Return the latest entries that this user may see, for the home page of the desk."""
    activity = Activity(site, request)
    return list(activity.read(activity.keys()[:LATELY])) if activity.is_allowed else []


def csv_lines(activity, keys):
    """Yield the lines of the CSV file; entries are read in batches, so that memory use is bounded."""
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow(
        [_("When"), _("Account"), _("Person"), _("What"), _("Kind"), _("Number"), _("Name"), _("Note")]
    )
    for some in itertools.batched(keys.iterator(chunk_size=ENTRIES_AT_ONCE), ENTRIES_AT_ONCE):
        yield "".join(writer.writerow(map(harmless, _row(entry))) for entry in activity.read(some))


def harmless(cell: str) -> str:
    """Return the cell escaped so that spreadsheets do not execute it as a formula."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA_STARTS) or cell[:1] in {*"\t\r\n"} else cell


class Echo:
    """A file-like object whose write() returns the text, for csv.writer."""

    def write(self, text):
        return text


def _row(entry):
    account = entry.person.get_username() if entry.person else ""
    when = timezone.localtime(entry.at).isoformat(timespec="seconds")
    return [when, account, entry.who, entry.kind_word, entry.model, entry.number, entry.name, entry.said]


def _activity(request, site):
    activity = Activity(site, request)
    if not activity.is_allowed:
        raise PermissionDenied
    return activity


def _article(form):
    """Return the article whose primary key was entered, or None."""
    asked = form.cleaned_data.get("article", "")
    return Article.objects.filter(pk=asked).only("title").first() if is_number(asked) else None


def _beginning(day):
    return timezone.make_aware(datetime.combine(day, time_of_day.min))
