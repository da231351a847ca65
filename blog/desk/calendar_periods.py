"""Periods of the calendar: a month, a week or a day, with their days and URLs."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.documents.fields.dates import YEARS


@dataclass(frozen=True)
class Period:
    """The days of a page. kind: month, week or day. first: a day of the period, the first one of a month."""

    kind: str
    first: date

    @classmethod
    def of(cls, kind: str, day: date) -> "Period":
        starts = {"month": day.replace(day=1), "week": day - timedelta(days=day.weekday())}
        return cls(kind, starts.get(kind, day))

    @property
    def days(self) -> list[date]:
        """The days to show: those of a month with the rest of its first and last week."""
        start, number = self.first, {"month": 0, "week": 7, "day": 1}[self.kind]
        if self.kind == "month":
            start -= timedelta(days=start.weekday())
            number = (self._following() - start).days
            number += -number % 7
        return [start + timedelta(days=each) for each in range(number)]

    def _following(self):
        if self.kind == "month":
            return (self.first + timedelta(days=31)).replace(day=1)
        return self.first + timedelta(days=len(self.days))

    @property
    def title(self) -> str:
        if self.kind == "month":
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if self.kind == "week":
            return _("Week of %(day)s") % {"day": date_format(self.first)}
        return date_format(self.first, _("l, j F Y"))

    @property
    def query(self) -> dict[str, str]:
        return {self.kind: f"{self.first:%Y-%m}" if self.kind == "month" else self.first.isoformat()}

    @property
    def previous(self) -> str:
        return url_of(Period.of(self.kind, self.first - timedelta(days=1)))

    @property
    def next(self) -> str:
        return url_of(Period(self.kind, self._following()))


def url_of(period: Period, **query) -> str:
    """Return the URL of the calendar for a period; "" if it is outside of the years that dates may have."""
    if period.first.year not in YEARS:
        return ""
    return reverse("admin:calendar", query=period.query | query)
