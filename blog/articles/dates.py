"""Months as integers (year * 12 + month - 1), in the site's time zone."""

from datetime import datetime

from django.utils import timezone


def first_of_month(number: int) -> datetime:
    """Return the start of a month, as an aware datetime in the site's time zone."""
    year, month = divmod(number, 12)
    return timezone.make_aware(datetime(year, month + 1, 1))  # noqa: DTZ001 -- a time of the wall clock


def month_of(moment: datetime) -> int:
    local = timezone.localtime(moment)
    return local.year * 12 + local.month - 1
