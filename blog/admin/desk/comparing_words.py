"""What editors call the parts of an article, and their values in words."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.desk.history_words import in_words_of
from blog.models import Article, Page
from blog.versioning.contents import DATES, read_date

LABELS = {
    "body": gettext_lazy("Text"),
    "body_images": gettext_lazy("Pictures in the text"),
    "categories": gettext_lazy("Categories"),
    "authors": gettext_lazy("Authors"),
    "hero_image": gettext_lazy("Picture"),
    "hero_image.alt": gettext_lazy("Picture description"),
    "hero_image.credit": gettext_lazy("Picture credit"),
    "hero_image.decorative": gettext_lazy("Decorative picture"),
    "slug": gettext_lazy("Address"),
    "meta_description": gettext_lazy("Search description"),
    "is_published": Page._meta.get_field("is_published").verbose_name,
}


def label_of(key: str) -> str:
    """Return what an editor calls a field, or a part of one."""
    if key.startswith("body."):
        key = "body"
    label = LABELS.get(key) or Article._meta.get_field(key).verbose_name
    return str(label)[:1].upper() + str(label)[1:]


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
