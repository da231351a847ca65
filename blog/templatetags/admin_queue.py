"""Tags for the rows of the article list."""

from datetime import timedelta

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk import columns

register = template.Library()
register.simple_tag(columns.queue_pill)
register.simple_tag(columns.worst_mark_html, name="mark_sign")
register.filter(columns.is_only)


@register.simple_tag
def thumbnail(article: Article):
    return columns.thumbnail(article.hero_image)


@register.simple_tag(takes_context=True)
def row_addresses(context, article: Article) -> dict[str, str]:
    """Return {"read": URL, "edit": URL of the edit page} for a row.

    "read" is the proof. It is the comparison if the article has a held update on which the user may decide,
    and the edit page if the article is in the trash.
    """
    edit = reverse("admin:blog_article_change", args=[article.pk])
    if article.trashed_at:
        return {"read": edit, "edit": edit}
    if article.held_update and context["request"].user.has_perm("blog.decide_heldupdate"):
        read = reverse("admin:blog_heldupdate_change", args=[article.held_update])
    else:
        read = reverse("admin:blog_article_proof", args=[article.pk])
    return {"read": read, "edit": edit}


@register.filter
def row_details(article: Article, hides_import=False) -> list[str]:
    """Return the details below the title: category, reading time, person, open notes, import and age.

    The import is left out in lists of its articles only.
    """
    minutes = _("%d min") % article.reading_time
    assigned = _("for %s") % article.assigned_name if article.assigned_name else ""
    number = article.open_notes
    notes = ngettext("%d note", "%d notes", number) % number if number else ""
    batch = "" if hides_import else _batch(getattr(article, "source_file", None))
    facts = (_category(article.primary_category), minutes, assigned, notes, batch, _age(article.created_at))
    return [fact for fact in facts if fact]


def _category(category):
    """Return the name of a category. A lower-case word that a file gave is no choice of an editor."""
    if not category:
        return ""
    is_of_file = category.created_by_import_id and category.name.islower() and " " not in category.name
    return _("no category yet") if is_of_file else str(category)


def _age(moment):
    return timesince(moment, depth=1) if now() - moment >= timedelta(minutes=1) else _("just now")


def _batch(source):
    if not (source and source.batch):
        return _("written here")
    batch = source.batch
    return f"{batch.source_name}, {date_format(localtime(batch.started_at), 'MONTH_DAY_FORMAT')}"
