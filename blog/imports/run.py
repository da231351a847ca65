"""Run an import: source by source, in batches of one transaction each.

Files are read in order. Unchanged ones are recognised by their digest, the others go to workers
(workers.py). One process writes (writer.py).

With ImportOptions.checks, a new article is checked from the same reading of its file, soon after the commit
of its batch. check_imported_articles() and check_batch() check the others after all files.
"""

import itertools
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from django.db import OperationalError
from django.utils import timezone

from blog.articles.models import Article
from blog.articles.provenance import ProvenanceError
from blog.base.queries import ROWS_AT_ONCE, writing_many_rows
from blog.documents.fields.topics import DefaultCategory, Topics
from blog.documents.fields.translations import translated_paths
from blog.files.archives import is_archive
from blog.files.folders import reason_of
from blog.imports.addresses import SourceAddresses, find_addresses
from blog.imports.articles import Checked, articles_of_import, count_checked
from blog.imports.left_links import LeftLinks
from blog.imports.models import ImportRun
from blog.imports.names import with_people
from blog.imports.recognition import find_same_files
from blog.imports.report import (
    DryRunResult,
    FileReport,
    ImportFailedError,
    ImportOptions,
    ImportReport,
    name_files,
)
from blog.imports.sources import ImportSource, PreparedFile, is_source_name, read_file
from blog.imports.systems import found_sources
from blog.imports.topics import find_topics
from blog.imports.translations import with_slug_of_translation
from blog.imports.workers import FileWorkers
from blog.imports.writer import ImportWriter, at_level_of_earlier_imports
from blog.review.proofs import CheckSummary, check_articles, stale_articles

OLD_SITE = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/[^\s?#]{0,200})?")
BATCH_SIZE = 100  # files to write; measured: as fast as a single transaction, and a kill loses little
DRY_BATCH_SIZE = 20  # smaller than BATCH_SIZE, so that a dry run blocks other writers only briefly
UNCHANGED_FACTOR = 5  # times as many files may be in a batch if they are unchanged, which takes little time
RERUN_HINT = "Articles already imported are kept. Fix the problem and run the import again."
BATCH_BYTES = 8 * 1024 * 1024  # limits the memory that a batch of large files takes


def import_articles(
    paths: Iterable[Path],
    options: ImportOptions,
    *,
    on_start: Callable[[int], None] | None = None,
    on_file: Callable[[FileReport], None] | None = None,
    on_images: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import the Markdown and HTML files at the given paths.

    A path is a file, a folder with files at any depth, a zip file, or an export of a publishing system.
    on_start is called with the number of files, on_file with each file's report after its commit, on_images
    now and then with the number of images that are stored so far. A bad file never stops the run. Raises
    ImportFailedError if the run cannot start or continue.
    """
    _check(options)
    with found_sources(paths, options) as sources:
        return _import_all(sources, options, on_start=on_start, on_file=on_file, on_images=on_images)


def _import_all(sources, options, *, on_start, on_file, on_images):
    _require_markdown(sources)
    addresses = [find_addresses(source, options) for source in sources]
    if options.asks_for_source:
        _ask_for_source(sources, options)
    total = sum(len(source.files) for source in sources)
    if on_start:
        on_start(total if options.limit is None else min(total, options.limit))
    report = ImportReport(addresses=addresses)
    with _reading(options) as workers:
        pairs = zip(sources, addresses, strict=True)
        calls = {"on_topics": report.topics.append, "on_images": on_images}
        for file_report in _import_sources(pairs, options, workers, **calls):
            if on_file:  # first, because add() drops remarks
                on_file(file_report)
            report.add(file_report)
    return report


def import_in_batches(
    source: ImportSource,
    options: ImportOptions,
    *,
    batch: ImportRun | None = None,
    shown: Mapping[str, DryRunResult] | None = None,
    addresses: SourceAddresses | None = None,
    on_topics: Callable[[Topics], None] | None = None,
    on_images: Callable[[int], None] | None = None,
) -> Iterator[list[FileReport]]:
    """Import a source, and yield the reports of each batch of files after its commit.

    batch: the ImportRun to continue; the files that it counts are skipped. shown: results of the dry run by
    path, so that differences are reported. addresses: from find_addresses(), by default. on_topics is called
    with derived categories, if any, on_images as by import_articles(). To stop the import, stop iterating.

    Raises ImportFailedError if the import cannot start or continue.
    """
    addresses = addresses or find_addresses(source, options)
    with _reading(options) as workers:
        files = source.files[batch.counted if batch else 0 :]
        calls = {"on_topics": on_topics, "on_images": on_images}
        yield from _write(source, files, options, workers, addresses, record=batch, shown=shown, **calls)


@contextmanager
def _reading(options):
    examines = options.checks and not options.dry_run
    with (
        writing_many_rows(),
        FileWorkers(options.workers, timezone.get_default_timezone(), examines=examines) as workers,
    ):
        yield workers


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
    if options.old_site and not OLD_SITE.fullmatch(options.old_site):
        raise ImportFailedError("--old-host must be a host such as www.example.org, or its URL.")
    if options.limit is not None and options.limit < 1:
        raise ImportFailedError("--limit must be 1 or more.")
    if options.workers is not None and options.workers < 1:
        raise ImportFailedError("--workers must be 1 or more.")


def _require_markdown(sources):
    """Raise ImportFailedError if no source has a Markdown or HTML file."""
    files = [file for source in sources for file in source.files]
    others = [file.path for file in files if file.is_other_text]
    if len(others) < len(files):
        return
    named = f" Neither Markdown nor HTML: {name_files(others)}." if others else ""
    raise ImportFailedError(f"There are no Markdown or HTML files (.md, .mdx, .html) to import.{named}")


def _ask_for_source(sources, options):
    """Raise ImportFailedError if files are those of an earlier source, unless the user named the source."""
    for source in sources:
        is_single_file = len(source.files) == 1 and not is_archive(source.place)
        if source.is_named or is_single_file:
            continue
        if same := find_same_files(source, workers=options.workers):
            raise ImportFailedError(
                f"{source.place}: {same.sentence}. To update its articles, add --source "
                f"{shlex.quote(same.source_name)}. To import them as other articles, add --source with a new "
                "name. Nothing was imported."
            )


def _import_sources(sources, options, workers, **calls) -> Iterator[FileReport]:
    left = options.limit
    for source, addresses in sources:
        if left == 0:
            return
        files = source.files[:left]
        batches = _write(source, files, options, workers, addresses, **calls)
        yield from itertools.chain.from_iterable(batches)
        left = None if left is None else left - len(files)


def _write(
    source, files, options, workers, addresses, *, on_topics=None, on_images=None, **writer_options
) -> Iterator[list[FileReport]]:
    try:
        source = at_level_of_earlier_imports(source)
        writer = ImportWriter(source, options, addresses, **writer_options)
        with closing(writer.images):
            workers.rules = addresses.rules
            workers.stores_images_of = writer.stores_images_of
            workers.images = writer.images
            if on_images:
                workers.on_wait = writer.images.on_wait = lambda: on_images(writer.images.stored)
            workers.topics = None
            if options.default_category:
                workers.topics = DefaultCategory(options.default_category)
            elif writer.has_new_files:
                workers.topics = find_topics(source, options.categories_from, workers)
                if workers.topics and on_topics:
                    on_topics(workers.topics)
            read = (read_file(source, file) for file in files)
            size = DRY_BATCH_SIZE if options.dry_run else BATCH_SIZE
            prepared = workers.prepare(read, writer.is_unchanged)
            translated = cache(lambda: translated_paths(source.paths))
            named = (with_people(file, writer.people) for file in prepared)
            named = (with_slug_of_translation(file, translated) for file in named)
            links = LeftLinks(addresses.site_url)
            for batch in _batches(links.counted(named), size):
                reports = writer.write(batch)
                batch.clear()  # frees the texts while those of the next batch arrive
                for report in reports:
                    addresses.add(report)
                yield reports
            writer.finish()
        addresses.left = links.left()
    except OperationalError as error:
        raise ImportFailedError(f"The database cannot be used: {error}. {RERUN_HINT}") from error
    except OSError as error:
        raise ImportFailedError(f"The import was interrupted: {reason_of(error)}. {RERUN_HINT}") from error


def _batches(files: Iterable[PreparedFile], max_files: int) -> Iterator[list[PreparedFile]]:
    batch, size, read = [], 0, 0
    for file in files:
        batch.append(file)
        size += len(file.data)
        read += file.fields is not None
        if read == max_files or len(batch) == UNCHANGED_FACTOR * max_files or size >= BATCH_BYTES:
            yield batch
            batch, size, read = [], 0, 0
    if batch:
        yield batch


def check_imported_articles(
    report: ImportReport, *, on_batch: Callable[[int], None] | None = None, workers: int | None = None
) -> CheckSummary:
    """Check the articles that an import created or updated and has not checked yet; see check_articles()."""
    stale = _among(stale_articles(), report.changed)
    before = set(_among(Article.objects.in_use(), report.changed)).difference(stale)
    return check_articles(stale, on_batch=on_batch, workers=workers, checked_before=before)


def check_batch(
    batch: ImportRun, *, on_batch: Callable[[int, int], None], counts_all: bool = False
) -> CheckSummary:
    """Check the articles of an import that have no fresh check.

    With counts_all, the result also counts the articles that had one already.

    on_batch is called with (number of the import's articles with a fresh check, number of all).
    """
    before = count_checked([batch.pk]).get(batch.pk, Checked())
    on_batch(before.number, before.total)
    articles, stale = articles_of_import(batch), stale_articles()
    others = articles.exclude(pk__in=stale.values("pk")).values_list("pk", flat=True) if counts_all else ()
    done_before = 0 if counts_all else before.number
    return check_articles(
        stale.filter(pk__in=articles.values("pk")),
        on_batch=lambda done: on_batch(done_before + done, before.total),
        checked_before=others,
    )


def _among(articles, keys) -> list[int]:
    """Return the keys that belong to one of these articles. Those of a dry run, for example, do not."""
    found = []
    for chunk in itertools.batched(keys, ROWS_AT_ONCE):
        found += articles.filter(pk__in=chunk).order_by().values_list("pk", flat=True)
    return found
