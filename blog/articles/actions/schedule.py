"""The dates of a schedule: one article per day, or all at one time, in the site's time zone."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.dates import in_words
from blog.documents.fields.dates import YEARS

TOGETHER = "together"
EACH_DAY = "day"
EACH_WEEKDAY = "weekday"  # Monday to Friday; "0" (Monday) to "6" is one day of the week
SATURDAY = 5
USUAL_TIME = time(9)


class ScheduleError(ValueError):
    """Raised when a schedule is not possible. The message is for editors."""


@dataclass(frozen=True)
class PublicationSlot:
    """The time at which an article appears.

    is_moved: the requested time does not exist on that day (summer time).
    """

    moment: datetime
    is_moved: bool


def slots(
    pace: str, first: date, at: time, number: int, now: datetime | None = None
) -> list[PublicationSlot]:
    """Return the slots of `number` articles from the day `first`, at the time `at`. Raises ScheduleError."""
    try:
        days = list(itertools.islice(_days(pace, first), number))
        found = [_slot(day, at) for day in days]
    except OverflowError:
        found = []
    if not found or found[-1].moment.year not in YEARS:
        raise ScheduleError(_("The last date would be after the year %d.") % (YEARS.stop - 1))
    if found[0].moment <= (now or timezone.now()):
        raise ScheduleError(
            _("%(time)s is in the past. Choose a time in the future.") % {"time": in_words(found[0].moment)}
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
    """Whether an article appears on this day."""
    if pace == EACH_WEEKDAY:
        return day.weekday() < SATURDAY
    return not pace.isdigit() or day.weekday() == int(pace)


def _slot(day, at):
    """Return the slot at a day and time of the site's time zone.

    When summer time begins, one hour does not exist: a time in it moves one hour later. When it ends, one
    hour occurs twice: the first one is used.
    """
    requested = datetime.combine(day, at)
    moment = requested.replace(tzinfo=timezone.get_default_timezone(), fold=0).astimezone(UTC)
    actual = timezone.localtime(moment, timezone.get_default_timezone())
    return PublicationSlot(moment, actual.replace(tzinfo=None, fold=0) != requested)


def first_day(pace: str = EACH_WEEKDAY, now: datetime | None = None) -> date:
    """Return the first day that the form suggests: the first one after today at this pace."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    return next(_days(pace, today + timedelta(days=1)))
