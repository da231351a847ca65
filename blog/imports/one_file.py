"""Import one file within a request: the same steps as in run.py, with the sandbox processes of requests.

Several requests may add to one ImportRun. finish_import() later takes the steps that need all of its files.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace

from django.utils import timezone

from blog.documents.fields.topics import DefaultCategory
from blog.documents.fields.translations import translated_paths
from blog.documents.fields.values import ArticleFields
from blog.imports.articles import articles_of_import
from blog.imports.known_files import KnownFile
from blog.imports.models import ImportEntry, ImportRun, SourceFile
from blog.imports.names import with_people
from blog.imports.report import FileReport, ImportOptions
from blog.imports.sources import ImportSource, read_file
from blog.imports.translations import link_translations, with_slug_of_translation
from blog.imports.workers import FileWorkers
from blog.imports.writer import ImportWriter
from blog.review.cross_article_findings import recheck_broken_links
from blog.sandbox import calls
from blog.sandbox.results import Examination


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The report on a file, its bytes, and what was found in it; None if it was not read."""

    report: FileReport
    data: bytes
    fields: ArticleFields | None
    found: Examination | None


class RequestWorkers(FileWorkers):
    """Reads files in the sandbox processes that all requests share. Raises RefusedError if they are busy."""

    def __init__(self):
        super().__init__(1, timezone.get_default_timezone(), examines=True)

    def submit(self, tasks, respond=None, then=lambda answers: None) -> Future:
        answered = Future()
        answered.set_result(self._run(tasks, respond, then))
        return answered

    def _ask(self, tasks, respond):
        return calls.sent_texts.answers(tasks, respond)


def import_file(
    source: ImportSource,
    options: ImportOptions,
    record: ImportRun | None = None,
    *,
    permit: Callable[[KnownFile | None], None] = lambda changed: None,
) -> ImportedFile:
    """Import the only file of this source, and return its report.

    record: the import to which it is added. permit is called before anything is written, unless the file is
    unchanged, with the known file that it would update, and may raise an exception. Raises RefusedError if
    the sandbox is busy.
    """
    [found] = source.files
    read = read_file(source, found)
    writer = ImportWriter(replace(source, digests=frozenset([read.digest])), options, record=record)
    with closing(writer.images):
        file = _prepared(read, writer)
        known = writer.known.at(file.key)
        has_change = known is None or known.digest != file.digest
        if has_change or writer.known.holds_another(known.article_id, file.digest):
            permit(known)
        [report] = writer.write([file])
        writer.finish_part()
    return ImportedFile(report, read.data, file.fields, file.examined.found if file.examined else None)


def _prepared(read, writer):
    workers = RequestWorkers()
    workers.stores_images_of, workers.images = writer.stores_images_of, writer.images
    if writer.options.default_category:
        workers.topics = DefaultCategory(writer.options.default_category)
    [file] = workers.prepare([read], lambda file: False)
    file = with_people(file, writer.people)
    return with_slug_of_translation(file, lambda: translated_paths([*_known_paths(writer.source), file.path]))


def _known_paths(source):
    return SourceFile.objects.filter(source_name=source.name).values_list("path", flat=True)


def finish_import(record: ImportRun) -> None:
    """Take the steps that need all files of an import that came in several requests."""
    link_translations(record.source_name)
    recheck_broken_links(articles_of_import(record))
    ImportEntry.objects.prune(record)
