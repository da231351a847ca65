"""Write one source's files to the database: a batch at a time, or file by file.

If a file fails, the transaction of its batch is rolled back, the FileBatch is discarded, and its files are
written one by one. So a bad file does not affect others.

SQLite runs in WAL mode, and transactions take the write lock at their beginning (IMMEDIATE). Two transactions
that first read and then write would fail with "database is locked". On PostgreSQL, imports take turns with an
advisory lock.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from blog.articles.models import Article, EmptyArticleError, UnreviewedArticleError
from blog.base.models import name_of
from blog.documents.notices import Notice, NoticeKind
from blog.files.archives import is_archive
from blog.files.folders import reason_of
from blog.imports.addresses import SourceAddresses
from blog.imports.articles import articles_of_import
from blog.imports.batch import FileBatch, SourceImport
from blog.imports.file_dates import find_dates
from blog.imports.image_places import ImagePlaces
from blog.imports.images import ImageStore
from blog.imports.known_files import KnownFiles
from blog.imports.linked_files import LinkedFileStore
from blog.imports.lock import acquire_import_lock
from blog.imports.models import ImportEntry, ImportRun, SourceFile
from blog.imports.names import add_pictures, find_people
from blog.imports.redirects import redirect_generator_pages
from blog.imports.report import DryRunResult, FileReport, ImportOptions
from blog.imports.sources import ImportSource, PreparedFile, find_ids, find_level
from blog.imports.translations import link_translations
from blog.review.cross_article_findings import recheck_broken_links
from blog.review.examination import forget_texts
from blog.review.findings import save_results, update_shared_findings
from blog.sandbox.refusals import UNEXPECTED

logger = logging.getLogger(__name__)

_WITH_SENTENCE = (EmptyArticleError, UnreviewedArticleError, ValueError)  # not classes derived from these
CHECKED_AT_ONCE = 200  # articles, as in blog.review.proofs


def new_batch(source: ImportSource, options: ImportOptions) -> ImportRun:
    """Return an unsaved ImportRun for this source."""
    return ImportRun(
        source_name=source.name,
        root=source.root,
        file_name=source.export_name or source.place.name if is_archive(source.place) else "",
        way=options.way,
        started_by=options.started_by,
        started_by_name=name_of(options.started_by),
    )


def at_level_of_earlier_imports(source: ImportSource) -> ImportSource:
    """Return the source at the level of its earlier imports (Level), if it was named or is an export."""
    if not (source.is_export or source.is_named):
        return source
    known = SourceFile.objects.filter(source_name=source.name).values_list("path", flat=True)
    if source.is_export:
        return replace(source, level=find_ids(known.iterator()))
    return replace(source, level=find_level(source.paths, set(known.iterator())))


class ImportWriter(SourceImport):
    """Writes the prepared files of one source, one transaction per batch.

    If a batch fails, it is rolled back and its files are written one by one, so that only bad files fail.
    """

    def __init__(
        self,
        source: ImportSource,
        options: ImportOptions,
        addresses: SourceAddresses | None = None,
        *,
        record: ImportRun | None = None,
        shown: Mapping[str, DryRunResult] | None = None,
    ):
        addresses = addresses or SourceAddresses()
        places = ImagePlaces(source, options.static_root, addresses)
        super().__init__(
            source=source,
            options=options,
            time_zone=timezone.get_default_timezone(),
            record=record or new_batch(source, options),
            shown=shown or {},
            known=KnownFiles(source),
            images=ImageStore(places, keep=not options.dry_run),
            addresses=addresses,
            people=find_people(source, addresses.found),
            date_of=find_dates(source, options.date_from),
            trashed=frozenset(Article.objects.trashed().order_by().values_list("pk", flat=True)),
        )
        self._linked_files = LinkedFileStore(places, keep=not options.dry_run)
        self.record.old_site = options.old_site or addresses.site_url
        self._examined = []  # new articles whose checks are not stored yet
        self._knows_shared_findings = False

    def write(self, files: list[PreparedFile]) -> list[FileReport]:
        """Write a batch, and return the reports of its files in order."""
        files = self._linked_files.store(files)
        self.images.wait_for(files)
        try:
            reports = self._write_together(files)
        except OperationalError:
            raise  # the disk is full or the database locked: the next file would fail, too
        except Exception:
            self.names.clear()
            reports = [report for file in files for report in self._write_alone(file)]
        if len(self._examined) >= CHECKED_AT_ONCE:
            self._check()
        return reports

    def stores_images_of(self, file: PreparedFile) -> bool:
        """Whether the images of a file are stored, or decoded on a dry run, before the file is written.

        A file that is not new may be held. Then its images must not be stored, so that readers cannot request
        them.
        """
        known = self.known
        is_new = not (known.at(file.key) or known.knows(file.digest))
        return is_new or self.options.dry_run

    def is_unchanged(self, file: PreparedFile) -> bool:
        """Whether the file need not be read, because its digest shows no change since its import.

        Always False if a pattern of addresses is given: the article may need another redirect.
        """
        if self.addresses.is_given:
            return False
        known = self.known.at(file.key)
        return bool(known and known.digest == file.digest)

    @property
    def has_new_files(self) -> bool:
        """Whether the source has a file at a path that no earlier import knows."""
        key_of, known = self.source.level.key_of, self.known
        return not all(known.at(key_of(file.path)) for file in self.source.files)

    def finish_part(self) -> None:
        """Store the last checks of an import that may get more files in other requests."""
        if not self.options.dry_run:
            self._check()
            self.record.finished_at = timezone.now()
            self.record.save(update_fields=["finished_at"])

    def finish(self) -> None:
        """Store the last checks. Unless this is a dry run, take the steps that need all files."""
        self._check()
        if not self.options.dry_run:
            add_pictures(self.people.values(), self.images, self.record)
            self.record.finished_at = timezone.now()
            # The other fields may have changed since they were read.
            self.record.save(update_fields=["finished_at"] if self.record.pk else None)
            has_changes = self.record.created or self.record.updated
            if has_changes and self.known.has_several():
                link_translations(self.source.name)
            if self.addresses.rules and (has_changes or self.addresses.is_given):
                redirect_generator_pages(self.record, self.addresses.rules)
            if self.options.checks:  # some articles were checked before the redirects of others existed
                recheck_broken_links(articles_of_import(self.record))
            ImportEntry.objects.prune(self.record)

    def _write_together(self, files):
        with transaction.atomic():
            acquire_import_lock()
            batch = FileBatch(self, files)
            reports = batch.write()
            self._linked_files.insert_rows(reports, batch.record)
            if self.options.dry_run:
                transaction.set_rollback(True)
        self.merge_batch(batch)
        forget_texts(each.article for each in batch.examined)
        self._examined += batch.examined
        return reports

    def _check(self):
        """Store the checks of new articles, of several batches at once. Without them, the import continues.

        The findings that the first articles share are shared by most of the import. If that is known early,
        few checks must be counted again at its end.
        """
        examined, self._examined = self._examined, []
        try:
            keys = save_results(examined) if examined else []
            if len(keys) >= CHECKED_AT_ONCE and not self._knows_shared_findings:
                update_shared_findings(keys)
                self._knows_shared_findings = True
        except OperationalError:
            raise
        except Exception:  # the articles are stored, and checked again later
            logger.exception("Storing the checks of %d articles failed.", len(examined))

    def _write_alone(self, file, *, again=False):
        try:
            return self._write_together([file])
        except OperationalError:
            raise
        except Exception as error:  # a bad file must not stop the import
            self.names.clear()
            if isinstance(error, IntegrityError) and not again:
                # Another process has just taken the name, slug or path. The next attempt sees its rows.
                self.known.look_up(file.key)
                return self._write_alone(file, again=True)
            if not isinstance(error, EmptyArticleError):
                logger.exception("importing %r failed", file.path)
            reason = error if type(error) in _WITH_SENTENCE else f"{UNEXPECTED}."
            reason = reason_of(error) if isinstance(error, OSError) else reason
            refused = PreparedFile(
                file.path,
                key=file.key,
                fields=file.fields,
                notice=Notice(NoticeKind.NOT_STORED, f"cannot be imported: {reason}"),
            )
            return self._write_together([refused])
