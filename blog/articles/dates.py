"""Dates in the site's time zone. Months are integers: year * 12 + month - 1."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def first_of_month(number: int) -> datetime:
    """Return the start of a month as an aware datetime in the site's time zone."""
    year, month = divmod(number, 12)
    return timezone.make_aware(datetime(year, month + 1, 1))  # noqa: DTZ001 -- wall clock time


def month_of(moment: datetime) -> int:
    local = timezone.localtime(moment)
    return local.year * 12 + local.month - 1


def in_words(moment: datetime) -> str:
    """Return a datetime as text for people, with the name of the site's time zone."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    # Translators: a date format of Django, with the day of the week.
    return f"{date_format(local, _('D j M Y, H:i'))} {zone_name()}"


def zone_name() -> str:
    return timezone.get_default_timezone_name()


def local_iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
