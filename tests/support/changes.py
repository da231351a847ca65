"""Short forms of changes of articles: rows are one article, or a queryset or manager of several."""

import uuid

from django.utils import timezone

from blog.articles.changes import changing
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article
from blog.articles.versions.history import record_versions
from blog.site.redirects import Redirect


def publish(rows, now=None) -> int:
    """Publish the articles. Return how many changed. One article is saved, which may be refused."""
    if isinstance(rows, Article):
        rows.published_at = rows.published_at or now
        rows.set_published(True)
        rows.save(update_fields=["status", "published_at"])
        return 1
    with changing(rows.all(), action=None) as change:
        change.publish()
    return _changed(change)


def unpublish(rows) -> int:
    if isinstance(rows, Article):
        rows.set_published(False)
        rows.save(update_fields=["status"])
        return 1
    with changing(rows.all(), action=None) as change:
        change.unpublish()
    return _changed(change)


def trash(rows) -> int:
    if isinstance(rows, Article):
        rows.status, rows.preview_key = Article.Status.NEW, uuid.uuid4()
        rows.trashed_at = rows.trashed_at or timezone.now()
        rows.save(update_fields=["status", "trashed_at", "preview_key"])
        return 1
    with changing(rows.in_use(), action=None) as change:
        change.trash()
    return _changed(change)


def restore(rows) -> int:
    if isinstance(rows, Article):
        rows.trashed_at = None
        rows.save(update_fields=["trashed_at"])
        Redirect.objects.forget_gone([rows])
        return 1
    with changing(rows.trashed(), action=None) as change:
        change.take_out_of_trash(change.keys)
    return _changed(change)


def set_flag(rows, name, wanted=True) -> None:
    with changing(rows.all(), action=None) as change:
        change.write(**{name: wanted, SUGGESTION_FIELDS[name]: False})


def set_provenance(rows, written_by) -> None:
    with changing(rows.all(), action=None) as change:
        change.write(provenance=written_by.provenance, machine=written_by.machine)


def change_words(*articles) -> None:
    """End the checks of the articles, as if their words had changed."""
    with changing(articles, action=None) as change:
        change.words.update(change.articles)


def record_version(article, **values):
    return record_versions([article], **values)[0]


def _changed(change):
    now = Article.objects.in_bulk(change.keys)
    return sum(now[key].lock_version != article.lock_version for key, article in change.articles.items())
