"""Months as numbers, counted from the year 0, in the site's time zone."""

from datetime import datetime

from django.utils import timezone


def first_of_month(number: int) -> datetime:
    """Return the first moment of a month, in the site's time zone."""
    year, month = divmod(number, 12)
    return timezone.make_aware(datetime(year, month + 1, 1))  # noqa: DTZ001 -- a time of the wall clock


def month_of(moment: datetime) -> int:
    local = timezone.localtime(moment)
    return local.year * 12 + local.month - 1
