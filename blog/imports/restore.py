"""Restore an undone import, wherever nothing has changed since its undo.

Articles that the undo moved to the trash are restored with their status and date. Updated articles get the
content and file of the import again. Withdrawn files wait for a decision again. Articles that somebody has
changed, deleted or imported again since the undo are skipped, and their entries say why. Afterwards, the
import can be undone again.

Each transaction marks its entries, so that a restore that was killed continues where it stopped. After
RESTORABLE_FOR, finish_undo() deletes the data that the undo kept.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.changes import attempting, changing
from blog.articles.models import Article, EmptyArticleError, UnreviewedArticleError
from blog.articles.undoable import Publication
from blog.articles.versions.history import DamagedVersionError
from blog.articles.versions.models import Version
from blog.base.locking import lock_checks, lock_rows
from blog.imports.by_products import delete_created_rows
from blog.imports.held import reopen_update
from blog.imports.linked_files import use_added_files
from blog.imports.lock import acquire_import_lock
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.imports.redirects import restore_redirects
from blog.imports.undo import ENTRIES_AT_ONCE, PathTakenError, delete_articles, exchange, lock_articles
from blog.sandbox.refusals import RefusedError
from blog.site.redirects import Redirect

RESTORABLE_FOR = timedelta(days=30)
Undo, Kept = ImportEntry.Undo, ImportEntry.Kept


@dataclass
class RestorePlan:
    """The effects of restoring an import now: the number of restored files, and the skipped entries."""

    number: int = 0
    as_new: int = 0  # of these, articles that were published, and lack a required approval
    left: list[ImportEntry] = field(default_factory=list)  # each with its kept_reason


def is_restorable(run: ImportRun) -> bool:
    return bool(run.undone_at) and run.entries.to_restore().exists()


def restorable_until(run: ImportRun) -> datetime:
    return run.undone_at + RESTORABLE_FOR


def plan_restore(run: ImportRun) -> RestorePlan:
    """Return what restore_import() would do. The number of queries does not depend on the number of files."""
    plan = RestorePlan()
    for entry in _with_changes_since(run.entries.to_restore()).order_by("pk").iterator():
        if reason := _reason_to_leave(entry):
            entry.kept_reason = reason
            plan.left.append(entry)
        else:
            plan.number += 1
            plan.as_new += _was_published(entry) and entry.article.lacks_review
    return plan


def restore_import(
    run: ImportRun, *, by=None, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Restore an undone import in transactions of 100 files. Return {"restored" or "left": number of files}.

    on_progress is called with (done, total) after each transaction. It may raise an exception to end the
    restore there; the next call continues.
    """
    numbers = {"restored": 0, "left": 0}
    run.refresh_from_db()
    if not run.undone_at:
        return numbers
    keys = list(run.entries.to_restore().order_by("pk").values_list("pk", flat=True))
    for done, chunk in enumerate(itertools.batched(keys, ENTRIES_AT_ONCE)):
        restored = _restore_entries(chunk, by)
        numbers["restored"] += restored
        numbers["left"] += len(chunk) - restored
        if on_progress:
            on_progress(done * ENTRIES_AT_ONCE + len(chunk), len(keys))
    with transaction.atomic():
        restore_redirects(run)
        run.entries.filter(undo=Undo.KEPT).update(undo="", kept_reason="")
        run.mark_undone(None)
    return numbers


def finish_undo(run: ImportRun) -> None:
    """Permanently delete what an undo kept for a restore, except rows that were changed or are in use."""
    undone = ImportEntry.objects.undone_articles().filter(import_entries__batch=run).order_by("pk")
    for keys in itertools.batched(undone.values_list("pk", flat=True), ENTRIES_AT_ONCE):
        with transaction.atomic():
            acquire_import_lock()
            lock_rows(Article.objects.filter(pk__in=keys))
            lock_checks()
            delete_articles(list(undone.filter(pk__in=keys).values_list("pk", flat=True)))
    with transaction.atomic():
        HeldUpdate.objects.filter(batch=run, state=HeldUpdate.State.WITHDRAWN).drop()
    delete_created_rows(run)
    run.withdrawn_redirects = []
    run.save(update_fields=["withdrawn_redirects"])
    run.entries.to_restore().update(undone_version=None, undone_publication=None)


def finish_old_undos(now: datetime | None = None) -> None:
    """Finish the undos that can no longer be restored."""
    old = ImportRun.objects.filter(undone_at__lt=(now or timezone.now()) - RESTORABLE_FOR)
    left = ImportEntry.objects.to_restore().filter(batch=OuterRef("pk"))
    # Newest first: a later import may use rows that an earlier one created.
    for run in old.filter(Exists(left)).order_by("-pk"):
        finish_undo(run)


def _restore_entries(keys, by) -> int:
    """Restore the entries with these primary keys. Return how many were restored."""
    with transaction.atomic():
        lock_articles(keys)
        rows = ImportEntry.objects.to_restore().filter(pk__in=keys).order_by("pk")
        entries = list(_with_changes_since(rows))
        for entry in entries:
            entry.kept_reason = _reason_to_leave(entry)
        with changing(by=by):
            _take_out_of_trash([entry for entry in entries if not entry.kept_reason], by)
            for entry in entries:
                if not entry.kept_reason:
                    _restore(entry, by)
        restored = [entry for entry in entries if not entry.kept_reason]
        _mark_restored(restored)
        for entry in entries:
            entry.undone_version = entry.undone_publication = None
        fields = ("undo", "kept_reason", "article_version", "redirects_ended")
        ImportEntry.objects.bulk_update(entries, [*fields, "undone_version", "undone_publication"])
    return len(restored)


def _with_changes_since(entries):
    """Annotate entries with what _reason_to_leave() needs."""
    withdrawn = HeldUpdate.objects.filter(article=OuterRef("article"), batch=OuterRef("batch"))
    waiting = HeldUpdate.objects.waiting().filter(article=OuterRef("article"))
    return (
        entries.select_related("article", "batch", "replaced")
        .defer("article__body", "article__body_html", "article__plain_text", "article__contents")
        .defer("replaced__original")
        .annotate(
            is_withdrawn=Exists(withdrawn.filter(state=HeldUpdate.State.WITHDRAWN)),
            is_waiting=Exists(waiting),
        )
    )


def _reason_to_leave(entry) -> str:
    """Return why the entry cannot be restored, or ""."""
    if entry.article is None:
        return Kept.GONE
    if entry.undo == Undo.WITHDRAWN:
        return "" if entry.is_withdrawn and not entry.is_waiting else Kept.SINCE_UNDO
    if entry.article.lock_version != entry.undone_version:
        return Kept.SINCE_UNDO
    if entry.undo == Undo.RESTORED:  # the version with the state before the undo may have been pruned
        replaced = getattr(entry, "replaced", None)
        if not (replaced and (replaced.version_id or replaced.article_version == entry.undone_version)):
            return Kept.NOT_POSSIBLE
    return ""


def _take_out_of_trash(entries, by):
    """Restore the articles that the undo moved to the trash, with status and date.

    Articles that may not be published without an approval are restored as new.
    """
    entries = {entry.article_id: entry for entry in entries if entry.undo == Undo.DELETED}
    if not entries:
        return
    public = {
        key: Publication.from_stored(entry.undone_publication)
        for key, entry in entries.items()
        if _was_published(entry) and not entry.article.lacks_review
    }
    for key in public:
        entries[key].redirects_ended = Redirect.objects.ended_by([entries[key].article])

    def kind(article):
        return Version.Action.RESTORED if article.pk in public else None

    articles = [entry.article for entry in entries.values()]
    with changing(articles, by=by, action=kind, note=_("Import restored.")) as change:
        change.take_out_of_trash(entries)
        change.set_publications(public)


def _was_published(entry) -> bool:
    """Whether the undo moved a published article of the entry to the trash."""
    stored = entry.undone_publication
    return stored is not None and Publication.from_stored(stored).status == Article.Status.PUBLISHED


def _restore(entry, by):
    """Restore an updated article or a withdrawn file. Sets kept_reason if that is not possible."""
    if entry.undo == Undo.WITHDRAWN:
        state = HeldUpdate.State.WITHDRAWN
        held = HeldUpdate.objects.filter(article=entry.article, batch=entry.batch, state=state)
        reopen_update(held.order_by("-pk").first())
    elif entry.undo == Undo.RESTORED:
        try:
            with attempting():
                _exchange(entry, by)
        except (DamagedVersionError, EmptyArticleError, RefusedError, PathTakenError, UnreviewedArticleError):
            entry.kept_reason = Kept.NOT_POSSIBLE


def _exchange(entry, by):
    replaced = entry.replaced
    replaced.refresh_from_db()
    note = _("Import restored: %s") % entry.batch
    article = exchange(replaced, by=by, note=note, action=Version.Action.RESTORED)
    if article.status == Article.Status.PUBLISHED:
        entry.redirects_ended = Redirect.objects.ended_by([article]) or entry.redirects_ended
        Redirect.objects.delete_at([article])
    use_added_files(entry, is_in_use=True)
    made = [Redirect(path=path, article=article) for path in replaced.redirects_made]
    Redirect.objects.bulk_create(made, ignore_conflicts=True)


def _mark_restored(entries):
    keys = [entry.article_id for entry in entries]
    versions = dict(Article.objects.filter(pk__in=keys).values_list("pk", "lock_version"))
    for entry in entries:
        if entry.undo != Undo.WITHDRAWN:
            entry.article_version = versions[entry.article_id]
        entry.undo = ""
