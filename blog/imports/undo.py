"""Undo an import: restore everything that nobody has changed since.

Articles that the import created are deleted permanently, with their file's bytes, so that importing again
creates them again. Updated articles get back their content, links and file. Held updates are withdrawn.
Articles that were changed since, other than by bulk fixes, are kept. Entries are undone in reverse order, so
that a slug that passed from one article to another returns to the first.

An undo that can itself be reverted (blog/imports/restore.py) moves the created articles to the trash instead.
It keeps held updates, and the categories, authors, series and images that the import created. If the files
are imported again, discard_undone() deletes the articles in the trash.

Each transaction marks its entries, so an undo that was killed continues where it stopped.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.actions.restore import write_contents
from blog.articles.changes import Change, attempting, changing
from blog.articles.models import Article, EmptyArticleError
from blog.articles.submissions import Submission
from blog.articles.undoable import Publication
from blog.articles.versions.history import DamagedVersionError, version_contents
from blog.articles.versions.models import Version
from blog.base.locking import lock_checks, lock_rows
from blog.base.queries import ROWS_AT_ONCE
from blog.imports.by_products import count_created_rows, delete_created_rows
from blog.imports.held import set_aside_updates, withdraw_updates
from blog.imports.linked_files import use_added_files
from blog.imports.lock import acquire_import_lock
from blog.imports.models import (
    HeldUpdate,
    ImportEntry,
    ImportRun,
    ReplacedFile,
    SourceFile,
)
from blog.imports.redirects import withdraw_redirects
from blog.review.findings import discarding_checks
from blog.sandbox.refusals import RefusedError
from blog.site.redirects import Redirect


class PathTakenError(Exception):
    """Raised when another article has a source file with the path of the replaced file."""


def exchange(replaced: ReplacedFile, *, by, note: str, action: Version.Action) -> Article:
    """Swap the article's contents and file with those stored in `replaced`.

    A second exchange reverses the first. Return the article. Raises PathTakenError and the exceptions of
    write_contents().
    """
    article = Article.objects.get(pk=replaced.entry.article_id)
    source_file = SourceFile.objects.select_related("article").get(article=article)
    present = ReplacedFile.of(source_file)
    if replaced.version_id:
        present.version = article.versions.newest_first().first()
        version = Version.objects.with_contents().get(pk=replaced.version_id)
        contents = version_contents(version)
        write_contents(article, contents, by=by, note=note, action=action, with_state=True)
    place = {name: replaced.columns[name] for name in ("source_name", "path")}
    if SourceFile.objects.filter(**place).exclude(pk=source_file.pk).exists():
        raise PathTakenError
    replaced.write_back(source_file)
    for name in ("original", "columns", "version", "article_version"):
        setattr(replaced, name, getattr(present, name))
    replaced.save()
    return article


def discard_undone(slugs: Collection[str], source_name: str, paths: Collection[str]) -> None:
    """Permanently delete undone articles if a new import is about to use their slug or file."""
    undone = ImportEntry.objects.undone_articles()
    if not paths or not undone.exists():
        return
    taken = Q(slug__in=slugs) | Q(source_file__source_name=source_name, source_file__path__in=paths)
    keys = list(undone.filter(taken).values_list("pk", flat=True))
    if keys:
        delete_articles(keys)


def delete_articles(keys: Collection[int]) -> None:
    """Delete the articles with these primary keys permanently."""
    with discarding_checks(keys):
        Article.objects.filter(pk__in=keys).delete()


ENTRIES_AT_ONCE = 100
SAMPLES = 5
Undo, Kept = ImportEntry.Undo, ImportEntry.Kept
UNDECIDED = (HeldUpdate.State.WAITING, HeldUpdate.State.WITHDRAWN)
CHANGES = (
    *("version_now", "trashed_at", "replaced_version", "replaced_at", "was_imported_again"),
    *("was_submitted", "newest_action", "latest_fixes", "is_waiting", "is_decided"),
)
PLANNED = ("pk", "article_id", "file", "title", "outcome", "article_version", *CHANGES)
UNDONE = (
    *("batch", "file", "title", "outcome", "undo", "kept_reason", "article_version"),
    *("article__lock_version", "article__trashed_at", "article__slug"),
    *("replaced__article_version", "replaced__version"),
)
PUBLISHING = {Version.Action.PUBLISHED, Version.Action.UNPUBLISHED, Version.Action.SCHEDULED}


@dataclass
class UndoPlan:
    """The effects of undoing an import now: numbers, some titles for each action, all kept entries."""

    numbers: Counter[Undo] = field(default_factory=Counter)
    samples: dict[Undo, list[str]] = field(default_factory=lambda: {undo: [] for undo in Undo})
    kept: list[ImportEntry] = field(default_factory=list)  # unsaved, with what is shown of them
    created_rows: dict[type, int] = field(default_factory=dict)  # {model: rows that would be deleted}

    def add(self, row, undo: Undo, reason: str) -> None:
        """Add a row of _with_later_changes()."""
        self.numbers[undo] += 1
        if undo == Undo.KEPT:
            shown = {"article_id": row.article_id, "file": row.file, "title": row.title}
            self.kept.append(ImportEntry(**shown, kept_reason=reason))
        elif len(self.samples[undo]) < SAMPLES:
            self.samples[undo].append(row.title or row.file)


def plan_undo(batch: ImportRun) -> UndoPlan:
    """Return what undo_import() would do. The number of queries does not depend on the number of files."""
    plan = UndoPlan()
    going = set()
    rows = _with_later_changes(batch.entries.to_undo()).order_by("pk").values_list(*PLANNED, named=True)
    for row in rows.iterator():
        undo, reason = _choose_undo(row)
        if undo:
            plan.add(row, undo, reason)
        if undo in {Undo.DELETED, Undo.RESTORED}:
            going.add(row.article_id)
    plan.created_rows = count_created_rows(batch, going)
    return plan


def undo_import(
    batch: ImportRun,
    *,
    by=None,
    on_progress: Callable[[int, int], None] | None = None,
    is_restorable: bool = False,
) -> Counter[Undo]:
    """Undo an import in transactions of 100 files. Return the number of files for each action.

    on_progress is called with (done, total) after each transaction. It may raise an exception to end the undo
    there; the next call continues. An import that was already undone is skipped.
    """
    numbers = Counter()
    batch.refresh_from_db()
    if batch.undone_at:
        return numbers
    keys = list(batch.entries.to_undo().order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(keys), ENTRIES_AT_ONCE):
        chunk = keys[start : start + ENTRIES_AT_ONCE]
        numbers += _undo_entries(chunk, by, is_restorable)
        if on_progress:
            on_progress(start + len(chunk), len(keys))
    if is_restorable:
        withdraw_redirects(batch)
    else:
        delete_created_rows(batch)
    batch.mark_undone(timezone.now(), by)
    return numbers


def _undo_entries(keys, by, is_restorable):
    with transaction.atomic():
        lock_articles(keys)
        rows = ImportEntry.objects.to_undo().filter(pk__in=keys).order_by("-pk")
        entries = list(_with_later_changes(rows).select_related("article", "replaced").only(*UNDONE))
        for entry in entries:
            entry.undo, reason = _choose_undo(entry)
            entry.kept_reason = reason or entry.kept_reason
        created = [entry for entry in entries if entry.undo == Undo.DELETED]
        restored = [entry.article for entry in entries if entry.undo == Undo.RESTORED]
        with changing(by=by) as change:
            change.include(restored)
            if is_restorable:
                _move_to_trash(created, by)
            else:
                delete_articles({entry.article_id for entry in created})
            # Those that ended at the URLs of articles that the import created.
            ended = ImportEntry.objects.filter(pk__in=[entry.pk for entry in created])
            for entry in ended.exclude(redirects_ended=[]):
                Redirect.objects.put_back(entry.redirects_ended, [Article(slug=entry.slug)])
            for entry in entries:
                if entry.undo == Undo.RESTORED:
                    _restore(entry, by)
                elif entry.undo == Undo.WITHDRAWN and is_restorable:
                    set_aside_updates(entry.article, by=by)
                elif entry.undo == Undo.WITHDRAWN:
                    withdraw_updates(entry.article)
        if is_restorable:
            _store_versions(entries)
        ImportEntry.objects.bulk_update(
            entries, ["undo", "kept_reason", "undone_version", "undone_publication"]
        )
    return Counter(entry.undo for entry in entries if entry.undo)


def lock_articles(keys: Collection[int]) -> None:
    """Lock imports and the articles of entries, so that nobody changes them between decision and undo."""
    acquire_import_lock()
    articles = ImportEntry.objects.filter(pk__in=keys).order_by().values("article")
    lock_rows(Article.objects.filter(pk__in=articles))
    lock_checks()


def _with_later_changes(entries):
    """Annotate entries with CHANGES, which _choose_undo() needs."""
    own = {"article": OuterRef("article")}
    held = HeldUpdate.objects.filter(**own, batch=OuterRef("batch"))
    later = ImportEntry.objects.filter(**own, pk__gt=OuterRef("pk")).exclude(batch=OuterRef("batch"))
    later = later.exclude(undo__in=[Undo.RESTORED, Undo.WITHDRAWN])
    newest = Version.objects.filter(**own).order_by("-number")
    return entries.annotate(
        version_now=F("article__lock_version"),
        trashed_at=F("article__trashed_at"),
        replaced_version=F("replaced__version"),
        replaced_at=F("replaced__article_version"),
        was_imported_again=Exists(
            later.filter(Q(outcome__in=["updated", "held", "conflict"]) | Q(replaced__isnull=False))
        ),
        was_submitted=Exists(Submission.objects.filter(**own, at__gte=OuterRef("batch__started_at"))),
        newest_action=Subquery(newest.values("action")[:1]),
        latest_fixes=_count_latest_fixes(),
        is_waiting=Exists(held.waiting()),
        is_decided=Exists(held.exclude(state__in=UNDECIDED)),
    )


def _count_latest_fixes():
    """Return an expression for the number of an article's versions since the last that is not a bulk fix."""
    others = Version.objects.filter(article=OuterRef("article")).exclude(action__in=Version.BY_FIXES)
    newest = Coalesce(Subquery(others.order_by("-number").values("number")[:1]), 0)
    fixes = Version.objects.filter(
        article=OuterRef("article"), action__in=Version.BY_FIXES, number__gt=newest
    )
    number = fixes.order_by().values("article").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))


def _choose_undo(row) -> tuple[str, str]:
    """Return (effect of an undo, reason to keep the article) for a row of _with_later_changes().

    The reason is "" unless the article is kept. Both are "" if there is nothing to do.
    """
    if row.outcome in {"held", "conflict"}:
        if row.is_waiting:
            return Undo.WITHDRAWN, ""
        return (Undo.KEPT, Kept.DECIDED) if row.is_decided else ("", "")
    if reason := _reason_to_keep(row):
        return Undo.KEPT, reason
    if row.outcome == "created":
        return Undo.DELETED, ""
    # The version with the earlier contents may have been pruned.
    is_known = row.replaced_version or row.replaced_at == row.article_version
    return (Undo.RESTORED, "") if is_known else (Undo.KEPT, Kept.NOT_KNOWN)


def _reason_to_keep(row) -> str:
    """Return how the article was changed after the import, or "" if it was not."""
    if row.was_imported_again:
        return Kept.IMPORTED
    if row.trashed_at:
        return Kept.TRASHED
    if row.article_version is None:  # imported before the version was stored
        return Kept.NOT_KNOWN
    # Each save counts as an edit, except those by bulk fixes, which make one version each.
    if row.version_now - row.article_version not in range(row.latest_fixes + 1):
        return Kept.PUBLISHED if row.newest_action in PUBLISHING else Kept.EDITED
    return Kept.SUBMITTED if row.was_submitted else ""


def _move_to_trash(entries, by):
    articles = Article.objects.defer("body", "body_html", "plain_text", "contents")
    articles = articles.in_bulk([entry.article_id for entry in entries])
    for entry in entries:
        entry.undone_publication = Publication.of(articles[entry.article_id]).as_stored()
    with changing(articles.values(), by=by, action=_kind, note=_("Moved to the trash.")) as change:
        change.trash()


def _kind(article):
    return Version.Action.UNDONE if article.status == Article.Status.PUBLISHED else None


def _store_versions(entries):
    """Store the lock versions after the undo, which show later whether somebody changed an article."""
    undone = [entry for entry in entries if entry.undo and entry.undo != Undo.KEPT]
    keys = [entry.article_id for entry in undone]
    versions = dict(Article.objects.filter(pk__in=keys).values_list("pk", "lock_version"))
    for entry in undone:
        entry.undone_version = versions[entry.article_id]


def _restore(entry, by):
    try:
        with attempting():
            _write_back(entry, by)
    except (DamagedVersionError, EmptyArticleError, RefusedError, PathTakenError):
        entry.undo, entry.kept_reason = Undo.KEPT, Kept.NOT_POSSIBLE


def _write_back(entry, by):
    replaced = ReplacedFile.objects.get(entry=entry)
    slug = entry.article.slug
    until, oldest = replaced.version, replaced.article_version
    article = exchange(
        replaced, by=by, note=_("Import undone: %s") % entry.batch, action=Version.Action.UNDONE
    )
    if until:  # earlier entries stay undoable if only bulk fixes have changed the article since
        earlier = ImportEntry.objects.filter(article=entry.article_id, pk__lt=entry.pk)
        earlier = earlier.filter(article_version__gte=oldest - _fixes_until(until))
        earlier.update(article_version=article.lock_version)
    use_added_files(entry, is_in_use=False)
    Redirect.objects.filter(article=entry.article_id, path__in=replaced.redirects_made).delete()
    Redirect.objects.put_back(entry.redirects_ended, [Article(slug=slug)])


def follow_locks(change: Change) -> None:
    """Keep imports undoable whose articles were written without an edit, as by a merge of categories."""
    for keys in itertools.batched(change.unedited, ROWS_AT_ONCE):
        counted_up = {name: F(name) + 1 for name in ("article_version", "undone_version")}
        ImportEntry.objects.filter(article__in=keys).update(**counted_up)
        ReplacedFile.objects.filter(entry__article__in=keys).update(article_version=F("article_version") + 1)


def _fixes_until(version):
    """Count the consecutive versions from bulk fixes that end with this version; 0 if it is from an edit."""
    before = Version.objects.filter(article=version.article_id, number__lte=version.number)
    actions = before.order_by("-number").values_list("action", flat=True)
    return sum(1 for _ in itertools.takewhile(Version.BY_FIXES.__contains__, actions.iterator()))
