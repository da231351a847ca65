"""Jobs of imports in the browser: dry run, import, and undo of an import.

Dry run and import run the same code as import_articles. Each can be stopped after the current batch of files,
killed at any moment and run again. A dry run then starts from the beginning, and an import continues in its
ImportRun.

An upload is only imported if its files and options are still those of the dry run (digest_of()). Uploaded
files are kept until they are imported or discarded, for at most a day.
"""

import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import FETCH_PEERS, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import jobs
from blog.articles.models import Article
from blog.files.archives import forget_archives
from blog.files.folders import reason_of
from blog.imports.addresses import find_addresses
from blog.imports.image_places import ImagePlaces
from blog.imports.models import ImportRun, SourceFile
from blog.imports.recognition import find_same_files
from blog.imports.report import (
    CategorySource,
    ConflictRule,
    DryRunResult,
    FileReport,
    ImportFailedError,
    ImportOptions,
    Outcome,
    StatusRule,
)
from blog.imports.restore import finish_old_undos, restore_import
from blog.imports.run import check_batch, import_in_batches
from blog.imports.sources import ImportSource
from blog.imports.systems import (
    convert_upload,
    export_source,
    is_identified,
    stored_description,
    unconverted_source,
)
from blog.imports.undo import undo_import
from blog.imports.uploads.models import StagedFile, StagedImport
from blog.imports.uploads.reception import fetch_upload, source_path
from blog.imports.uploads.removal import forget_upload
from blog.imports.writer import new_batch
from blog.jobs import JobFailedError, JobStopped, LockLostError, RunningJob, cleanup_hook, job, start
from blog.jobs.models import Job
from blog.review.proofs import JOB

State = StagedImport.State
CHECK_KIND = "check_import"
GROUP = "import"  # one at a time: two imports would wait for each other at every batch
PATH_LENGTH = StagedFile._meta.get_field("path").max_length
CHOICES = (
    *("source_name", "written_by", "status", "on_conflict", "addresses", "categories_from"),
    *("default_category", "requires_category"),
)
FINISHED_STATES = frozenset((State.DISCARDED, State.EXPIRED))
CAN_CHECK = frozenset((State.RECEIVED, State.CHECKING, State.CHECKED, State.FAILED, State.STOPPED))
INTERRUPTED = frozenset((State.IMPORTING, State.FAILED, State.STOPPED))


@job("import_check", title=gettext_lazy("Import dry run"), group=GROUP)
def check_staged(running: RunningJob, staged_import: int) -> None:
    """Store a StagedFile with the dry run's outcome for each file. Changes no article."""
    staged = _get(staged_import)
    with _storing_failure(staged):
        with transaction.atomic():
            staged.files.all().delete()  # from a dry run that was killed, or that had other options
            # A stopped import keeps its articles and its ImportRun. The next import gets a new ImportRun.
            _set(staged, state=State.CHECKING, checked_digest="", batch=None)
        _fetch(staged)
        convert_upload(staged)
        _recognise(staged)
        digest, source = digest_of(staged), staged_source(staged)
        addresses = find_addresses(source, _options(staged, dry_run=True))
        topics = []
        how = {"dry_run": True, "addresses": addresses, "on_topics": topics.append}
        for start, reports in _batches(staged, source, running, **how):
            StagedFile.objects.bulk_create(_rows(staged, reports, start))
        results = {"found_addresses": addresses.summary() | ImagePlaces(source, None, addresses).in_source()}
        results["found_categories"] = topics[0].summary() if topics else {}
        _set(staged, state=State.CHECKED, checked_digest=digest, **results)


@job("import", title=gettext_lazy("Import"), group=GROUP)
def import_staged(running: RunningJob, staged_import: int) -> dict:
    """Import the files of the dry run, delete the uploaded files, and check the articles."""
    staged = _get(staged_import)
    if staged.state != State.IMPORTED:  # otherwise the job was killed while it deleted the uploaded files
        with _storing_failure(staged):
            _import(staged, running)
    forget_upload(staged)
    return _check(staged.batch, running, counts_all=True)


@job(CHECK_KIND, title=gettext_lazy("Check of an import"), group=JOB)
def check_import(running: RunningJob, batch: int) -> dict:
    """Check the articles of an import that a stopped check has not reached."""
    return _check(_run_of(batch), running)


def _check(run, running, *, counts_all=False):
    """Check the imported articles. If this is stopped, resume_check() or another job checks the rest."""
    begun = False

    def report(done, total):
        nonlocal begun
        if not begun:
            begun = True
            began = timezone.now().isoformat()
            running.store(batch=run.pk, files=run.counted, check_began=began, checked_before=done)
        running.progress(done, total, _("Checking articles"))
        if running.stop_requested and done < total:
            raise JobStopped({"batch": run.pk})

    checked = check_batch(run, on_batch=report, counts_all=counts_all)
    return {"looked_at": checked.articles, "marks": dict(checked.count_marks())}


def latest_checks(runs: Collection[ImportRun]) -> dict[int, Job]:
    """Return {primary key of an import: the latest job that checks, or imports and checks, its articles}."""
    keys = [run.pk for run in runs]
    staged = StagedImport.objects.filter(batch__in=keys, import_job__isnull=False).order_by("pk")
    by_job = dict(staged.values_list("import_job", "batch"))
    rows = Job.objects.fetch_mode(FETCH_PEERS).order_by("pk")
    rows = rows.filter(Q(pk__in=by_job) | Q(kind=CHECK_KIND, arguments__batch__in=keys))
    return {by_job.get(each.pk) or each.arguments["batch"]: each for each in rows}


def resume_check(run: ImportRun, by) -> bool:
    """Start a job to check the rest of an import. Return False if it is undone or such a job is active."""
    with transaction.atomic():
        ImportRun.objects.select_for_update(of=["self"]).get(pk=run.pk)
        latest = latest_checks([run]).get(run.pk)
        if run.undone_at or (latest and latest.is_active):
            return False
        started = jobs.start(CHECK_KIND, by, batch=run.pk)
        run.staged_imports.update(import_job=started)
    return True


def staged_source(staged: StagedImport, *, is_named: bool = True) -> ImportSource:
    """Return the uploaded files as a source. Raises ImportFailedError, for example for a broken archive."""
    place = source_path(staged)
    try:
        if converted := stored_description(staged.folder):
            source = export_source(place, converted, staged.source_name, file_name=staged.name)
        else:
            source = unconverted_source(place, staged.source_name, file_name=staged.name)
            source = replace(source, root=staged.source_name)
        return replace(source, is_named=is_named)
    except ImportFailedError as error:  # do not reveal the path on the server
        raise ImportFailedError(str(error).replace(str(place), staged.name)) from None


def digest_of(staged: StagedImport) -> str:
    """Return a digest of all uploaded files, their names, and the import's options."""
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
        raise JobFailedError(_no_files())
    return staged


def _no_files():
    return _("The uploaded files are no longer available. Upload them again on the Import page.")


def _fetch(staged):
    """Have the uploaded files in the folder of this machine."""
    try:
        fetch_upload(staged)
    except FileNotFoundError as error:
        raise ImportFailedError(_no_files()) from error
    except OSError as error:
        raise ImportFailedError(f"{reason_of(error)}.") from error


@contextmanager
def _storing_failure(staged):
    """Run the block. Store the state if it fails or is stopped, and close the archive of the upload."""
    try:
        yield
    except LockLostError:
        raise  # another worker may be running the job
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


def _recognise(staged):
    """Look for an earlier source with the same files, unless the user named a source.

    If one is found, the user is asked whether these are its files. Until then, the dry run assumes that they
    are, so that no article is created twice.
    """
    if staged.is_source_given or is_identified(staged.folder):
        return
    staged.source_name = staged.same_files.get("own_name", staged.source_name)
    earlier = find_same_files(staged_source(staged, is_named=False))
    same = {}
    if earlier:
        same = {
            "own_name": staged.source_name,
            "imported_at": earlier.imported_at.isoformat() if earlier.imported_at else "",
            "files": earlier.files,
            "twins": [[twin.article_id, twin.known_path, twin.path, twin.part] for twin in earlier.twins[:4]],
            "number": len(earlier.twins),
        }
        staged.source_name = earlier.source_name
    _set(staged, source_name=staged.source_name, same_files=same)


def answer_same_files(staged: StagedImport, by, *, is_same: bool) -> None:
    """Store whether these are the files of the source that _recognise() found.

    If not, start a dry run under another source name.
    """
    with staged.locked():
        if not staged.asks_for_source or staged.is_under_way:
            return
        staged.is_source_given = True
        staged.save(update_fields=["is_source_given"])
    if not is_same:
        start_check(staged, by, source_name=_free_name(staged.same_files["own_name"]))


def _free_name(name):
    """Return the name, with a number if a source has it already."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(each for each in names if not SourceFile.objects.filter(source_name=each).exists())


def _import(staged, running):
    _fetch(staged)
    if not staged.checked_digest or digest_of(staged) != staged.checked_digest:
        raise JobFailedError(_("The files or options changed after the dry run. Run the dry run again."))
    source = staged_source(staged)
    batch = _begin_import(staged, source)
    running.store(batch=batch.pk)
    for _start, _reports in _batches(staged, source, running, batch=batch, shown=_shown(staged)):
        pass  # the ImportRun stores the reports
    with transaction.atomic():
        _end(staged, State.IMPORTED)
        if staged.mirror_images:
            start("mirror_images", staged.created_by)


def _batches(staged, source, running, *, dry_run=False, batch=None, **how):
    """Yield (number of files before it, reports) for each batch of files."""
    done, files = batch.counted if batch else 0, len(source.files)
    options = _options(staged, dry_run=dry_run)
    running.progress(done, files)

    def on_images(stored):
        if stored:
            running.progress(done, files, ngettext("%d image read.", "%d images read.", stored) % stored)

    how["on_images"] = on_images
    with closing(import_in_batches(source, options, batch=batch, **how)) as batches:
        for reports in batches:
            yield done, reports
            done += len(reports)
            running.progress(done, files)
            if done < files and running.stop_requested:
                raise JobStopped({"batch": staged.batch_id})


def _begin_import(staged, source):
    """Return the ImportRun to continue, or a new one. It is saved before anything is imported."""
    is_begun = staged.batch and not staged.batch.undone_at
    with transaction.atomic():
        batch = staged.batch if is_begun else new_batch(source, _options(staged))
        batch.finished_at, batch.file_name = None, staged.name
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
        on_conflict=ConflictRule(staged.on_conflict) if staged.on_conflict else None,
        written_by=staged.written_by,
        addresses=staged.addresses,
        categories_from=CategorySource(staged.categories_from),
        dry_run=dry_run,
        checks=True,
        started_by=staged.created_by,
        way=staged.way,
        default_category=staged.default_category,
        requires_category=staged.requires_category,
    )


def _shown(staged) -> dict[str, DryRunResult]:
    """Return {path: result of the dry run}. If an archive has a path twice, only its first file is read."""
    rows = staged.files.order_by("-position").values_list("path", "outcome", "slug")
    return {path: DryRunResult(outcome, slug) for path, outcome, slug in rows.iterator()}


def _rows(staged, reports: Iterable[FileReport], start) -> Iterator[StagedFile]:
    # An article that the dry run created was rolled back.
    keys = {report.article_id for report in reports if report.outcome != Outcome.CREATED}
    articles = Article.objects.only("title", "slug").in_bulk(keys - {None})
    for position, report in enumerate(reports, start):
        article = articles.get(report.article_id)
        yield StagedFile(
            staged_import=staged,
            position=position,
            path=report.file.encode("utf-8", "backslashreplace").decode()[:PATH_LENGTH],
            outcome=report.outcome,
            title=report.title or (article.title if article else ""),
            slug=report.slug or (article.slug if article else ""),
            reason=report.message,
            warnings=report.stored_warnings,
            notices=report.stored_notices,
            article=article,
        )


def start_check(staged: StagedImport, by, **choices) -> bool:
    """Start a dry run, unless a job is active. Return whether it started. choices: changed options."""
    with staged.locked():
        if staged.is_under_way or staged.state not in CAN_CHECK:
            return False
        for name, value in choices.items():
            setattr(staged, name, value)
        staged.state, staged.import_job = State.CHECKING, None
        staged.check_job = jobs.start("import_check", by, staged_import=staged.pk)
        staged.save()
    return True


def start_import(staged: StagedImport, by) -> bool:
    """Start the import after its dry run, or continue an interrupted one. Return whether it started."""
    with staged.locked():
        if not can_import(staged):
            return False
        staged.state = State.IMPORTING
        staged.import_job = jobs.start("import", by, staged_import=staged.pk)
        staged.save()
    return True


def can_import(staged: StagedImport) -> bool:
    """Whether the import can start or continue: its dry run is finished, or it was interrupted."""
    if staged.state == State.CHECKED:
        return not staged.asks_for_source
    return bool(staged.import_job) and not staged.is_under_way and staged.state in INTERRUPTED


@job("undo_import", title=gettext_lazy("Undo import"), group=GROUP)
def run(running: RunningJob, batch: int) -> dict:
    """Undo the import with this key. Return {what was done: number of files}."""
    how = {"by": running.job.started_by, "on_progress": partial(_report_or_stop, running)}
    return dict(undo_import(_run_of(batch), **how, is_restorable=True))


@job("restore_import", title=gettext_lazy("Restore import"), group=GROUP)
def restore_undone(running: RunningJob, batch: int) -> dict:
    """Restore the undone import with this key. Return the numbers of files restored and skipped."""
    report = partial(_report_or_stop, running)
    return restore_import(_run_of(batch), by=running.job.started_by, on_progress=report)


def _run_of(batch) -> ImportRun:
    row = ImportRun.objects.filter(pk=batch).first()
    if row is None:
        raise JobFailedError(_("This import no longer exists."))
    return row


def _report_or_stop(running, done, total):
    running.progress(done, total)
    if running.stop_requested:
        raise JobStopped


cleanup_hook(finish_old_undos)
