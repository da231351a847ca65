"""Tags for the rows of the article list."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk import columns

register = template.Library()
register.simple_tag(columns.queue_pill)
register.simple_tag(columns.worst_mark_html, name="mark_sign")


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
def row_details(article: Article) -> list[str]:
    """Return the details below the title: category, reading time, person, open notes, import and age."""
    source = getattr(article, "source_file", None)
    batch = _batch(source.batch) if source and source.batch else _("written here")
    category = str(article.primary_category) if article.primary_category else ""
    minutes = _("%d min") % article.reading_time
    age = timesince(article.created_at, depth=1)
    assigned = _("for %s") % article.assigned_name if article.assigned_name else ""
    number = article.open_notes
    notes = ngettext("%d note", "%d notes", number) % number if number else ""
    return [fact for fact in (category, minutes, assigned, notes, batch, age) if fact]


def _batch(batch):
    return f"{batch.source_name}, {date_format(localtime(batch.started_at), 'MONTH_DAY_FORMAT')}"
