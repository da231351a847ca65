"""One source's files into the database: which article a file is, who wins, and what is written."""

import itertools
import logging
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from blog import page_cache
from blog.documents import parse_document, read_fields
from blog.documents.notices import Kind, Notice
from blog.exporting import article_fields, edited_fields, field_digests
from blog.importing.images import ImageStore, are_elsewhere
from blog.importing.names import NameIndex, cut
from blog.importing.old_addresses import keep_old_addresses
from blog.importing.places import is_there
from blog.importing.preparing import PreparedFile, Source
from blog.importing.reports import ConflictRule, FileReport, ImportOptions, Outcome, StatusRule
from blog.importing.walking import reason_of
from blog.importing.workers import render_again
from blog.models import (
    Article,
    ArticleAuthor,
    ArticleCategory,
    BodyImage,
    Category,
    EmptyArticleError,
    ImportBatch,
    ImportEntry,
    SourceFile,
    first_free_slug,
    taken_slugs,
)
from blog.models.image import resolved_images

logger = logging.getLogger(__name__)
FILE_LENGTH = ImportEntry._meta.get_field("file").max_length
IMPORT_LOCK = 0x47616C6C6579  # any number that nothing else in the database locks

IN_TRASH = Notice(
    Kind.IN_TRASH, "its article is in the trash: restore it there to import the file, or delete it for good."
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of an earlier run, or of this one."""

    source_name: str
    path: str
    root: str
    digest: str
    article_id: int | None  # None: of an article that the batch at hand has made


KNOWN = ("source_name", "path", "root", "digest", "article_id")


class SourceWriter:
    """Writes the prepared files of one source, a batch at a time, each batch in one transaction.

    New articles, and what hangs on them, are inserted together at the end of a batch. If anything in a batch
    goes wrong, all of it is taken back and its files are written one by one: none takes others with it.
    """

    def __init__(self, source: Source, options: ImportOptions):
        self.source = source
        self.options = options
        self.time_zone = timezone.get_default_timezone()
        self.paths = {file.path for file in source.files}
        self.known = {}
        self.by_digest = defaultdict(list)
        self.remembered = []  # in the batch at hand: each file, and what it was before
        for row in SourceFile.objects.values_list(*KNOWN):
            self._remember(KnownFile(*row))
        self.trashed = set(Article.objects.trashed().values_list("pk", flat=True))
        self.names = NameIndex()
        self.images = ImageStore(source.root, options.static_root, keep=not options.dry_run)
        self.slugs_taken = set()  # by a dry run, whose articles are gone when the next batch begins
        self.slugs_stored = set()  # of those that the batch at hand may come to want
        self.slugs_given = set()  # by the batch at hand
        self.new_articles = []  # of the batch at hand: each with its report and its file's old addresses
        self.rows_to_insert = defaultdict(list)  # by model
        self.batch = ImportBatch(source_name=source.name, root=str(source.root))

    def write(self, files: list[PreparedFile]) -> list[FileReport]:
        """Write a batch, and return what became of each file, in order."""
        try:
            return self._write_together(files)
        except OperationalError:
            raise  # the disk is full or the database locked: the next file would fare no better
        except Exception:
            self._take_back()
            return [report for file in files for report in self._write_alone(file)]

    def is_unchanged(self, file: PreparedFile) -> bool:
        """Tell by a file's digest that there is nothing to read in it."""
        known = self.known.get(file.path)
        return bool(known and known.digest == file.digest)

    def finish(self) -> None:
        """Note the end of the run."""
        if not self.options.dry_run:
            self.batch.finished_at = timezone.now()
            self.batch.save()

    def _write_together(self, files):
        counts = {outcome: getattr(self.batch, outcome) for outcome in Outcome}
        key = self.batch.pk
        try:
            with transaction.atomic():
                _take_turns()
                self._look_ahead(files)
                self.batch.save()
                reports = [self._write_file(file) for file in files]
                self._insert_rows()
                self._log(reports)
                if self.options.dry_run:
                    transaction.set_rollback(True)
        except Exception:
            self.batch.pk = key
            for outcome, count in counts.items():
                setattr(self.batch, outcome, count)
            raise
        if self.options.dry_run:
            self.batch.pk = None
            self._forget_rows()
        return reports

    def _write_alone(self, file, *, again=False):
        try:
            return self._write_together([file])
        except OperationalError:
            raise
        except Exception as error:  # whatever one file does, the others are imported
            self._take_back()
            if isinstance(error, IntegrityError) and not again:
                # Somebody else took the name, the slug or the file a moment ago. Now that can be seen.
                self._look_up(file.path)
                return self._write_alone(file, again=True)
            if not isinstance(error, EmptyArticleError):
                logger.exception("importing %r failed", file.path)
            reason = reason_of(error) if isinstance(error, OSError) else error
            refused = PreparedFile(
                file.path, fields=file.fields, notice=Notice(Kind.NOT_STORED, f"cannot be imported: {reason}")
            )
            return self._write_together([refused])

    def _look_up(self, path):
        row = SourceFile.objects.filter(source_name=self.source.name, path=path).values_list(*KNOWN).first()
        if row and path not in self.known:
            self._remember(KnownFile(*row))

    def _take_back(self):
        """Forget what a rolled-back transaction has taken along."""
        self._forget_rows()
        self.new_articles.clear()
        self.rows_to_insert.clear()
        self.slugs_taken -= self.slugs_given
        for file, before in reversed(self.remembered):
            self._forget(file, before)

    def _look_ahead(self, files):
        """Ask once for all the files of a batch what would else be a question for each."""
        self.remembered.clear()
        self.slugs_given.clear()
        files = [file for file in files if file.fields and not file.notice]
        slugs = [file.fields.slug for file in files]
        self.slugs_stored = taken_slugs(Article.objects, slugs, promised=self.slugs_taken)
        self.images.look_ahead({file.fields.image for file in files})
        new = [f.fields for f in files if f.path not in self.known and not self.by_digest.get(f.digest)]
        self.names.look_ahead([file.fields for file in files], new)

    def _insert_rows(self):
        self.images.insert_rows()
        if self.new_articles:
            Article.objects.bulk_create(article for article, _, _ in self.new_articles)
            if any(article.status == Article.Status.PUBLISHED for article, _, _ in self.new_articles):
                transaction.on_commit(page_cache.invalidate)
        for article, report, old_addresses in self.new_articles:
            report.article_id = article.pk
            keep_old_addresses(article, old_addresses, report.notices)
        self.new_articles.clear()
        for model, rows in self.rows_to_insert.items():
            model.objects.bulk_create(rows)
        self.rows_to_insert.clear()

    def _write_file(self, file):
        started = time.monotonic()
        report = self._judge(file) or self._store(file)
        if file.fields:
            report.title = report.title or file.fields.title
            report.other_keys = file.fields.other_keys
        report.seconds = file.seconds + time.monotonic() - started
        return report

    def _judge(self, file):
        """Return the report of a file that leaves no trace in the articles, or None."""
        if file.notice:
            outcome = Outcome.REJECTED if file.notice.kind.is_refusal else Outcome.SKIPPED
            return FileReport(file.path, outcome, file.notice)
        known = self.known.get(file.path)
        origin = known or self._find_moved(file)
        if origin and origin.article_id in self.trashed:
            return FileReport(file.path, Outcome.SKIPPED, IN_TRASH, article_id=origin.article_id)
        if self.is_unchanged(file):
            return FileReport(file.path, Outcome.UNCHANGED, article_id=known.article_id)
        if not known and (first := self._find_copy(file)):
            return FileReport(
                file.path,
                Outcome.SKIPPED,
                Notice(Kind.COPY, f"is the same, byte for byte, as {first.path}"),
                notices=[Notice(Kind.COPY, f"the same bytes as {first.path}: not imported a second time.")],
            )
        return None

    def _store(self, file):
        known = self.known.get(file.path) or self._find_moved(file)
        if known is None:
            report = self._create(file)
        else:
            source_file = self._source_files().get(source_name=known.source_name, path=known.path)
            report = (
                self._move(file, source_file) if known.path != file.path else self._update(file, source_file)
            )
        if report.outcome != Outcome.CONFLICT:
            self._remember(
                KnownFile(self.source.name, file.path, str(self.source.root), file.digest, report.article_id),
                known,
            )
        return report

    def _source_files(self):
        return SourceFile.objects.select_related(
            "article__primary_category", "article__hero_image"
        ).prefetch_related("article__category_links__category", "article__author_links__author")

    def _create(self, file):
        warnings = list(file.fields.notices)
        article = Article()
        self._set_status(article, file.fields, warnings)
        rendering = self._fill(article, file, warnings)
        article.updated_at = file.fields.updated_at or file.fields.dated_at or timezone.now()
        source_file = SourceFile(source_name=self.source.name)
        return self._save(article, source_file, file, rendering, Outcome.CREATED, warnings)

    def _update(self, file, source_file):
        article = source_file.article
        fields = file.fields
        stranger = source_file.root != str(self.source.root) and article.title != fields.title
        if stranger and _without_number(article.slug) != _without_number(fields.slug):
            return self._conflict(
                file,
                article,
                f"the source name “{self.source.name}” and this path belong to another folder, "
                f"{source_file.root}: import this one under another name with --source.",
            )
        relabelled = _published_provenance(article, fields)
        if relabelled and self.options.status == StatusRule.NEW:
            return self._conflict(
                file,
                article,
                f"{relabelled}, and readers see the label of a published article: it is kept. Have an Editor "
                "change that in the admin, or import with --status as-file.",
            )
        edited = self._edited_otherwise(article, fields)
        if edited and self.options.on_conflict == ConflictRule.KEEP:
            return self._conflict(
                file,
                article,
                f"the file has changed, and so has the article ({_in_words(edited)}): the "
                "article is kept. --on-conflict file takes the file.",
            )
        warnings = list(fields.notices)
        if relabelled:
            sentence = f"{relabelled}: the label of the published article says so now."
            warnings.append(Notice(Kind.PROVENANCE, sentence))
        if article.published_at is not None and article.published_at == article.dated_at:
            article.published_at = fields.dated_at or article.published_at
        rendering = self._fill(article, file, warnings)
        return self._save(article, source_file, file, rendering, Outcome.UPDATED, warnings)

    def _edited_otherwise(self, article, fields):
        """Return the names of the fields that an editor changed to something else than the file now says."""
        ours, theirs = field_digests(article_fields(article)), field_digests(fields)
        return {name for name in edited_fields(article) if ours[name] != theirs[name]}

    def _move(self, file, source_file):
        before, source_file.path = source_file.path, file.path
        source_file.root = str(self.source.root)
        source_file.save(update_fields=["path", "root"])
        article = source_file.article
        return FileReport(
            file.path,
            Outcome.UPDATED,
            Notice(Kind.MOVED, f"moved here from {before}"),
            article.slug,
            article.title,
            article_id=article.pk,
        )

    def _conflict(self, file, article, message):
        notice = Notice(Kind.CONFLICT, message)
        return FileReport(
            file.path, Outcome.CONFLICT, notice, article.slug, article.title, article_id=article.pk
        )

    def _set_status(self, article, fields, warnings):
        wanted = self.options.status
        if wanted == StatusRule.NEW or (wanted == StatusRule.AS_FILE and fields.status == "new"):
            return
        if fields.dated_at is None:
            warnings.append(Notice(Kind.NOT_PUBLISHED, "not published: the file has no usable date."))
            return
        article.status = Article.Status.PUBLISHED
        article.published_at = fields.dated_at

    def _fill(self, article, file, warnings):
        """Give the article what the file says; return its rendering, if the worker's holds."""
        fields = file.fields
        for name in (
            "title",
            "dated_at",
            "excerpt",
            "meta_description",
            "share_quote",
            "is_featured",
            "is_trending",
        ):
            setattr(article, name, getattr(fields, name))
        article.body = fields.body
        article.keywords = list(fields.keywords)
        article.generated_by = cut(fields.generated_by, 200, "generatedBy", warnings)
        article.language = cut(fields.language, 35, "language", warnings)
        article.slug = self._choose_slug(article, fields.slug, warnings)
        article.hero_image = self.images.hero(fields, file.path, warnings)
        # A worker knows no image that is stored here: its rendering holds where the text asks for none.
        is_ready = are_elsewhere(file.images)
        article.images_by_address = {}
        article.primary_category = self.names.category(fields.primary_category, warnings)
        if is_ready:
            return file.rendering
        article.images_by_address = self.images.body(file.rendering.images, file.path, warnings)
        images = resolved_images(article.images_by_address)
        return render_again(article.body, article.title, images, len(file.data))

    def _choose_slug(self, article, wanted, warnings):
        self.slugs_stored.discard(article.slug)  # its own is free for it, and for others if it takes another
        slug = first_free_slug(wanted, self._is_taken)
        if slug != wanted and _without_number(article.slug) == wanted:
            slug = article.slug  # it has its number because the plain slug is taken; its address stays
        elif slug != wanted:
            sentence = f"the slug {wanted} is taken: this article gets {slug}."
            warnings.append(Notice(Kind.SLUG_TAKEN, sentence))
        self._take_slug(slug)
        return slug

    def _is_taken(self, slug):
        return slug in self.slugs_stored or slug in self.slugs_given or slug in self.slugs_taken

    def _take_slug(self, slug):
        self.slugs_given.add(slug)
        if self.options.dry_run:
            self.slugs_taken.add(slug)

    def _save(self, article, source_file, file, rendering, outcome, warnings):
        if outcome == Outcome.CREATED:
            article.derive(rendering)
            self._keep_new_if_empty(article, warnings)
        else:
            self.images.insert_rows()
            article.save(rendering=rendering)
        links = {
            "category_links": self._category_links(article, file.fields, warnings),
            "author_links": self._author_links(article, file.fields, warnings),
        }
        source_file.article = article
        if outcome == Outcome.CREATED:
            source_file.batch = self.batch  # for good: a later batch that updates the article has an entry
        source_file.path = file.path
        source_file.root = str(self.source.root)
        source_file.digest = file.digest
        source_file.original = file.data
        source_file.extra = file.fields.extra
        source_file.imported_fields = field_digests(
            article_fields(
                article, category_links=links["category_links"], author_links=links["author_links"]
            )
        )
        report = FileReport(
            file.path,
            outcome,
            slug=article.slug,
            title=article.title,
            notices=warnings,
            article_id=article.pk,
        )
        if outcome == Outcome.CREATED:
            self.new_articles.append((article, report, file.fields.old_addresses))
            images = BodyImage.objects.new_links(article, article.images_by_address)
            for row in (source_file, *itertools.chain(*links.values()), *images):
                self.rows_to_insert[type(row)].append(row)
        else:
            keep_old_addresses(article, file.fields.old_addresses, warnings)
            source_file.save()
            for name, rows in links.items():
                _replace(getattr(article, name), rows)
        return report

    def _keep_new_if_empty(self, article, warnings):
        """Publish no file whose text is an image that is not to be had. One without any text was refused."""
        if article.status == Article.Status.PUBLISHED and article.is_empty:
            article.status, article.published_at = Article.Status.NEW, None
            sentence = "not published: readers would see nothing of it."
            warnings.append(Notice(Kind.NOT_PUBLISHED, sentence))

    def _category_links(self, article, fields, warnings):
        wanted = {}
        for position, name in enumerate(fields.categories):
            category = self.names.category(name.name, warnings)
            level = Category.Level[name.level.upper()] if name.level else Category.Level.PLAIN
            link = ArticleCategory(article=article, category=category, level=level, position=position)
            wanted.setdefault((category.pk, level), link)
        return list(wanted.values())

    def _author_links(self, article, fields, warnings):
        wanted = {}
        for position, name in enumerate(fields.authors):
            author = self.names.author(name, warnings)
            wanted.setdefault(author.pk, ArticleAuthor(article=article, author=author, position=position))
        return list(wanted.values())

    def _find_copy(self, file):
        """Return the first file with the same bytes that is still there and would be the same article."""
        for known in self.by_digest[file.digest]:
            if self._is_gone(known):
                continue
            fields = read_fields(parse_document(file.data), path=known.path, time_zone=self.time_zone)
            if (fields.slug, fields.language) == (file.fields.slug, file.fields.language):
                return known
        return None

    def _find_moved(self, file):
        """Return the file of this source that had these bytes and is gone: this one is it, moved."""
        for known in self.by_digest[file.digest]:
            if known.source_name == self.source.name and known.path != file.path and self._is_gone(known):
                return known
        return None

    def _is_gone(self, known):
        if known.source_name == self.source.name and known.path in self.paths:
            return False
        return not is_there(Path(known.root), known.path)

    def _remember(self, file, before=None):
        if before:
            self.known.pop(before.path, None)
            self.by_digest[before.digest].remove(before)
        if file.source_name == self.source.name:
            self.known[file.path] = file
        self.by_digest[file.digest].append(file)
        self.remembered.append((file, before))

    def _forget(self, file, before):
        if file.source_name == self.source.name:
            del self.known[file.path]
        self.by_digest[file.digest].remove(file)
        if before:
            self.known[before.path] = before
            self.by_digest[before.digest].append(before)

    def _forget_rows(self):
        self.names.forget()
        self.images.forget_rows()

    def _log(self, reports):
        for report in reports:
            setattr(self.batch, report.outcome, getattr(self.batch, report.outcome) + 1)
        self.batch.save()
        ImportEntry.objects.bulk_create(
            ImportEntry(
                batch=self.batch,
                article_id=report.article_id,
                file=report.file.encode("utf-8", "backslashreplace").decode()[:FILE_LENGTH],
                outcome=report.outcome,
                message=report.message,
                warnings=report.warnings,
            )
            for report in reports
            if report.is_listed
        )


def _take_turns():
    """Let one import write at a time, until its transaction ends. SQLite sees to that by itself.

    Two that make the same categories in different orders would each wait for the other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def _published_provenance(article, fields):
    """Return in words how the file changes who wrote an article that is published; empty if it does not."""
    before, now = article.generated_by, cut(fields.generated_by, 200, "generatedBy", [])
    is_published = article.status == Article.Status.PUBLISHED
    return f"generatedBy changes from “{before}” to “{now}”" if is_published and now != before else ""


def _replace(manager, links):
    """Make the links the article's only ones; touch nothing if they are already."""
    ours = {"id", "listed_at"}
    fields = [field.attname for field in manager.model._meta.concrete_fields if field.attname not in ours]
    before = list(manager.values_list(*fields))
    if before != [tuple(getattr(link, name) for name in fields) for link in links]:
        manager.all().delete()
        manager.bulk_create(links)


def _without_number(slug):
    return re.sub(r"-[2-9]$|-[1-9][0-9]+$", "", slug)


def _in_words(fields):
    return ", ".join(sorted(field.replace("_", " ") for field in fields))
