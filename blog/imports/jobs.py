"""Jobs of imports in the browser: dry run, import, and undo of an import.

Dry run and import run the same code as import_articles. Each can be stopped after the files in progress,
killed at any moment and run again. A dry run then starts from the beginning, an import continues in its
ImportRun.

The import of an upload must be what the dry run showed: digest_of() compares files and choices. Uploaded
files are kept until they are imported or discarded, for at most a day.
"""

import hashlib
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import jobs
from blog.articles.models import Article
from blog.files.folder_or_archive import forget_archives
from blog.imports.models import ImportRun
from blog.imports.report import (
    ConflictRule,
    DryRunResult,
    FileReport,
    ImportFailedError,
    ImportOptions,
    Outcome,
    StatusRule,
)
from blog.imports.run import check_batch, import_in_batches
from blog.imports.sources import ImportSource, brought_source
from blog.imports.undo import undo_import
from blog.imports.uploads.models import UPLOAD_RETENTION, StagedFile, StagedImport
from blog.imports.uploads.reception import source_path
from blog.imports.writer import new_batch
from blog.jobs import JobFailedError, JobStopped, LockLostError, RunningJob, cleanup_hook, job, start

State = StagedImport.State
GROUP = "import"  # one at a time: two would wait for each other at every batch
PATH_LENGTH = StagedFile._meta.get_field("path").max_length
CHOICES = ("source_name", "written_by", "status", "on_conflict")
FINISHED_STATES = frozenset((State.DISCARDED, State.EXPIRED))
CHECKABLE = frozenset((State.RECEIVED, State.CHECKING, State.CHECKED, State.FAILED, State.STOPPED))
BROKEN_OFF = frozenset((State.IMPORTING, State.FAILED, State.STOPPED))


@job("import_check", title=gettext_lazy("Check of what is to be imported"), group=GROUP)
def check_staged(running: RunningJob, staged_import: int) -> None:
    """Keep a StagedFile for each file that says what importing it would do now. Changes no article."""
    staged = _get(staged_import)
    with _told(staged):
        _begin_check(staged)
        digest, source = digest_of(staged), staged_source(staged)
        for start, reports in _batches(staged, source, running, dry_run=True):
            StagedFile.objects.bulk_create(_rows(staged, reports, start))
        _set(staged, state=State.CHECKED, checked_digest=digest)


@job("import", title=gettext_lazy("Import"), group=GROUP)
def import_staged(running: RunningJob, staged_import: int) -> dict:
    """Import what was checked, throw the uploaded files away, and look at the articles."""
    staged = _get(staged_import)
    if staged.state != State.IMPORTED:  # else it was killed while it threw them away
        with _told(staged):
            _import(staged, running)
    shutil.rmtree(staged.folder, ignore_errors=True)
    return {"batch": staged.batch_id} | _look_at(staged, running)


def _look_at(staged, running):
    """Look at what has come in. If that is stopped, a job of its own looks at what is left."""

    def report(done, total):
        running.progress(done, total, _("Looking at the articles"))
        if running.stop_requested and done < total:
            raise JobStopped({"batch": staged.batch_id})

    checked = check_batch(staged.batch, on_batch=report)
    return {"looked_at": checked.articles, "marks": asdict(checked.count_marks())}


def staged_source(staged: StagedImport) -> ImportSource:
    """Return the uploaded files as a source. Raises ImportFailedError, as for an archive that is broken."""
    place = source_path(staged)
    try:
        return brought_source(place, staged.source_name)
    except ImportFailedError as error:  # where it lies on this machine is nobody's business
        raise ImportFailedError(str(error).replace(str(place), staged.name)) from None


def digest_of(staged: StagedImport) -> str:
    """Return a digest of all uploaded files with their names, and of what was chosen for them."""
    digest = hashlib.sha256(repr([getattr(staged, name) for name in CHOICES]).encode())
    place = source_path(staged)
    for path in [place] if place.is_file() else sorted(filter(Path.is_file, place.rglob("*"))):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        digest.update(f"{path.relative_to(staged.folder)}\0".encode())
    return digest.hexdigest()


def _get(key):
    rows = StagedImport.objects.select_related("batch", "created_by")
    staged = rows.filter(pk=key).exclude(state__in=FINISHED_STATES).first()
    if staged is None:
        raise JobFailedError(_("The files are not here any more. Drop them on the import page again."))
    return staged


@contextmanager
def _told(staged):
    """Let the import say how it ended early, the reason is the job's; close its archive in any case."""
    try:
        yield
    except LockLostError:
        raise  # another worker has it now
    except JobStopped:
        _end(staged, State.STOPPED)
        raise
    except ImportFailedError as error:
        _end(staged, State.FAILED)
        raise JobFailedError(str(error)) from error
    except Exception:
        _end(staged, State.FAILED)
        raise
    finally:
        forget_archives()


def _begin_check(staged):
    with transaction.atomic():
        staged.files.all().delete()  # of a run that was killed, or with other choices
        # What an import that was stopped has brought is in, in a batch that this one is none of.
        _set(staged, state=State.CHECKING, checked_digest="", batch=None)


def _import(staged, running):
    if not staged.checked_digest or digest_of(staged) != staged.checked_digest:
        raise JobFailedError(
            _("These are not the files, or the choices, that were checked. Check them again.")
        )
    source = staged_source(staged)
    batch = _begin_import(staged, source)
    for _start, _reports in _batches(staged, source, running, batch=batch, shown=_shown(staged)):
        pass  # they are in, and in the batch
    with transaction.atomic():
        _end(staged, State.IMPORTED)
        if staged.mirror_images:
            start("mirror_images", staged.created_by)


def _batches(staged, source, running, *, dry_run=False, batch=None, **how):
    """Yield the reports of each batch of files, and the number of files before it."""
    done, files = batch.counted if batch else 0, len(source.files)
    options = _options(staged, dry_run=dry_run)
    running.progress(done, files)
    with closing(import_in_batches(source, options, batch=batch, **how)) as batches:
        for reports in batches:
            yield done, reports
            done += len(reports)
            running.progress(done, files)
            if done < files and running.stop_requested:
                raise JobStopped({"batch": staged.batch_id})


def _begin_import(staged, source):
    """Return the batch to go on with, or a new one, which is known before anything is in it."""
    is_begun = staged.batch and not staged.batch.undone_at
    with transaction.atomic():
        batch = staged.batch if is_begun else new_batch(source, _options(staged))
        batch.finished_at = None
        batch.save()
        _set(staged, state=State.IMPORTING, batch=batch)
    return batch


def _end(staged, state):
    with transaction.atomic():
        ImportRun.objects.filter(pk=staged.batch_id).update(finished_at=timezone.now())
        _set(staged, state=state)


def _set(staged, **values):
    for name, value in values.items():
        setattr(staged, name, value)
    staged.save(update_fields=values)


def _options(staged, *, dry_run=False):
    return ImportOptions(
        status=StatusRule(staged.status),
        source_name=staged.source_name,
        on_conflict=ConflictRule(staged.on_conflict),
        written_by=staged.written_by,
        dry_run=dry_run,
        started_by=staged.created_by,
    )


def _shown(staged) -> dict[str, DryRunResult]:
    """Return what was shown of each path; an archive may hold one twice, of which only the first is read."""
    found = {}
    for path, outcome, slug in staged.files.values_list("path", "outcome", "slug").iterator():
        found.setdefault(path, DryRunResult(outcome, slug))
    return found


def _rows(staged, reports: Iterable[FileReport], start) -> Iterator[StagedFile]:
    articles = Article.objects.only("title", "slug").in_bulk({*map(_article_id, reports)} - {None})
    for position, report in enumerate(reports, start):
        yield _row(staged, position, report, articles.get(_article_id(report)))


def _row(staged, position, report, article):
    return StagedFile(
        staged_import=staged,
        position=position,
        path=report.file.encode("utf-8", "backslashreplace").decode()[:PATH_LENGTH],
        outcome=report.outcome,
        title=report.title or (article.title if article else ""),
        slug=report.slug or (article.slug if article else ""),
        reason=report.message,
        warnings=report.warnings,
        notices=report.stored_notices,
        article=article,
    )


def _article_id(report):
    """Return the key of an article that is there already; what a dry run creates is gone again."""
    return None if report.outcome == Outcome.CREATED else report.article_id


def discard_upload(staged: StagedImport, state: str, by=None) -> bool:
    """Delete the files of an import and what was said of them; only that there was one stays.

    Returns False if a job still works on them. That one is asked to stop, unless it imports them.
    """
    with staged.locked():
        if staged.check_job and not staged.import_job:
            staged.check_job.request_stop(by)
        if staged.is_under_way:
            return False
        shutil.rmtree(staged.folder, ignore_errors=True)  # first: without room, no row can be changed
        staged.files.all().delete()
        staged.state = state
        staged.save(update_fields=["state"])
    return True


@cleanup_hook
def forget_expired() -> None:
    """Delete what was kept for a day, and what killed processes have left."""
    for staged in StagedImport.objects.expired():
        discard_upload(staged, State.EXPIRED)
    StagedFile.objects.filter(staged_import__in=StagedImport.objects.imported_long_ago()).delete()
    kept = {str(uid) for uid in StagedImport.objects.with_files().values_list("uid", flat=True)}
    for folder in _old_folders():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _old_folders() -> list[Path]:
    """Return the folders that were made more than a day ago: the row of a newer one may be on its way."""
    if not settings.IMPORT_ROOT.is_dir():
        return []
    before = time.time() - UPLOAD_RETENTION.total_seconds()
    return [folder for folder in settings.IMPORT_ROOT.iterdir() if folder.stat().st_mtime < before]


def start_check(staged: StagedImport, by, **choices) -> bool:
    """Start a dry run with these choices (source_name, written_by, mirror_images), if that is possible."""
    with staged.locked():
        if staged.is_under_way or staged.state not in CHECKABLE:
            return False
        for name, value in choices.items():
            setattr(staged, name, value)
        staged.state, staged.import_job = State.CHECKING, None
        staged.check_job = jobs.start("import_check", by, staged_import=staged.pk)
        staged.save()
    return True


def start_import(staged: StagedImport, by) -> bool:
    """Start the import of what was checked, or of what is left of it; return whether that was possible."""
    with staged.locked():
        if not can_import(staged):
            return False
        staged.state = State.IMPORTING
        staged.import_job = jobs.start("import", by, staged_import=staged.pk)
        staged.save()
    return True


def can_import(staged: StagedImport) -> bool:
    """Return whether it was checked and not imported yet, or whether its import broke off."""
    if staged.state == State.CHECKED:
        return True
    return bool(staged.import_job) and not staged.is_under_way and staged.state in BROKEN_OFF


@job("undo_import", title=gettext_lazy("Undo of an import"), group=GROUP)
def run(running: RunningJob, batch: int) -> dict:
    """Undo the import with this key; return the number of files by what was done with them."""
    row = ImportRun.objects.filter(pk=batch).first()
    if row is None:
        raise JobFailedError(_("This import is not on record any more."))

    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped

    return dict(undo_import(row, by=running.job.started_by, on_progress=report))
