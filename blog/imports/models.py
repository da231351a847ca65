"""Imports, source files, held updates, and the data for undo.

- ImportRun: one run over one source. ImportEntry: the outcome of one of its files. ReplacedFile: the
  source file that it replaced.
- SourceFile: the bytes of an article's file, and a digest of each field right after the import, which shows
  what editors changed since. An unedited article is exported as these bytes. In an edited one, only the
  edited lines are patched.
- HeldUpdate: a changed file of a published article that waits for an Editor.

acquire_import_lock() makes imports and decisions on held updates take turns.
"""

import itertools
import zlib
from collections import Counter
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.models import TITLE_LENGTH, Article
from blog.articles.provenance import Provenance, WrittenBy
from blog.articles.versions.models import Version
from blog.base.compressed import CompressedBinaryField
from blog.base.models import NAME_LENGTH, name_of
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.references import LONGEST_STEM, stem_of
from blog.documents.slugs import SLUG_LENGTH
from blog.imports.held_images import drop_held_image

NOT_REPLACED = {"id", "article", "batch"}  # fields that an update of a source file does not change


class ImportRun(models.Model):
    """One run of the importer over one source. Its files and counts never change, not even when it is undone.

    The names of users are kept after their accounts are deleted. A run from the command line has no user.
    """

    class Way(models.TextChoices):
        BROWSER = "browser", _("Browser")
        TOKEN = "token", _("Token")
        GIT = "git", _("Git")
        COMMAND = "command", _("Command line")

    OUTCOMES = ("created", "updated", "unchanged", "held", "conflict", "rejected", "skipped")

    source_name = models.CharField(_("source"), max_length=255)
    root = models.CharField(_("folder"), max_length=4096)
    file_name = models.CharField(_("file"), max_length=255, blank=True)  # of the upload, or of the archive
    way = models.CharField(_("way"), max_length=10, choices=Way, default=Way.COMMAND, db_default="command")
    # URL of the site that the texts come from. Links to its pages become links to the imported articles.
    old_site = models.CharField(max_length=500, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    conflict = models.PositiveIntegerField(_("conflicts"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    started_by_name = models.CharField(_("started by"), max_length=NAME_LENGTH, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_by_name = models.CharField(_("undone by"), max_length=NAME_LENGTH, blank=True)
    # Kinds of findings that more than half of its articles share: see blog/review/findings.py.
    shared_kinds = models.JSONField(default=list, editable=False)
    # Names of files in the media storage whose rows an undo has deleted, to be deleted after its commit.
    files_to_delete = models.JSONField(default=list, editable=False)
    # Redirects that its undo deleted, for its restore: see blog/imports/redirects.py.
    withdrawn_redirects = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["old_site"], name="import_old_site", condition=~Q(old_site=""))]
        permissions = [("undo_importrun", "Can undo imports")]

    def __str__(self):
        return f"{self.source_name}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def counted(self) -> int:
        """The number of files that are done. In an interrupted import, these are the first ones in order."""
        return sum(getattr(self, outcome) for outcome in self.OUTCOMES)

    def mark_undone(self, at: datetime | None, by=None) -> None:
        """Store when and by whom the import was undone, or None if it is restored."""
        self.undone_at, self.undone_by, self.undone_by_name = at, by, name_of(by)
        self.save(update_fields=["undone_at", "undone_by", "undone_by_name"])

    def count(self, outcomes: Iterable[str]) -> None:
        """Add these outcomes of files. Another process may add to the same import at the same time."""
        numbers = Counter(map(str, outcomes))
        for outcome, number in numbers.items():
            setattr(self, outcome, getattr(self, outcome) + number)
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(**{name: F(name) + number for name, number in numbers.items()}, old_site=self.old_site)


class SourceFileQuerySet(models.QuerySet):
    def not_undone(self):
        """Exclude the files of articles that the undo of an import moved to the trash."""
        return self.exclude(article__in=ImportEntry.objects.undone_articles().order_by().values("pk"))


class StemField(models.CharField):
    """The name of the file at `path`, as links from other files may name it."""

    def pre_save(self, model_instance, add):
        stem = stem_of(model_instance.path)
        setattr(model_instance, self.attname, stem)
        return stem


class SourceFile(models.Model):
    """The file that an article was imported from.

    It is identified by (source_name, path inside the imported folder). batch: the import that created the
    article; later imports have an ImportEntry. original: the bytes, so that an unedited article is exported
    as the same file. imported_fields: a digest of each exported field right after the import, which shows
    what editors have changed since. written_by: the provenance from the latest import that was adopted.
    """

    article = models.OneToOneField(Article, models.CASCADE, related_name="source_file")
    batch = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, related_name="source_files", db_index=False
    )
    source_name = models.CharField(_("source"), max_length=255)
    path = models.CharField(_("path"), max_length=4096)
    stem = StemField(max_length=LONGEST_STEM, editable=False, db_index=True)
    root = models.CharField(_("folder"), max_length=4096)
    digest = models.CharField(max_length=64, db_index=True)
    original = CompressedBinaryField()
    imported_fields = models.JSONField(default=dict)
    written_by = models.CharField(max_length=WrittenBy.LENGTH, default=Provenance.FILE)
    extra = models.JSONField(_("other keys"), default=dict)

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("source file")
        verbose_name_plural = _("source files")
        # Covers queries for the articles of an import, because the rows are wide.
        indexes = [models.Index(fields=["batch", "article"], name="source_file_of_batch")]
        constraints = [models.UniqueConstraint(fields=["source_name", "path"], name="source_file_key")]

    def __str__(self):
        return f"{self.source_name}: {self.path}"


class HeldUpdateQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=self.model.State.WAITING)

    def update_path(self, article, digest, *, path, root) -> None:
        """Change the path of an article's held file that was moved in its source."""
        self.waiting().filter(article=article, digest=digest).update(path=path, source_root=root)

    def image_digests(self) -> set[str]:
        """Return the digests of the images that come with these files."""
        stored = self.exclude(images={}).order_by().values_list("images", flat=True)
        return {digest for images in stored for digest in images.values()}

    def drop(self) -> None:
        """Delete these updates and their images."""
        digests = self.image_digests()
        self.delete()
        self.drop_images_on_commit(digests)

    def drop_images_on_commit(self, digests) -> None:
        """After the commit, delete the images with these digests that no held update uses then."""
        if digests:
            transaction.on_commit(lambda: self._drop_images(digests), robust=True)

    def _drop_images(self, digests):
        for digest in digests - self.model.objects.image_digests():
            drop_held_image(digest)

    @contextmanager
    def images_dropped(self, articles):
        """Run the block, then delete the images of held updates whose articles it deleted. articles: pks."""
        digests = set()
        for chunk in itertools.batched(articles, ROWS_AT_ONCE):
            digests |= self.filter(article__in=chunk).image_digests()
        yield
        self.drop_images_on_commit(digests)


class HeldUpdate(models.Model):
    """A changed file of a published or scheduled article that waits for an editor's decision.

    At most one waits per article. Decided ones are kept, so that the same bytes are not held again. images:
    {address in the file: digest of the bytes} of the images that come with it, stored by held_images.py where
    readers cannot request them. written_by: the provenance that the import states. changed_words: how many
    words differ from the article's previous file; None for files held by earlier releases.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        DECIDED = "decided", _("Decided in the comparison")
        WITHDRAWN = "withdrawn", _("Withdrawn by the undo of its import")

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="held_updates")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    source_name = models.CharField(_("source"), max_length=255)
    source_root = models.CharField(_("folder"), max_length=4096)
    path = models.CharField(_("path"), max_length=4096)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    images = models.JSONField(default=dict)
    written_by = models.CharField(max_length=WrittenBy.LENGTH, default=Provenance.FILE)
    batch = models.ForeignKey(
        "blog.ImportRun", models.SET_NULL, null=True, blank=True, related_name="held_updates"
    )
    changed_words = models.PositiveIntegerField(null=True, editable=False)
    held_at = models.DateTimeField(_("held since"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField(_("decided by"), max_length=NAME_LENGTH, blank=True)

    objects = HeldUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-held_at", "-pk"]
        verbose_name = _("held update")
        verbose_name_plural = _("held updates")
        default_permissions = ()
        permissions = [("decide_heldupdate", "Can accept and decline held updates")]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], name="held_update_one_waits", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="held_update_decided_has_date",
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["-held_at", "-id"], name="held_update_queue", condition=Q(state="waiting"))
        ]

    def __str__(self):
        return self.path

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def decide(self, state, *, by) -> None:
        """Store the decision. The caller changes the article accordingly, in the same transaction."""
        self.state = state
        self.decided_at = timezone.now()
        self.decided_by, self.decided_by_name = by, name_of(by)
        self.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])

    def reopen(self) -> None:
        """Make the update wait again. Raises IntegrityError if another one is waiting."""
        self.state = self.State.WAITING
        self.decided_at, self.decided_by, self.decided_by_name = None, None, ""
        self.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])


COLUMNS = [
    field.name for field in SourceFile._meta.concrete_fields if field.name not in {*NOT_REPLACED, "original"}
]


MOST_PRUNED = 50_000  # rows; the next import deletes more


class ImportEntryQuerySet(models.QuerySet):
    def to_undo(self):
        """Return the entries whose changes no undo has reversed yet."""
        has_changes = Q(outcome__in=["created", "updated", "held", "conflict"]) | Q(replaced__isnull=False)
        return self.filter(has_changes, undo="", article__isnull=False)

    def to_restore(self):
        """Return the undone entries that can be restored. Changes since the undo are not checked here."""
        return self.filter(undone_version__isnull=False)

    def left_by_restore(self):
        """Return the entries of undone files that a restore of their import has skipped."""
        return self.exclude(undo__in=["", ImportEntry.Undo.KEPT]).exclude(kept_reason="")

    def undone_articles(self) -> models.QuerySet[Article]:
        """Return the articles that undos have moved to the trash, and that nobody has changed since."""
        undone = self.to_restore().filter(undo=ImportEntry.Undo.DELETED, article__isnull=False)
        undone = undone.filter(undone_version=models.F("article__lock_version"))
        return Article.objects.trashed().filter(pk__in=undone.order_by().values("article"))

    def prune(self, newest: ImportRun) -> None:
        """Delete entries of unchanged and skipped files of earlier imports of the same source.

        Neither an undo nor the counts of these imports need them, and an hourly import would add millions of
        rows a year. At most MOST_PRUNED rows are deleted per call, in several transactions.
        """
        earlier = self.filter(batch__source_name=newest.source_name, batch__lt=newest, replaced=None)
        nothing = earlier.filter(outcome__in=["unchanged", "skipped"]).order_by("pk")
        keys = nothing.values_list("pk", flat=True)[:MOST_PRUNED]
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            # Nothing refers to them, for which delete() would look with several queries.
            self.filter(pk__in=some)._raw_delete(self.db)


class ImportEntry(models.Model):
    """The outcome of one file of an import. It is kept when its article is deleted.

    Unchanged and skipped files have an entry only in the newest import of their source.

    title, slug and article_version (lock_version) are the article's right after the import. A higher
    lock_version shows that the article was changed since. redirects_ended: redirects that the import deleted
    because it published an article at their path.

    undone_version: the article's lock_version after an undo that can be restored, otherwise None.
    undone_publication: its Publication before that undo, as stored, if the undo moved it to the trash.
    """

    class Undo(models.TextChoices):
        """The effect of undoing the import on the file."""

        DELETED = "deleted", _("removed by the undo")
        RESTORED = "restored", _("as before the import")
        WITHDRAWN = "withdrawn", _("withdrawn")
        KEPT = "kept", _("kept")

    class Kept(models.TextChoices):
        """Why undoing or restoring the import skips an article."""

        EDITED = "edited", _("Changed since the import.")
        PUBLISHED = "published", _("Published, unpublished or scheduled since the import.")
        SUBMITTED = "submitted", _("Submitted for publication since the import.")
        TRASHED = "trashed", _("Moved to the trash since the import.")
        DECIDED = "decided", _("Someone decided on the file.")
        IMPORTED = "imported", _("A later import updated its file.")
        NOT_KNOWN = "not_known", _("Its earlier state was not recorded.")
        NOT_POSSIBLE = "impossible", _("Its earlier state can no longer be restored.")
        # Why restoring an undone import skips an article.
        SINCE_UNDO = "since_undo", _("Changed since the import was undone.")
        GONE = "gone", _("Deleted, or imported again, since the import was undone.")

    batch = models.ForeignKey(ImportRun, models.CASCADE, related_name="entries", verbose_name=_("import"))
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="import_entries"
    )
    file = models.CharField(_("file"), max_length=4096)
    outcome = models.CharField(_("outcome"), max_length=10)
    message = models.TextField(_("message"), blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    # [kind, detail] of the message, if any, and of each warning: see Notice. Empty in entries of earlier
    # releases.
    notices = models.JSONField(default=list)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    slug = models.CharField(max_length=SLUG_LENGTH, blank=True)
    seconds = models.FloatField(default=0)
    article_version = models.PositiveIntegerField(null=True)
    redirects_ended = models.JSONField(default=list)
    undo = models.CharField(_("undone"), max_length=10, choices=Undo, blank=True)
    kept_reason = models.CharField(max_length=10, choices=Kept, blank=True)
    undone_version = models.PositiveIntegerField(null=True, editable=False)
    undone_publication = models.JSONField(null=True, editable=False)

    objects = ImportEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        # Counts of an import's articles by their state read only this index.
        indexes = [models.Index(fields=["batch", "outcome", "article"], name="entry_outcome")]

    def __str__(self):
        return self.file


class ReplacedFile(models.Model):
    """The source file of an article before an import replaced it.

    original: compressed with zlib. columns: the row's other columns. version: the article's previous
    contents. article_version: its previous lock_version, equal to the entry's if the contents did not change.
    """

    entry = models.OneToOneField(ImportEntry, models.CASCADE, primary_key=True, related_name="replaced")
    original = models.BinaryField()
    columns = models.JSONField(default=dict)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, related_name="+")
    article_version = models.PositiveIntegerField()
    redirects_made = models.JSONField(default=list)  # paths

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.columns['source_name']}: {self.columns['path']}"

    @classmethod
    def of(cls, source_file: SourceFile) -> "ReplacedFile":
        """Return an unsaved copy of a source file."""
        return cls(
            original=zlib.compress(source_file.original),
            columns={name: getattr(source_file, name) for name in COLUMNS},
            article_version=source_file.article.lock_version,
        )

    def write_back(self, source_file: SourceFile) -> None:
        """Restore and save the source file."""
        source_file.original = zlib.decompress(self.original)
        for name, value in self.columns.items():
            setattr(source_file, name, value)
        source_file.save()
