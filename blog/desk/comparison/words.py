"""Labels of fields, and values of fields formatted for editors."""

from collections.abc import Iterable

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.categories import Category
from blog.articles.dates import in_words
from blog.articles.file_fields import level_name
from blog.articles.models import Article
from blog.articles.provenance import Provenance
from blog.articles.versions.contents import DATES, read_date, words_in
from blog.articles.versions.differences import FieldDifference, Span
from blog.desk.forms import LABELS as FORM_LABELS
from blog.site.pages import Page

LABELS = FORM_LABELS | {
    "categories": gettext_lazy("Categories"),
    "authors": gettext_lazy("Authors"),
    "body_images": gettext_lazy("Images in the text"),
    "hero_image.alt": gettext_lazy("Alt text"),
    "hero_image.credit": gettext_lazy("Image credit"),
    "hero_image.decorative": gettext_lazy("Decorative image"),
    "is_published": capfirst(Page._meta.get_field("is_published").verbose_name),
}
CHOICES = {"status": Article.Status.choices, "provenance": Provenance.choices}
NOTHING = gettext_lazy("nothing")
MOST_ENTRIES = 500  # of a list; of a longer one, only the first differences are shown


def rows_of(fields: Iterable[FieldDifference]) -> list[dict]:
    """Return each field that differs: its label, and both values as spans."""
    return [
        {"label": label_of(field.name), "before": _side(field, "removed"), "after": _side(field, "added")}
        for field in fields
    ]


def label_of(name: str) -> str:
    """Return the label of a field of articles and pages, or of a part such as body.3.

    A field unknown to this release is labelled with its name.
    """
    if name.startswith("body."):
        name = "body"
    if name in LABELS:
        return str(LABELS[name])
    try:
        return str(capfirst(Article._meta.get_field(name).verbose_name))
    except FieldDoesNotExist:
        return name


def _side(field, kind):
    """Return the spans of one side of a field. Text missing on the other side has the kind `kind`."""
    value = field.before if kind == "removed" else field.after
    if field.spans:
        spans = tuple(span for span in field.spans if span.kind in ("same", kind))
    elif isinstance(value, list):
        spans = _list_spans(field.name, value, field.removed if kind == "removed" else field.added, kind)
    else:
        words = in_words_of(field.name, value)
        spans = (Span(kind, words),) if words else ()
    return spans or (Span("nothing", str(NOTHING)),)


def _list_spans(name, entries, marked, kind):
    shown = entries if len(entries) <= MOST_ENTRIES else marked
    spans = []
    for entry in shown[:MOST_ENTRIES]:
        spans.append(Span(kind if entry in marked else "same", in_words_of(name, entry)))
        spans.append(Span("same", "\n"))
    return (*spans, Span("same", "…")) if len(shown) < len(entries) else tuple(spans[:-1])


def in_words_of(name: str, value) -> str:
    """Return a value of a field as text; "" if it is empty. Names of form fields are derived from it, too."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", [], {}):
        return ""
    if name in DATES:
        return in_words(read_date(value))
    if isinstance(value, list):
        return ", ".join(in_words_of(name, entry) for entry in value if entry)
    if isinstance(value, dict):
        if name in ("hero_image", "body_images"):
            return _image(name, value)
        levels = {level_name(level): level.label for level in Category.Level}
        level = levels.get(value.get("level") or None, "")
        return f"{value['name']} ({level})" if level else value["name"]
    return str(dict(CHOICES.get(name, ())).get(value, value))


def _image(name, value):
    words, address, file = words_in(value), value.get("address"), value.get("file")
    place = file or address if name == "hero_image" else "\n".join(filter(None, (address, file)))
    decorative = _("decorative (no alt text)") if words.is_decorative else ""
    return "\n".join(filter(None, (words.alt, decorative, words.credit.as_markdown(), place)))
