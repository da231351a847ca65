"""Set who wrote articles, with a reason that is stored in their history."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from blog.articles.actions.base import BulkResult, SkipReason, locked_for_action, partition_articles
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.provenance import UNNAMED_MACHINE, Provenance, WrittenBy
from blog.articles.versions.models import Version

DONE = {
    Provenance.FILE: ngettext_lazy(
        "%d article now uses what its file states.", "%d articles now use what their files state."
    ),
    Provenance.MACHINE: ngettext_lazy(
        "%d article was marked as AI-written.", "%d articles were marked as AI-written."
    ),
    Provenance.PEOPLE: ngettext_lazy(
        "%d article was marked as written by people.", "%d articles were marked as written by people."
    ),
}


def sort(
    written_by: WrittenBy, articles: Iterable[Article], seen: dict[int, int] | None = None
) -> BulkResult:
    """Split articles into those with another provenance and those to skip, as partition_articles() does."""

    def skip_reason(article):
        if article.trashed_at:
            return SkipReason.TRASHED
        return SkipReason.SAME if article.written_by == written_by else None

    return partition_articles(skip_reason, list(articles), seen)


def set_provenance(user, seen: dict[int, int], written_by: WrittenBy, reason: str) -> BulkResult:
    """Set who wrote articles in one transaction, and record it for undo.

    seen: {primary key: lock version that the user saw}.
    """

    def note(article):
        return provenance_note(article, written_by, reason)

    with transaction.atomic():
        result = sort(written_by, locked_for_action(seen), seen)
        if articles := result.changed:
            result.message = DONE[written_by.provenance] % len(articles)
            with changing(
                articles, by=user, action=Version.Action.BULK, note=note, log=note, undo=result.message
            ) as change:
                change.write(provenance=written_by.provenance, machine=written_by.machine)
    return result


def provenance_note(article: Article, written_by: WrittenBy, reason: str) -> str:
    """Return the history's note on a change of provenance. article: in its state before the change."""
    return change_in_words(describe_provenance(article), describe_provenance(article, written_by), reason)


def change_in_words(before: str, now: str, reason: str) -> str:
    values = {"now": now, "before": before, "reason": reason}
    return _("Provenance: %(now)s instead of %(before)s, because %(reason)s") % values


def describe_provenance(article: Article, written_by: WrittenBy | None = None) -> str:
    """Return who wrote an article, as part of a sentence. written_by: used instead of the current value."""
    written_by = written_by or article.written_by
    if written_by.provenance == Provenance.PEOPLE:
        return _("people")
    machine = written_by.machine_name(article.generated_by)
    if not machine:
        return _("not stated")
    if written_by.provenance == Provenance.FILE:
        return _("%s (as stated in the file)") % machine
    return _("AI") if machine == UNNAMED_MACHINE else machine
