"""The screen of the activity log: a filtered list of actions and their users, and the same as CSV."""

import itertools
import re
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.desk.activity import ENTRIES_AT_ONCE, Activity, kinds
from blog.desk.base import require
from blog.desk.numbers import read_number
from blog.desk.spreadsheets import csv_response

ACTS_ON_A_PAGE = 50
ENTRIES_SCANNED = 10_000  # for a page: 0.3 s


class UserChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        name, account = user.get_full_name(), user.get_username()
        return f"{name} ({account})" if name else account


class DayInput(forms.DateInput):
    """An <input type="date">, which accepts only valid dates as its value."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")

    def format_value(self, value):
        text = super().format_value(value) or ""
        return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


class Day(forms.DateField):
    """A date field, limited to years that databases can store in every time zone."""

    def __init__(self, **options):
        bounds = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(required=False, validators=bounds, widget=DayInput, **options)


class FilterForm(forms.Form):
    person = UserChoiceField(
        None, label=gettext_lazy("User"), required=False, empty_label=gettext_lazy("Everyone")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Action"),
        required=False,
        choices=lambda: [("", gettext_lazy("Everything")), *kinds().items()],
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
            self.add_error("until", _("The end date is before the start date."))
        return self.cleaned_data

    @property
    def filters(self) -> dict:
        """Return the arguments of Activity.keys(). Days become datetimes, and the last day is included."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return self.cleaned_data | {
            "since": since and _beginning(since),
            "until": until and _beginning(until + timedelta(days=1)),
        }


@require_safe
def activity_page(request, site):
    activity = _activity(request, site)
    form = FilterForm(activity, request.GET)
    keys = activity.keys(**form.filters) if form.is_valid() else LogEntry.objects.none()
    start, total = read_number(request.GET.get("start", "")), keys.count()
    acts, number = activity.acts(keys, start, ACTS_ON_A_PAGE, ENTRIES_SCANNED)
    context = {
        "title": _("Activity log"),
        "form": form,
        "acts": acts,
        "total": total,
        "start": start,
        "following": start + number if start + number < total else None,
        "article": _article(form),
        "is_narrowed": any(value for name, value in request.GET.items() if name != "start"),
    }
    return TemplateResponse(request, "admin/activity.html", site.each_context(request) | context)


@require_safe
def activity_file(request, site):
    activity = _activity(request, site)
    form = FilterForm(activity, request.GET)
    if not form.is_valid():  # the page shows the errors
        return HttpResponseRedirect(reverse("admin:activity", query=request.GET))
    keys = activity.keys(**form.filters).iterator(chunk_size=ENTRIES_AT_ONCE)
    chunks = itertools.batched(keys, ENTRIES_AT_ONCE)  # to limit memory use
    names = [_("When"), _("Account"), _("User"), _("Action"), _("Kind"), _("Number"), _("Name"), _("Note")]
    rows = map(_row, itertools.chain.from_iterable(map(activity.read, chunks)))
    return csv_response(f"log-{timezone.localdate():%Y-%m-%d}.csv", names, rows)


def _row(entry):
    account = entry.person.get_username() if entry.person else ""
    when = timezone.localtime(entry.at).isoformat(timespec="seconds")
    return [when, account, entry.who, entry.kind_word, entry.model, entry.number, entry.name, entry.note]


def _activity(request, site):
    activity = Activity(site, request)
    require(activity.is_allowed)
    return activity


def _article(form):
    """Return the article whose primary key was entered, or None."""
    key = read_number(form.cleaned_data.get("article", ""))
    return Article.objects.filter(pk=key).only("title").first() if key else None


def _beginning(day):
    return timezone.make_aware(datetime.combine(day, time_of_day.min))
