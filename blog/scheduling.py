"""When articles are to appear: one each day, or all at one time, in the site's time zone."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.documents.fields.dates import YEARS

TOGETHER = "together"
EACH_DAY = "day"
EACH_WEEKDAY = "weekday"  # Monday to Friday; "0" to "6" is one day of the week, from Monday on
SATURDAY = 5
USUAL_TIME = time(9)


class ScheduleError(ValueError):
    """Articles cannot appear then, and why, in words."""


@dataclass(frozen=True)
class Slot:
    """When an article is to appear, and whether its clock had to leave out the hour that was asked for."""

    moment: datetime
    is_moved: bool


def slots(pace: str, first: date, at: time, number: int, now: datetime | None = None) -> list[Slot]:
    """Return when each of so many articles is to appear. Raises ScheduleError."""
    try:
        days = list(itertools.islice(_days(pace, first), number))
        found = [_slot(day, at) for day in days]
    except OverflowError:
        found = []
    if not found or found[-1].moment.year not in YEARS:
        raise ScheduleError(_("The last of these days would be later than the year %d.") % (YEARS.stop - 1))
    if found[0].moment <= (now or timezone.now()):
        raise ScheduleError(
            _("%(time)s is in the past. Give a time to come.") % {"time": in_words(found[0].moment)}
        )
    return found


def _days(pace, first) -> Iterator[date]:
    if pace == TOGETHER:
        yield from itertools.repeat(first)
    for number in itertools.count():
        day = first + timedelta(days=number)
        if is_day_of(pace, day):
            yield day


def is_day_of(pace: str, day: date) -> bool:
    """Whether an article appears on such a day."""
    if pace == EACH_WEEKDAY:
        return day.weekday() < SATURDAY
    return not pace.isdigit() or day.weekday() == int(pace)


def _slot(day, at):
    """Return the moment at which the site's clock shows this.

    Where summer time begins, an hour is left out: what is asked for in it comes an hour later. Where it ends,
    an hour comes twice: the first one counts.
    """
    asked = datetime.combine(day, at)
    moment = asked.replace(tzinfo=timezone.get_default_timezone(), fold=0).astimezone(UTC)
    shown = timezone.localtime(moment, timezone.get_default_timezone())
    return Slot(moment, shown.replace(tzinfo=None, fold=0) != asked)


def first_day(pace: str = EACH_WEEKDAY, now: datetime | None = None) -> date:
    """Return the day that is proposed: the next one, of those on which an article appears."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    return next(_days(pace, today + timedelta(days=1)))


def in_words(moment: datetime) -> str:
    """Return the day and the time, with the time zone beside it."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    # Translators: a format of Django's for dates, with the day of the week.
    return f"{date_format(local, _('D j M Y, H:i'))} {zone_name()}"


def zone_name() -> str:
    """Return the site's time zone as people know it."""
    return timezone.get_default_timezone_name()
