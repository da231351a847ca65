"""Changed files that must not simply overwrite their article: hold, merge or report a conflict.

If the article is published or scheduled, a changed file is held, unless the import asks to publish.
Otherwise, if both the file and the article have changed, the ConflictRule decides: take the file, merge both,
or keep the article and report a conflict.
"""

import hashlib
from collections.abc import Iterable
from functools import cached_property

from django.db.models import prefetch_related_objects

from blog.articles.models import Article, EmptyArticleError
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.values import ResolvedImage
from blog.documents.text import count_words, is_empty
from blog.imports.by_products import tracking_created_rows
from blog.imports.comparison import (
    ChangedFile,
    Comparison,
    adopt_file,
    apply_comparison,
    compare,
    original_fields,
    store_images,
)
from blog.imports.held import hold_update, withdraw_updates
from blog.imports.images import new_images
from blog.imports.known_files import KnownFile
from blog.imports.models import HeldUpdate, ImportRun, SourceFile
from blog.imports.provenance import kept_decision, provenance_change
from blog.imports.report import ConflictRule, FileReport, ImportOptions, Outcome, StatusRule
from blog.imports.sources import PreparedFile
from blog.imports.workers import render_again

State = HeldUpdate.State


class HeldFiles:
    """The held updates of one batch's articles, and earlier decisions on the same bytes."""

    def __init__(self, options: ImportOptions, known_files: Iterable[KnownFile]):
        self.options = options
        keys = {known.article_id for known in known_files}
        rows = HeldUpdate.objects.exclude(state=State.WITHDRAWN).filter(article__in=keys).order_by("pk")
        self._states = {
            (article, digest): (state, status)
            for article, digest, state, status in rows.values_list(
                "article", "digest", "state", "article__status"
            )
        }

    def holds(self, status: str) -> bool:
        """Whether a changed file of an article with this status is held in this import."""
        return self.options.status == StatusRule.NEW and status == Article.Status.PUBLISHED

    def is_already_known(self, article_id: int, digest: str) -> bool:
        """Whether these bytes are held for the article or were declined. False if the import publishes.

        Bytes that were accepted are those of the article's file, or that has changed since.
        """
        state, status = self._states.get((article_id, digest), (None, None))
        if self.options.status != StatusRule.NEW:
            return False
        return state == State.DECLINED or (state == State.WAITING and self.holds(status))

    def has_waiting_file(self, article_id: int) -> bool:
        return any(
            key[0] == article_id and state == State.WAITING for key, (state, _) in self._states.items()
        )

    def is_waiting(self, article_id: int, digest: str) -> bool:
        return self._states.get((article_id, digest), (None,))[0] == State.WAITING


class ChangedArticle:
    """An article whose changed file must not simply be written."""

    def __init__(self, file: PreparedFile, source_file: SourceFile, run, record: ImportRun, held: HeldFiles):
        """run: the SourceImport. record: its ImportRun, with the counts of this batch."""
        self.file, self.source_file, self.article = file, source_file, source_file.article
        self.run, self.record, self.held = run, record, held

    def hold(self) -> FileReport:
        """Hold the file, unless the article already has its content. Raises EmptyArticleError."""
        if self.comparison.is_identical:
            adopt_file(self.comparison, self.comparison.ours)
            self.withdraw()
            return self._report(Outcome.UNCHANGED)
        if self._would_empty():
            raise EmptyArticleError(
                f"The file would leave “{self.article.title}” empty, so the article is kept as it is."
            )
        self._hold()
        change = provenance_change(*self._provenance)
        sentence = "the published article stays as it is until an Editor accepts the file."
        sentence = f"{change}; {sentence}" if change else sentence
        return self._report(
            Outcome.HELD, Notice(NoticeKind.HELD, sentence, detail=change), kept_decision(*self._provenance)
        )

    def merge(self, edited: str, rule: ConflictRule) -> FileReport:
        """Merge the file with the edits if the rule is to merge and there is no conflict.

        Otherwise hold the file and report a conflict. edited: names of the edited fields, for the message.
        """
        can_merge = rule == ConflictRule.MERGE
        if can_merge and self.comparison.merge.is_clean:
            contents = self.comparison.merge.contents
            stored = store_images(contents, self._bytes_of, keep=self.run.images.keep)
            notices = [*self.file.fields.notices, *kept_decision(*self._provenance)]
            with tracking_created_rows(self.record, self.article):
                missing = apply_comparison(self.comparison, contents, stored=stored)
            self.withdraw()
            return self._report(
                Outcome.UPDATED,
                Notice(NoticeKind.MERGED, f"was merged with edits to the article ({edited}).", detail=edited),
                [*notices, *(Notice(NoticeKind.IMAGE_NOT_SHOWN, message) for message in missing)],
            )
        self._hold()
        fields, reason = edited, "both the file and the article changed"
        if can_merge:
            names = {decision.field.replace("_", " ") for decision in self.comparison.merge.decisions}
            fields = ", ".join(sorted(names))
            reason = "the file and the article changed the same place differently"
        sentence = f"{reason} ({fields}): the article is kept. Use --on-conflict file to take the file."
        return self._report(Outcome.CONFLICT, Notice(NoticeKind.CONFLICT, sentence, detail=fields))

    def withdraw(self) -> None:
        """Delete the article's held update, now that the article has this file."""
        if self.held.has_waiting_file(self.article.pk):
            withdraw_updates(self.article)

    @cached_property
    def comparison(self) -> Comparison:
        prefetch_related_objects([self.article], "body_image_links__image")
        file = ChangedFile(
            self.run.source.name,
            self.file.key,
            self.run.source.root,
            self.file.data,
            self.file.digest,
            self.file.fields,
            {address: hashlib.sha256(data).hexdigest() for address, data in self._new_images.items()},
            self.held.options.provenance,
        )
        return compare(self.article, file, original_fields(self.source_file, self.run.time_zone))

    @cached_property
    def _new_images(self):
        return new_images(self.file, self.article, self.run.images)

    @property
    def _provenance(self):
        return self.article, self.source_file, self.file.fields, self.held.options.provenance

    def _would_empty(self):
        """Whether the file would remove all visible content of an article that has some now."""
        if count_words(self.file.rendering.text) or self.article.is_empty:
            return False
        available = {*self._new_images, *(link.source for link in self.article.body_image_links.all())}
        images = {address: ResolvedImage(address) for address in available}
        fields = self.file.fields
        return is_empty(render_again(fields.body, fields.title, images, len(self.file.data)).html)

    def _hold(self):
        if self.held.is_waiting(self.article.pk, self.file.digest):
            return
        hold_update(
            self.article,
            data=self.file.data,
            digest=self.file.digest,
            source_name=self.run.source.name,
            root=self.run.source.root,
            path=self.file.key,
            images=self._new_images if self.run.images.keep else {},
            batch=self.record,
            written_by=str(self.held.options.provenance),
        )

    def _bytes_of(self, digest):
        return next(data for data in self._new_images.values() if hashlib.sha256(data).hexdigest() == digest)

    def _report(self, outcome, notice=None, notices=()):
        return FileReport.of(self.file.path, outcome, self.article, notice, notices)
