"""Moving articles to the trash, and restoring them from there."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.articles.signals import trashed, words_changed
from blog.articles.versions.history import recording_versions
from blog.articles.versions.models import Version
from blog.site.redirects import Redirect


@transaction.atomic
def trash(user, articles: list[Article], *, are_gone: bool = False) -> int:
    """Move the articles to the trash, and return how many were moved.

    are_gone: from now on, the URLs of those that were public are answered with 410 (gone).
    """
    # Of a new article, readers saw nothing before, either.
    public = [article for article in articles if article.status == Article.Status.PUBLISHED]
    note = _("Moved to the trash.")
    keys = [article.pk for article in articles]
    with recording_versions(public, by=user, action=Version.Action.UNPUBLISHED, note=note):
        number = Article.objects.filter(pk__in=keys).trash()
    trashed.send(Article, keys=keys)
    if are_gone:
        Redirect.objects.mark_gone(article for article in articles if article.has_passed_publication_date)
    LogEntry.objects.log_actions(user.pk, articles, CHANGE, note)
    return number


@transaction.atomic
def restore(user, articles: list[Article]) -> int:
    """Take the articles out of the trash with status new, and return how many were restored."""
    LogEntry.objects.log_actions(user.pk, articles, CHANGE, _("Restored from the trash."))
    keys = [article.pk for article in articles]
    words_changed.send(Article, keys=keys)
    return Article.objects.filter(pk__in=keys).restore()
