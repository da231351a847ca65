"""Move articles to the trash, and restore them."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.versions.models import Version
from blog.base.locking import lock_rows


@transaction.atomic
def trash(user, articles: list[Article], *, are_gone: bool = False) -> int:
    """Move the articles to the trash, and record it for undo. Return how many were moved.

    are_gone: URLs that readers may already know return 410 Gone from then on.
    """
    articles = _locked(Article.objects.in_use(), articles)
    if articles:
        note, undo = _("Moved to the trash."), trash_sentence(articles)
        with changing(articles, by=user, action=_kind, note=note, log=note, undo=undo) as change:
            change.trash(are_gone=are_gone)
    return len(articles)


def _kind(article):
    """Readers never saw a new article, so it needs no version."""
    return Version.Action.UNPUBLISHED if article.status == Article.Status.PUBLISHED else None


def trash_sentence(articles: list[Article]) -> str:
    """Return the message for an editor who moved these articles to the trash."""
    if len(articles) == 1:
        return _("“%s” was moved to the trash.") % articles[0].title
    message = ngettext(
        "%d article was moved to the trash.", "%d articles were moved to the trash.", len(articles)
    )
    return message % len(articles)


@transaction.atomic
def restore(user, articles: list[Article]) -> int:
    """Restore the articles from the trash with status new. Return how many were restored."""
    articles = _locked(Article.objects.trashed(), articles)
    with changing(articles, by=user, action=None, log=_("Restored from the trash.")) as change:
        change.take_out_of_trash(change.keys)
    return len(articles)


def _locked(rows, articles) -> list[Article]:
    """Lock these articles, and return the current state of those in `rows`, a queryset.

    Others may have published, trashed or restored some since they were read.
    """
    keys = [article.pk for article in articles]
    lock_rows(Article.objects.filter(pk__in=keys))
    return list(rows.filter(pk__in=keys).order_by("pk").defer("body", "body_html", "plain_text", "contents"))
