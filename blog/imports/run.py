"""Run an import: source by source, in batches of one transaction each.

Files are read in order. Unchanged ones are recognised by their digest, the others go to workers
(workers.py). One process writes (writer.py).

Imported articles are checked in a second pass, after all files (check_imported_articles()). So the check does
not slow down the import, and a later job can do it.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from django.db import OperationalError
from django.utils import timezone

from blog.articles.provenance import ProvenanceError
from blog.base.queries import ROWS_AT_ONCE
from blog.files.folders import reason_of
from blog.imports.models import ImportRun
from blog.imports.report import (
    DryRunResult,
    FileReport,
    ImportFailedError,
    ImportOptions,
    ImportReport,
    name_files,
)
from blog.imports.sources import ImportSource, PreparedFile, find_source, is_source_name, read_file
from blog.imports.workers import Workers
from blog.imports.writer import ImportWriter
from blog.review.proofs import CheckSummary, check_articles, stale_articles

BATCH_SIZE = 100  # measured: as fast as one transaction for all, and a kill loses little
DRY_BATCH_SIZE = 20  # nothing is lost with it, and whoever writes meanwhile waits for these files alone
RERUN_HINT = "What is in stays in; mend it and run the import again."
BATCH_BYTES = 8 * 1024 * 1024  # few large files are a batch too, so that memory stays flat


def import_articles(
    paths: Iterable[Path],
    options: ImportOptions,
    *,
    on_start: Callable[[int], None] | None = None,
    on_file: Callable[[FileReport], None] | None = None,
) -> ImportReport:
    """Import the Markdown files at the given paths, which are files, or folders with files at any depth.

    on_start is told how many files there are; on_file is told of each file, once its transaction is
    committed. A bad file never stops the run. Raises ImportFailedError if the run cannot start or go on.
    """
    _check(options)
    sources = [find_source(path, options.source_name) for path in paths]
    _require_markdown(sources)
    total = sum(len(source.files) for source in sources)
    if on_start:
        on_start(total if options.limit is None else min(total, options.limit))
    report = ImportReport()
    with _reading(options) as workers:
        for file_report in _import_sources(sources, options, workers):
            report.add(file_report)
            if on_file:
                on_file(file_report)
    return report


def import_in_batches(
    source: ImportSource,
    options: ImportOptions,
    *,
    batch: ImportRun | None = None,
    shown: Mapping[str, DryRunResult] | None = None,
) -> Iterator[list[FileReport]]:
    """Import a source; yield what became of each batch of files, once its transaction is over.

    batch: the one to go on with: the files that it counts are in. shown: what was said of each file before,
    so that what becomes otherwise is reported. Whoever asks for no more ends the import after the files in
    hand. Raises ImportFailedError.
    """
    with _reading(options) as workers:
        files = source.files[batch.counted if batch else 0 :]
        yield from _write(source, files, options, workers, record=batch, shown=shown)


def _reading(options):
    return Workers(options.workers, timezone.get_default_timezone())


def _check(options):
    name = options.source_name
    if name and not is_source_name(name):
        raise ImportFailedError(f"--source: {name!r} must be a name of up to 255 bytes without a slash.")
    try:
        options.provenance  # noqa: B018 -- raises
    except ProvenanceError as error:
        raise ImportFailedError(f"--written-by: {error}") from error
    if options.static_root is not None and not options.static_root.is_dir():
        raise ImportFailedError(f"--static-root: there is no folder {options.static_root}.")
    if options.limit is not None and options.limit < 1:
        raise ImportFailedError("--limit must be 1 or more.")
    if options.workers is not None and options.workers < 1:
        raise ImportFailedError("--workers must be 1 or more.")


def _require_markdown(sources):
    """Raise ImportFailedError if no source has a Markdown file."""
    files = [file for source in sources for file in source.files]
    others = [file.path for file in files if file.is_other_text]
    if len(others) < len(files):
        return
    named = f" Not Markdown: {name_files(others)}." if others else ""
    raise ImportFailedError(f"There are no Markdown files (.md, .markdown) to import.{named}")


def _import_sources(sources, options, workers) -> Iterator[FileReport]:
    left = options.limit
    for source in sources:
        if left == 0:
            return
        files = source.files[:left]
        yield from itertools.chain.from_iterable(_write(source, files, options, workers))
        left = None if left is None else left - len(files)


def _write(source, files, options, workers, **going_on) -> Iterator[list[FileReport]]:
    try:
        writer = ImportWriter(source, options, **going_on)
        read = (read_file(source, file) for file in files)
        size = DRY_BATCH_SIZE if options.dry_run else BATCH_SIZE
        for batch in _batches(workers.prepare(read, writer.is_unchanged), size):
            yield writer.write(batch)
        writer.finish()
    except OperationalError as error:
        raise ImportFailedError(f"The database cannot be used: {error}. {RERUN_HINT}") from error
    except OSError as error:
        raise ImportFailedError(f"The import broke off: {reason_of(error)}. {RERUN_HINT}") from error


def _batches(files: Iterable[PreparedFile], most: int) -> Iterator[list[PreparedFile]]:
    batch, size = [], 0
    for file in files:
        batch.append(file)
        size += len(file.data)
        if len(batch) == most or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def check_imported_articles(
    report: ImportReport, *, on_batch: Callable[[int], None] | None = None, workers: int | None = None
) -> CheckSummary:
    """Look at the articles that an import created or updated; see check_articles()."""
    return check_articles(_stale(report.changed), on_batch=on_batch, workers=workers)


def check_batch(batch: ImportRun, *, on_batch: Callable[[int, int], None]) -> CheckSummary:
    """Look at the articles of a batch that were not looked at yet. on_batch is told (done, total)."""
    articles = stale_articles().filter(import_entries__batch=batch).distinct()
    total = articles.count()
    on_batch(0, total)
    return check_articles(articles, on_batch=lambda done: on_batch(done, total))


def _stale(keys: Iterable[int]) -> list[int]:
    found = []
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        found += stale_articles().filter(pk__in=some).order_by().values_list("pk", flat=True)
    return found
