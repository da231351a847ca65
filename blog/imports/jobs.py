"""Imports in the browser, as jobs: the dry run of uploaded files, and the import of what it showed.

Both are the code behind import_articles. Each can be stopped after the files in hand, be killed at any moment
and be run again: a dry run from its beginning, an import from where it was, in the same ImportBatch.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.files.folder_or_archive import forget_archives
from blog.imports.models import ImportBatch
from blog.imports.report import (
    ConflictRule,
    FileReport,
    ImportFailedError,
    ImportOptions,
    Outcome,
    Shown,
    StatusRule,
)
from blog.imports.run import import_in_batches
from blog.imports.second_pass import look_at_batch
from blog.imports.sources import Source, brought_source
from blog.imports.uploads.models import StagedFile, StagedImport
from blog.imports.uploads.reception import place_of
from blog.imports.writer import new_batch
from blog.jobs import JobFailedError, LockLostError, RunningJob, Stopped, job, start

State = StagedImport.State
GROUP = "import"  # one at a time: two would wait for each other at every batch
PATH_LENGTH = StagedFile._meta.get_field("path").max_length
CHOICES = ("source_name", "written_by", "status", "on_conflict")
OVER = frozenset((State.DISCARDED, State.EXPIRED))


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
            raise Stopped({"batch": staged.batch_id})

    checked = look_at_batch(staged.batch, on_batch=report)
    return {"looked_at": checked.articles, "marks": asdict(checked.count_marks())}


def staged_source(staged: StagedImport) -> Source:
    """Return the uploaded files as a source. Raises ImportFailedError, as for an archive that is broken."""
    place = place_of(staged)
    try:
        return brought_source(place, staged.source_name)
    except ImportFailedError as error:  # where it lies on this machine is nobody's business
        raise ImportFailedError(str(error).replace(str(place), staged.name)) from None


def digest_of(staged: StagedImport) -> str:
    """Return a digest of all uploaded files with their names, and of what was chosen for them."""
    digest = hashlib.sha256(repr([getattr(staged, name) for name in CHOICES]).encode())
    place = place_of(staged)
    for path in [place] if place.is_file() else sorted(filter(Path.is_file, place.rglob("*"))):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        digest.update(f"{path.relative_to(staged.folder)}\0".encode())
    return digest.hexdigest()


def _get(key):
    rows = StagedImport.objects.select_related("batch", "created_by")
    staged = rows.filter(pk=key).exclude(state__in=OVER).first()
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
    except Stopped:
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
        if staged.mirrors:
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
                raise Stopped({"batch": staged.batch_id})


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
        ImportBatch.objects.filter(pk=staged.batch_id).update(finished_at=timezone.now())
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


def _shown(staged) -> dict[str, Shown]:
    """Return what was shown of each path; an archive may hold one twice, of which only the first is read."""
    found = {}
    for path, outcome, slug in staged.files.values_list("path", "outcome", "slug").iterator():
        found.setdefault(path, Shown(outcome, slug))
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
        article=article,
    )


def _article_id(report):
    """Return the key of an article that is there already; what a dry run creates is gone again."""
    return None if report.outcome == Outcome.CREATED else report.article_id
