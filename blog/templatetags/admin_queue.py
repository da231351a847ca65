"""The rows of the list of articles."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk import columns

register = template.Library()


@register.simple_tag
def thumbnail(article: Article):
    return columns.thumbnail(article.hero_image)


@register.simple_tag
def queue_pill(article: Article):
    return columns.queue_pill(article)


@register.simple_tag
def mark_sign(article: Article):
    return columns.worst_mark_html(article)


@register.simple_tag(takes_context=True)
def row_addresses(context, article: Article) -> dict[str, str]:
    """Return where an article is read (or decided on, if a file waits for it), and where it is edited."""
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
    """Return what a row says below the title: topic, minutes, import, and since when it is here."""
    source = getattr(article, "source_file", None)
    batch = _batch(source.batch) if source and source.batch else _("written here")
    topic = str(article.primary_category) if article.primary_category else ""
    minutes = _("%d min") % article.reading_time
    return [fact for fact in (topic, minutes, batch, timesince(article.created_at, depth=1)) if fact]


def _batch(batch):
    return f"{batch.source_name}, {date_format(localtime(batch.started_at), 'MONTH_DAY_FORMAT')}"
