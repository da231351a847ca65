"""Runs an import: one source after the other, files in batches, one transaction a batch."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import OperationalError
from django.utils import timezone

from blog.importing.preparing import PreparedFile, Source, find_source, is_source_name, read_file
from blog.importing.reports import FileReport, ImportFailedError, ImportOptions, ImportReport
from blog.importing.walking import reason_of
from blog.importing.workers import Workers
from blog.importing.writing import SourceWriter
from blog.models import ProvenanceError

BATCH_SIZE = 100  # measured: as fast as one transaction for all, and a kill loses little
OBJECTS_BETWEEN_COLLECTIONS = 10_000  # measured: a twentieth of the time of the process that writes
AGAIN = "What is in stays in; mend it and run the import again."
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
    total = sum(len(source.files) for source in sources)
    if on_start:
        on_start(total if options.limit is None else min(total, options.limit))
    report = ImportReport()
    with _rare_collections(), Workers(options.workers, timezone.get_default_timezone()) as workers:
        for file_report in _import_sources(sources, options, workers):
            report.add(file_report)
            if on_file:
                on_file(file_report)
    return report


@contextmanager
def _rare_collections():
    """Collect garbage less often: an import makes thousands of rows, hardly any of them in cycles."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


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


def _import_sources(sources, options, workers) -> Iterator[FileReport]:
    left = options.limit
    for source in sources:
        if left == 0:
            return
        files = source.files[:left]
        yield from _import_source(source, files, options, workers)
        left = None if left is None else left - len(files)


def _import_source(source: Source, files, options, workers) -> Iterator[FileReport]:
    try:
        writer = SourceWriter(source, options)
        read = (read_file(source, file) for file in files)
        for batch in _batches(workers.prepare(read, writer.is_unchanged)):
            yield from writer.write(batch)
        writer.finish()
    except OperationalError as error:
        raise ImportFailedError(f"The database cannot be used: {error}. {AGAIN}") from error
    except OSError as error:
        raise ImportFailedError(f"The import broke off: {reason_of(error)}. {AGAIN}") from error


def _batches(files: Iterable[PreparedFile]) -> Iterator[list[PreparedFile]]:
    batch, size = [], 0
    for file in files:
        batch.append(file)
        size += len(file.data)
        if len(batch) == BATCH_SIZE or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
