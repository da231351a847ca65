"""What an import did with each of its files, and what undoing it needs."""

import zlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.articles.models import TITLE_LENGTH, Article
from blog.articles.versions.models import Version
from blog.documents.slugs import SLUG_LENGTH
from blog.imports.models import ImportBatch, SourceFile

NOT_REPLACED = {"id", "article", "batch"}  # what an update of a source file leaves
COLUMNS = [
    field.name for field in SourceFile._meta.concrete_fields if field.name not in {*NOT_REPLACED, "original"}
]


class ImportEntryQuerySet(models.QuerySet):
    def to_undo(self):
        """Return the entries of files that left something, which an undo has not taken back yet."""
        left_something = Q(outcome__in=["created", "updated", "held", "conflict"]) | Q(replaced__isnull=False)
        return self.filter(left_something, undo="", article__isnull=False)


class ImportEntry(models.Model):
    """The outcome of one file of a batch. Every file has one, and it stays when its article goes.

    title and slug are the article's right after the import, and article_version is what Article.version was:
    a higher one means that the article was changed since. redirects_ended are those that the import deleted
    because it published an article at their address.
    """

    class Undo(models.TextChoices):
        """What undoing the import did with the file."""

        DELETED = "deleted", _("deleted by the undo")
        RESTORED = "restored", _("as before the import")
        WITHDRAWN = "withdrawn", _("withdrawn")
        KEPT = "kept", _("kept")

    class Kept(models.TextChoices):
        """Why undoing the import leaves an article as it is."""

        EDITED = "edited", _("It was changed since.")
        PUBLISHED = "published", _("It was published, unpublished or scheduled since.")
        SUBMITTED = "submitted", _("It was submitted for publication since.")
        TRASHED = "trashed", _("It was moved to the trash.")
        DECIDED = "decided", _("Somebody decided on the file.")
        IMPORTED = "imported", _("A later import brought its file again.")
        NOT_KNOWN = "not_known", _("What it was before is not kept.")
        NOT_POSSIBLE = "impossible", _("What it was before cannot be stored any more.")

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="entries", verbose_name=_("import batch")
    )
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="import_entries"
    )
    file = models.CharField(_("file"), max_length=4096)
    outcome = models.CharField(_("outcome"), max_length=10)
    message = models.TextField(_("message"), blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    slug = models.CharField(max_length=SLUG_LENGTH, blank=True)
    seconds = models.FloatField(default=0)
    article_version = models.PositiveIntegerField(null=True)
    redirects_ended = models.JSONField(default=list)
    undo = models.CharField(_("undone"), max_length=10, choices=Undo, blank=True)
    kept_because = models.CharField(max_length=10, choices=Kept, blank=True)

    objects = ImportEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self):
        return self.file


class ReplacedFile(models.Model):
    """The source file of an article as it was before an import replaced it.

    original is compressed with zlib; columns holds the row's other columns. version holds the contents that
    the article had; article_version is what Article.version was: the entry's, if only the file was replaced
    and not the contents.
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
        """Return an unsaved one of a source file as it is now."""
        return cls(
            original=zlib.compress(source_file.original),
            columns={name: getattr(source_file, name) for name in COLUMNS},
            article_version=source_file.article.version,
        )

    def write_back(self, source_file: SourceFile) -> None:
        """Give the source file back what it was, and save it."""
        source_file.original = zlib.decompress(self.original)
        for name, value in self.columns.items():
            setattr(source_file, name, value)
        source_file.save()
