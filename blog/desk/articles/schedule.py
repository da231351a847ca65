"""The form for scheduling articles, and the preview of the resulting dates."""

from datetime import date, time

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.articles.actions.schedule import (
    EACH_DAY,
    EACH_WEEKDAY,
    TOGETHER,
    USUAL_TIME,
    ScheduleError,
    first_day,
    slots,
)
from blog.articles.dates import in_words, zone_name
from blog.articles.models import Article
from blog.documents.fields.dates import YEARS

IN_LIST_ORDER, BY_DATE = "list", "date"


def _paces():
    return [
        (EACH_WEEKDAY, _("One each weekday")),
        (EACH_DAY, _("One each day")),
        *((str(number), gettext("One each week: %s") % name) for number, name in WEEKDAYS.items()),
        (TOGETHER, _("All at the same time")),
    ]


class ScheduleForm(forms.Form):
    """Fields for the pace (one article per day, or all at one time), the first day and the time of day."""

    pace = forms.ChoiceField(label=_("How often"), choices=_paces)
    at = forms.TimeField(
        label=_("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    first = forms.DateField(
        label=_("First day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[(IN_LIST_ORDER, _("As in the list")), (BY_DATE, _("By date, oldest first"))],
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)  # the answers that the preview shows

    def __init__(self, data, *, is_alone=False):
        super().__init__(data)
        self.is_alone = is_alone
        if is_alone:
            self.fields["first"].label = _("Day")
            for name in ("pace", "order"):
                self.fields[name].widget = forms.HiddenInput()

    @staticmethod
    def proposal(articles) -> dict:
        """Return the initial data of the form."""
        moment = articles[0].published_at if len(articles) == 1 else None
        if moment and moment > timezone.now():
            local = timezone.localtime(moment, timezone.get_default_timezone())
            return _answers(TOGETHER, local.time(), local.date())
        pace = TOGETHER if len(articles) == 1 else EACH_WEEKDAY
        return _answers(pace, USUAL_TIME, first_day(pace))

    def clean_first(self) -> date:
        day = self.cleaned_data["first"]
        if day.year not in YEARS:
            limits = {"first": YEARS.start, "last": YEARS.stop - 1}
            raise forms.ValidationError(_("Give a year from %(first)d to %(last)d."), params=limits)
        return day

    @property
    def answers(self) -> str:
        """Return the answers as text, for the hidden field."""
        return " ".join(str(self.cleaned_data[name]) for name in ("pace", "at", "first", "order"))

    @cached_property
    def zone(self) -> str:
        return zone_name()

    def slots_for(self, number: int) -> list:
        """Return the slots for `number` articles; if they are not possible, add an error and return []."""
        if not number or not self.is_valid():
            return []
        chosen = (self.cleaned_data[name] for name in ("pace", "first", "at"))
        try:
            return slots(*chosen, number)
        except ScheduleError as error:
            self.add_error("first", str(error))
            return []

    def was_shown(self, keys) -> bool:
        """Whether the submitted preview showed the dates of exactly these articles in this order.

        Stores the dates in `moments`, {pk: datetime}.
        """
        found = self.slots_for(len(keys))
        self.moments = dict(zip(keys, (slot.moment for slot in found), strict=False))
        return bool(found) and self.cleaned_data["shown"] == self.answers


def _answers(pace, at: time, first: date) -> dict:
    return {"pace": pace, "at": f"{at:%H:%M}", "first": first.isoformat(), "order": IN_LIST_ORDER}


def planned(form: ScheduleForm, articles: list[Article]) -> list[dict]:
    """Return the articles with their dates, and record in the form that these dates are shown.

    is_moved: the requested time does not exist on that day (start of daylight saving time).
    """
    found = form.slots_for(len(articles))
    if not found:
        return []
    form.data = form.data.copy()
    form.data["shown"] = form.answers
    if form.cleaned_data["order"] == BY_DATE:
        articles = sorted(articles, key=_date_of)
    return [
        {"article": article, "time": in_words(slot.moment), "is_moved": slot.is_moved}
        for article, slot in zip(articles, found, strict=True)
    ]


def _date_of(article):
    moment = article.published_at or article.dated_at
    return moment is None, moment or timezone.now(), article.pk
