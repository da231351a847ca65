"""Assign articles to a person or to nobody. Nothing that readers see changes, and no version is recorded."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import (
    UNDO_HANDLERS,
    BulkResult,
    SkipReason,
    UndoHandler,
    articles_for_action,
    partition_articles,
)
from blog.articles.assignments import Assignment
from blog.articles.changes import changing
from blog.base.models import name_of


def assign(user, keys: Iterable[int], to) -> BulkResult:
    """Assign the articles with these primary keys in one transaction, and record it for undo.

    to: a user, or None for nobody. Articles in the trash, and those already assigned so, are skipped.
    """
    keys = list(keys)
    with transaction.atomic():
        articles = list(articles_for_action(keys).select_for_update(no_key=True))
        newest = {row.article_id: row for row in Assignment.objects.newest().filter(article__in=keys)}

        def skip_reason(article):
            if article.trashed_at:
                return SkipReason.TRASHED
            row = newest.get(article.pk)
            return SkipReason.SAME if (row and row.to_id) == (to and to.pk) else None

        result = partition_articles(skip_reason, articles)
        result.missing_count = len(keys) - len(articles)
        if result.changed:
            result.message = _sentence(len(result.changed), to)
            _store(user, result, to, newest)
    return result


def _store(user, result, to, newest):
    rows = [Assignment.build(article, to, user, newest.get(article.pk)) for article in result.changed]
    message = _("Assigned to %s.") % name_of(to) if to else _("Assigned to nobody.")
    with changing(result.changed, by=user, action=None, log=message, undo=result.message) as change:
        change.append(Assignment.objects.bulk_create(rows))


def _sentence(number, to):
    if to is None:
        return (
            ngettext("%d article was assigned to nobody.", "%d articles were assigned to nobody.", number)
            % number
        )
    sentence = ngettext(
        "%(number)d article was assigned to %(name)s.",
        "%(number)d articles were assigned to %(name)s.",
        number,
    )
    return sentence % {"number": number, "name": name_of(to)}


def _revert(keys: list[int], user) -> None:
    """Undo rows that are still the newest: assign their articles to the person before."""
    rows = Assignment.objects.newest().filter(pk__in=keys).select_related("article", "replaces__to")
    before = [(row, row.replaces.to if row.replaces else None) for row in rows]
    Assignment.objects.bulk_create(Assignment.build(row.article, to, user, row) for row, to in before)


UNDO_HANDLERS[Assignment.stored_name] = UndoHandler(_revert)
