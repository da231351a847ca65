"""Store the files that the texts of a source link to, and record which article links to them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from blog.articles.internal_links import link_addresses
from blog.articles.linked_files import LinkedFile, linked_path, newest_files, store_linked_file
from blog.documents.notices import Notice, NoticeKind
from blog.files.archives import place_at
from blog.files.folders import UnreadableError, reason_of
from blog.files.upload_limits import MAX_LINKED_FILE_BYTES
from blog.imports.image_places import ImagePlaces, NoStaticRootError, reading
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.imports.report import FileReport, Outcome
from blog.imports.sources import PreparedFile
from blog.jobs import cleanup_hook
from blog.site.pages import Page

WRITTEN = {Outcome.CREATED, Outcome.UPDATED}
HELD = {Outcome.HELD, Outcome.CONFLICT}
KEPT_FOR = timedelta(days=1)  # after a decision on a held update, for its undo


class LinkedFileStore:
    """Stores the linked files of one source, each only once, before the transaction of their texts."""

    def __init__(self, places: ImagePlaces, *, keep: bool):
        self.places = places
        self.keep = keep  # False on a dry run: files are read, but not stored
        self._names = {}  # {(folder or archive, path in it): name in the media storage}
        self._linked = {}  # {path of a text: {URL in it: name}}, of one batch

    def store(self, files: Iterable[PreparedFile]) -> list[PreparedFile]:
        """Store the files to which these texts link. Return the texts, with notices of what is missing."""
        self._linked = {}
        return [self._store_for(file) if file.rendering and not file.notice else file for file in files]

    def insert_rows(self, reports: Iterable[FileReport], record: ImportRun) -> None:
        """Record the files of the texts that were written or are held, in the caller's transaction."""
        self._insert_rows_of_pages(reports, record)
        linking = {
            report.article_id: report
            for report in reports
            if report.article_id and report.outcome in WRITTEN | HELD and self._linked.get(report.file)
        }
        if not linking:
            return
        known = newest_files(LinkedFile.objects.filter(article__in=linking))
        LinkedFile.objects.bulk_create(
            LinkedFile(
                article_id=article,
                source=source,
                file=name,
                created_by_import=record,
                is_in_use=report.outcome in WRITTEN,
            )
            for article, report in linking.items()
            for source, name in self._linked[report.file].items()
            if source not in known[article] or known[article][source].file.name != name
        )

    def _insert_rows_of_pages(self, reports, record):
        """Record the files of the pages that this import has created."""
        of_pages = [each for each in reports if each.notice and each.notice.kind is NoticeKind.PAGE]
        names = {report.slug: self._linked.get(report.file) for report in of_pages}
        pages = Page.objects.filter(created_by_import=record, slug__in=names) if any(names.values()) else ()
        LinkedFile.objects.bulk_create(
            LinkedFile(page=page, source=source, file=name, created_by_import=record)
            for page in pages
            for source, name in (names[page.slug] or {}).items()
        )

    def _store_for(self, file):
        linked, notices = self._linked.setdefault(file.path, {}), []
        for address in sorted(set(link_addresses(file.rendering.html))):
            if not (path := linked_path(address)):
                continue
            try:
                linked[address] = self._store(path, file)
            except NoStaticRootError:
                notices.append(_not_copied(address, "pass its folder with --static-root."))
            except (UnreadableError, ValueError) as error:
                notices.append(_not_copied(address, error))
            except OSError as error:  # the disk is full: the next run must import the text as new
                reason = f"cannot be imported: {reason_of(error)}"
                return replace(file, notice=Notice(NoticeKind.NOT_STORED, reason))
        if not notices:
            return file
        return replace(file, fields=replace(file.fields, notices=(*file.fields.notices, *notices)))

    def _store(self, path, file):
        place = base, found = self.places.locate(path, file)
        if place not in self._names:
            with reading():
                data = place_at(base).read(found, MAX_LINKED_FILE_BYTES)
            self._names[place] = store_linked_file(data, found, keep=self.keep)
        return self._names[place]


def use_added_files(origin: HeldUpdate | ImportEntry, *, is_in_use: bool) -> None:
    """Set is_in_use of the rows that the import of a held update or an import entry added to its article."""
    rows = LinkedFile.objects.filter(created_by_import=origin.batch_id, article=origin.article_id)
    if origin.batch_id:
        rows.update(is_in_use=is_in_use)


@cleanup_hook
def delete_leftover_rows() -> None:
    """Delete the rows of held updates that were declined or replaced."""
    decided = Q(decided_at__lt=timezone.now() - KEPT_FOR) & ~Q(state=HeldUpdate.State.WITHDRAWN)
    own = {"article": OuterRef("article"), "batch": OuterRef("created_by_import")}
    held = HeldUpdate.objects.filter(**own).exclude(decided)
    undone = ImportEntry.objects.to_restore().filter(**own)
    LinkedFile.objects.filter(~Exists(held), ~Exists(undone), is_in_use=False).delete()


def delete_added_files(batch: ImportRun) -> None:
    """Delete the rows that an undone import added to articles which do not have its text."""
    LinkedFile.objects.filter(created_by_import=batch, is_in_use=False).delete()


def _not_copied(address, reason):
    return Notice(NoticeKind.FILE_NOT_COPIED, f"linked file {address[:200]} not copied: {reason}")
