"""Write the files of one transaction: find the article of each file, and update it if the file changed.

New rows are inserted together at the end of a batch, so a new article has no primary key before that.
FileBatch has the uncommitted state. SourceImport has the state of the whole import, and takes results from a
batch only after its commit.

Article.derive() uses the worker's rendering, unless the article shows other images than the worker was told.
"""

import copy
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from django.utils import timezone

from blog.articles.categories import Category
from blog.articles.changes import changing
from blog.articles.file_fields import article_fields, category_digests, field_digests
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.series import Series
from blog.articles.versions.contents import Links
from blog.articles.versions.models import ArticleWriter, Version
from blog.base.queries import insert_rows
from blog.documents.generators.people import ConfiguredPerson
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.values import Rendering
from blog.images.links import BodyImage
from blog.imports.addresses import SourceAddresses
from blog.imports.comparison import with_kept_categories
from blog.imports.entries import ImportRecorder
from blog.imports.held import withdraw_updates
from blog.imports.held_files import ChangedArticle, HeldFiles
from blog.imports.images import BatchImages, ImageStore
from blog.imports.known_files import (
    BatchKnownFiles,
    KnownFile,
    KnownFiles,
    RenamedFiles,
    conflicting_edits,
    wrong_source_reason,
)
from blog.imports.models import HeldUpdate, ImportRun, SourceFile
from blog.imports.names import BatchNames, author_links, category_links, cut
from blog.imports.pages import import_page
from blog.imports.provenance import notices_on_provenance, update_provenance
from blog.imports.redirects import create_redirects
from blog.imports.report import ConflictRule, DryRunResult, FileReport, ImportOptions, Outcome, StatusRule
from blog.imports.slugs import BatchSlugs
from blog.imports.sources import ImportSource, PreparedFile
from blog.imports.undo import discard_undone
from blog.imports.workers import rendering_with
from blog.review.examination import ExaminedArticle, article_text_values
from blog.site.text_model import resolved_images

IN_TRASH = Notice(
    NoticeKind.IN_TRASH,
    "its article is in the trash; restore it to import this file, or delete it permanently.",
    detail="",
)
NO_CATEGORY = Notice(NoticeKind.INVALID, "the front matter names no category: add one.", detail="category")
NOT_PUBLISHED = Notice(NoticeKind.STATUS, "asks to be published, but arrives as new: an editor publishes it.")
LINKS = {ArticleCategory: "categories", ArticleAuthor: "authors", BodyImage: "body_images"}
COPIED_FIELDS = ("title", "dated_at", "excerpt", "meta_description", "share_quote")


@dataclass
class SourceImport:
    """The state of one source's import across batches. It contains only committed results."""

    source: ImportSource
    options: ImportOptions
    time_zone: tzinfo
    record: ImportRun  # with the counts so far
    known: KnownFiles
    images: ImageStore
    addresses: SourceAddresses
    people: Mapping[str, ConfiguredPerson]  # by their key in bylines
    date_of: Callable[[str], datetime | None]  # of the file at a path that states none
    trashed: frozenset[int]  # keys of articles in the trash
    shown: Mapping[str, DryRunResult]  # results of the dry run by path
    # {(model, folded name): category, author or series}. Cleared when a batch fails, possibly because one of
    # the rows was merged or deleted.
    names: dict = field(default_factory=dict)
    reserved_slugs: set[str] = field(default_factory=set)  # of articles that a dry run has rolled back

    def merge_batch(self, batch: "FileBatch") -> None:
        """Add the results of a batch after its transaction has succeeded."""
        self.known.merge_changes(batch.known)
        if self.options.dry_run:  # a dry run is rolled back: keep only the slugs
            self.reserved_slugs |= batch.slugs.given
        else:
            self.names.update(batch.names.new_rows)
            self.record = batch.record


class FileBatch:
    """The files of one transaction, with all uncommitted state. It is discarded if the transaction fails.

    New articles and their related rows are inserted together at the end.
    """

    def __init__(self, run: SourceImport, files: list[PreparedFile]):
        self.run = run
        self.files = files
        self.record = copy.copy(run.record)
        self.recorder = ImportRecorder(self.record)
        self.known = BatchKnownFiles(run.known)
        self.new_articles = []  # (article, report, old addresses in its file)
        self.unchanged_articles = []  # (article, [old address], notices)
        self.examined = []  # new articles that the worker has examined
        self.source_files = []  # of the new and updated articles
        self.rows_to_insert = defaultdict(list)  # by model

    def write(self) -> list[FileReport]:
        """Write the files in the caller's transaction. Return their reports in order."""
        if self.record.pk is None:
            self.record.save()
        with changing(action=Version.Action.IMPORTED, checks=False) as self.change:
            self.change.note = self.run.options.note
            self._fetch_rows()
            reports = [self._write_file(file) for file in self.files]
            self._insert_rows()
        self.recorder.save(reports)
        written = {Outcome.CREATED, Outcome.UPDATED}
        articles = [report.article_id for report in reports if report.outcome in written]
        ArticleWriter.objects.add(self.record.started_by_id, articles)
        # Let the rows be freed without the garbage collection, for which those of many files would wait.
        self.images.break_cycles()
        for row in self.source_files:  # its article refers to it
            SourceFile.article.field.delete_cached_value(row)
        return reports

    def _fetch_rows(self):
        """Fetch the rows for all files at once, to save queries."""
        run, readable = self.run, [file for file in self.files if file.fields and not file.notice]
        fields = [file.fields for file in readable]
        discard_undone([each.slug for each in fields], run.source.name, [file.key for file in readable])
        self.slugs = BatchSlugs([each.slug for each in fields], run.reserved_slugs)
        self.images = BatchImages(run.images, readable, self.record)
        new = [
            file.fields for file in readable if not (run.known.at(file.key) or run.known.knows(file.digest))
        ]
        self.names = BatchNames(run.names, fields, new, self.record, run.people)
        self.renamed = RenamedFiles(self.known, readable)
        known = [
            (run.known.at(file.key) or run.known.held_with(file.digest) or self.renamed.before(file), file)
            for file in readable
        ]
        changed = [before for before, file in known if before and before.digest != file.digest]
        self.held = HeldFiles(run.options, changed)
        self.change.include(Article(pk=before.article_id) for before in changed)

    def _write_file(self, file):
        started = time.monotonic()
        report = self._report_unwritten(file) or self._store(file)
        self._withdraw_former(file, report)
        if file.fields:
            report.title = report.title or file.fields.title
            report.other_keys = file.fields.other_keys
            report.old_address = file.fields.generated_address
        if file.digest and (expected := self.run.shown.get(file.path)):
            report.compare_with(expected)
        report.seconds = file.seconds + time.monotonic() - started
        return report

    def _withdraw_former(self, file, report):
        """Delete the held update that the file had before, such as a change that was taken back."""
        is_settled = report.outcome in {Outcome.UNCHANGED, Outcome.UPDATED}
        if is_settled and self.run.known.holds_another(report.article_id, file.digest):
            withdraw_updates(Article(pk=report.article_id))

    def _report_unwritten(self, file):
        """Return the report of a file that needs no change of articles, or None if it has to be stored."""
        if file.notice:
            outcome = Outcome.REJECTED if file.notice.kind.is_refusal else Outcome.SKIPPED
            return FileReport(file.path, outcome, file.notice)
        if self.run.options.requires_category and file.fields and not file.fields.names_categories:
            return FileReport(file.path, Outcome.REJECTED, NO_CATEGORY)
        if self.run.source.is_page(file.path):
            return import_page(file, self.images, self.record)
        known = self.known.at(file.key)
        origin = known or self._origin_of(file)
        if origin and origin.article_id in self.run.trashed:
            return FileReport(file.path, Outcome.SKIPPED, IN_TRASH, article_id=origin.article_id)
        if known and known.digest == file.digest:
            report = FileReport(file.path, Outcome.UNCHANGED, article_id=known.article_id)
            if file.fields and file.fields.generated_address:  # read only because a pattern is given
                article = Article(pk=known.article_id, slug=known.slug)
                self.unchanged_articles.append((article, [file.fields.generated_address], report.notices))
            return report
        if known and self.held.is_already_known(known.article_id, file.digest):
            return FileReport(file.path, Outcome.UNCHANGED, article_id=known.article_id)
        if (
            not known
            and not self.renamed.before(file)
            and (first := self.known.first_copy_of(file, self.run.time_zone, self.run.addresses.rules))
        ):
            return FileReport(
                file.path,
                Outcome.SKIPPED,
                Notice(NoticeKind.COPY, f"is the same, byte for byte, as {first.path}", detail=first.path),
                notices=[
                    Notice(
                        NoticeKind.COPY,
                        f"the same bytes as {first.path}: not imported a second time.",
                        detail=first.path,
                    )
                ],
            )
        return None

    def _origin_of(self, file):
        """Return the known file that was moved or renamed to this one, or None."""
        return self.known.moved_from(file) or self.renamed.before(file)

    def _store(self, file):
        known = self.known.at(file.key) or self._origin_of(file)
        if known is None:
            report = self._create(file)
        elif known.path == file.key or self._has_update_to_write(file, known):
            report = self._update(file, _source_file(known))
            if known.path != file.key and report.outcome == Outcome.UPDATED:
                report.notice = report.notice or _moved_from(known.path)
        else:
            report = self._move(file, _source_file(known))
        if report.outcome not in {Outcome.CONFLICT, Outcome.HELD}:
            source = self.run.source
            written = KnownFile(source.name, file.key, source.root, file.digest, report.article_id)
            self.known.add(written, before=known)
        return report

    def _has_update_to_write(self, file, known):
        """Whether a moved file was also changed, or is a held update that the import asks to publish."""
        if file.digest == known.digest:
            return False
        return self.run.options.status != StatusRule.NEW or self.renamed.before(file) is not None

    def _create(self, file):
        notices = list(file.fields.notices)
        article = Article(written_by=self.run.options.provenance)
        dated_at = file.fields.dated_at or self.run.date_of(file.path)
        self._set_status(article, file.fields, dated_at, notices)
        rendering = self._fill(article, file, notices)
        article.updated_at = file.fields.updated_at or dated_at or timezone.now()
        article.derive(rendering)
        is_damaged = rendering.losses.is_damage and not self.run.options.publish_damaged
        _keep_new_if_refused(article, notices, is_damaged=is_damaged)
        links = self._links(article, file.fields, notices)
        source_file = SourceFile(source_name=self.run.source.name, written_by=str(article.written_by))
        source_file.batch = self.record  # never changed: later imports of the file add an ImportEntry
        self._fill_source_file(source_file, article, file, links)
        report = FileReport.of(file.path, Outcome.CREATED, article, notices=notices)
        self.new_articles.append((article, report, file.fields.old_addresses))
        # The worker knows neither stored images nor existing categories.
        if file.examined and file.examined.words == article_text_values(article, links["category_links"]):
            self.examined.append(ExaminedArticle(article, file.examined.found))
        images = BodyImage.objects.new_links(article, article.images_by_address)
        for row in (source_file, *itertools.chain(*links.values()), *images):
            self.rows_to_insert[type(row)].append(row)
        return report

    def _update(self, file, source_file):
        article, fields = source_file.article, file.fields
        if source_file.digest == file.digest:  # imported by another process since this import began
            return FileReport.of(file.path, Outcome.UNCHANGED, article)
        if reason := wrong_source_reason(self.run.source, source_file, fields):
            return FileReport.of(file.path, Outcome.CONFLICT, article, reason)
        with self.recorder.replacing(file.path, source_file, fields):
            fields = with_kept_categories(fields, source_file, self.run.time_zone)
            return self._update_or_hold(replace(file, fields=fields), source_file)

    def _update_or_hold(self, file, source_file):
        """Update the article from its changed file, or hold the file for a decision."""
        article, fields = source_file.article, file.fields
        changed = ChangedArticle(file, source_file, self.run, self.record, self.held)
        if self.held.holds(article.status):
            return changed.hold()
        is_published = article.status == Article.Status.PUBLISHED
        rule = self.run.options.on_conflict or (ConflictRule.KEEP if is_published else ConflictRule.MERGE)
        if rule != ConflictRule.FILE and (edited := conflicting_edits(article, fields)):
            return changed.merge(edited, rule)
        self._replace(file, source_file, notices := list(fields.notices))
        changed.withdraw()
        return FileReport.of(file.path, Outcome.UPDATED, article, notices=notices)

    def _replace(self, file, source_file, notices):
        """Write the changed file to its article and SourceFile."""
        article, fields = source_file.article, file.fields
        provenance = self.run.options.provenance
        notices += notices_on_provenance(article, source_file, fields, provenance)
        update_provenance(provenance, article, source_file)
        if article.published_at is not None and article.published_at == article.dated_at:
            article.published_at = fields.dated_at or article.published_at
        known, categories = source_file.imported_fields, category_digests(article)
        rendering = self._fill(article, file, notices)
        self.images.insert_rows()
        self.change.save(article, rendering=rendering)
        links = self._links(article, fields, notices)
        self._fill_source_file(source_file, article, file, links)
        if fields.are_categories_derived and categories.items() <= source_file.imported_fields.items():
            # The import kept the article's categories: if an editor changed them, they still count as edited.
            source_file.imported_fields |= {name: known[name] for name in categories if name in known}
        create_redirects([(article, fields.old_addresses, notices)])
        source_file.save()
        for name, rows in links.items():
            getattr(article, name).replace_all(rows)

    def _move(self, file, source_file):
        with self.recorder.replacing(file.path, source_file):
            before, source_file.path = source_file.path, file.key
            source_file.root = self.run.source.root
            source_file.save(update_fields=["path", "stem", "root"])
            root = source_file.root
            HeldUpdate.objects.update_path(source_file.article_id, file.digest, path=file.key, root=root)
        return FileReport.of(file.path, Outcome.UPDATED, source_file.article, _moved_from(before))

    def _set_status(self, article, fields, dated_at, notices):
        wanted = self.run.options.status
        if self.run.options.way == ImportRun.Way.TOKEN and fields.status == "published":
            notices.append(NOT_PUBLISHED)
        if wanted == StatusRule.NEW or (wanted == StatusRule.AS_FILE and fields.status == "new"):
            return
        if dated_at is None:
            notices.append(Notice(NoticeKind.UNDATED, "not published: the file has no usable date."))
            return
        article.status = Article.Status.PUBLISHED
        article.published_at = dated_at

    def _fill(self, article, file, notices) -> Rendering:
        """Set the article's fields from the file. Return its rendering."""
        fields = file.fields
        for name in COPIED_FIELDS:
            setattr(article, name, getattr(fields, name))
        article.set_flags_by_file(is_featured=fields.is_featured, is_trending=fields.is_trending)
        article.body = fields.body
        article.keywords, article.translators = list(fields.keywords), list(fields.translators)
        article.generated_by = cut(fields.generated_by, 200, "generatedBy", notices)
        article.language = cut(fields.language, 35, "language", notices)
        # A slug that the file does not state is chosen once: the URL of an article must not change.
        wanted = article.slug if article.pk and fields.is_slug_guessed else fields.slug
        article.slug = self.slugs.choose(article, wanted, notices)
        self.images.set_hero(article, file, notices)
        article.primary_category = self.names.named(Category, fields.primary_category, notices)
        article.series = self.names.named(Series, fields.series, notices)
        article.series_part = fields.series_part
        if file.rendering.losses.is_damage:
            notices[:] = _with_passages_lost(notices, file.rendering.losses)
        article.images_by_address = self.images.body(file, notices)
        images = resolved_images(article.images_by_address, article.image_text_overrides)
        return rendering_with(file, images)

    def _links(self, article, fields, notices):
        return {
            "category_links": category_links(article, fields, self.names, notices),
            "author_links": author_links(article, fields, self.names, notices),
        }

    def _fill_source_file(self, source_file, article, file, links):
        self.source_files.append(source_file)
        source_file.article = article
        source_file.path = file.key
        source_file.root = self.run.source.root
        source_file.digest = file.digest
        source_file.original = file.data
        source_file.extra = file.fields.extra
        source_file.imported_fields = field_digests(article_fields(article, **links))

    def _insert_rows(self):
        self.images.insert_rows()
        if self.new_articles:
            published = {
                report.file: article
                for article, report, _ in self.new_articles
                if article.status == Article.Status.PUBLISHED
            }
            if published:
                self.recorder.publishing(published)
            self.change.insert([article for article, _, _ in self.new_articles], self._new_links())
        for article, report, _ in self.new_articles:
            report.article_id = article.pk
        create_redirects((article, old, report.notices) for article, report, old in self.new_articles)
        create_redirects(self.unchanged_articles, self.record)
        for model, rows in self.rows_to_insert.items():
            if model in (ArticleCategory, ArticleAuthor):
                model.objects.insert(rows)
            else:
                insert_rows(model, rows)

    def _new_links(self):
        links = {article.uid: Links([], [], []) for article, _, _ in self.new_articles}
        for model, name in LINKS.items():
            for row in self.rows_to_insert[model]:
                getattr(links[row.article.uid], name).append(row)
        return [*links.values()]


def _with_passages_lost(notices, losses):
    """Return the notices, with a notice on the lost passages instead of the one on template tags."""
    tags = next((notice for notice in notices if notice.kind is NoticeKind.LEFTOVERS), None)
    reason = tags.text if tags else "the output of template tags is missing."
    sentence = f"{losses} left out, because {reason}"
    line = tags.line if tags else None
    kept = [notice for notice in notices if notice is not tags]
    return [*kept, Notice(NoticeKind.PASSAGES_LOST, sentence, line, detail="")]


def _moved_from(path):
    return Notice(NoticeKind.MOVED, f"moved here from {path}", detail=path)


def _source_file(known):
    rows = SourceFile.objects.select_related(
        *(f"article__{name}" for name in ("primary_category", "series", "hero_image"))
    )
    rows = rows.prefetch_related("article__category_links__category", "article__author_links__author")
    return rows.get(source_name=known.source_name, path=known.path)


def _keep_new_if_refused(article, notices, *, is_damaged):
    """Keep the article new if readers must not see it yet.

    Empty: its only content is an image that cannot be shown; files without any text are rejected earlier.
    Damaged: passages around template output are missing from its text.
    """
    reasons = {
        "not published: the article would be empty.": article.is_empty,
        "not published: it is AI-written and not approved.": article.lacks_review,
        "not published: passages are missing from the text (--publish-damaged publishes it).": is_damaged,
    }
    reason = next((reason for reason, applies in reasons.items() if applies), "")
    if reason and article.status == Article.Status.PUBLISHED:
        article.status, article.published_at = Article.Status.NEW, None
        notices.append(Notice(NoticeKind.NOT_PUBLISHED, reason))
