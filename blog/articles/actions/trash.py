"""Move articles to the trash, and restore them."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import recording_undo
from blog.articles.models import Article
from blog.articles.signals import trashed, words_changed
from blog.articles.versions.history import recording_versions
from blog.articles.versions.models import Version
from blog.base.locking import lock_rows
from blog.site.redirects import Redirect


@transaction.atomic
def trash(user, articles: list[Article], *, are_gone: bool = False) -> int:
    """Move the articles to the trash, and record it for undo; return how many were moved.

    are_gone: URLs that readers may already know return 410 Gone from then on.
    """
    articles = _locked(Article.objects.in_use(), articles)
    # Readers never saw a new article, so it needs no version.
    public = [article for article in articles if article.status == Article.Status.PUBLISHED]
    note = _("Moved to the trash.")
    keys = [article.pk for article in articles]
    with (
        recording_undo(user, articles, trash_sentence(articles)),
        recording_versions(public, by=user, action=Version.Action.UNPUBLISHED, note=note),
    ):
        number = Article.objects.filter(pk__in=keys).trash()
    trashed.send(Article, keys=keys)
    if are_gone:
        Redirect.objects.mark_gone(article for article in articles if article.has_passed_publication_date)
    LogEntry.objects.log_actions(user.pk, articles, CHANGE, note)
    return number


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
    """Restore the articles from the trash with status new; return how many were restored."""
    articles = _locked(Article.objects.trashed(), articles)
    LogEntry.objects.log_actions(user.pk, articles, CHANGE, _("Restored from the trash."))
    keys = [article.pk for article in articles]
    return take_out_of_trash(keys)


def take_out_of_trash(keys: list[int]) -> int:
    """Restore locked articles with status new, and have them checked; return how many were restored."""
    words_changed.send(Article, keys=keys)
    return Article.objects.filter(pk__in=keys).restore()


def _locked(rows, articles) -> list[Article]:
    """Lock these articles, and return the current state of those in `rows`, a queryset.

    Others may have published, trashed or restored some since they were read.
    """
    keys = [article.pk for article in articles]
    lock_rows(Article.objects.filter(pk__in=keys))
    return list(rows.filter(pk__in=keys).order_by("pk").defer("body", "body_html", "plain_text", "contents"))
