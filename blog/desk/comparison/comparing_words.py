"""The values of the parts of an article in words, for editors who decide between them."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.articles.versions.contents import DATES, read_date
from blog.desk.comparison.words import in_words_of


def shown(key: str, value) -> str:
    """Return a value of a field as words."""
    if value in (None, "", []):
        return ""
    if key in DATES:
        return date_format(timezone.localtime(read_date(value)), "DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return value.get("name") or in_words_of("hero_image", value)
    if isinstance(value, list):
        return ", ".join(_entry(entry) for entry in value if entry)
    return str(value)


def _entry(entry):
    if isinstance(entry, str):
        return entry
    name = entry.get("name") or in_words_of("body_images", entry)
    return f"{name} ({entry['level']})" if entry.get("level") else name
