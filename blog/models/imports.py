"""Import batches, their entries, and the source files of articles."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.articles import Article
from blog.models.provenance import Provenance, WrittenBy


class ImportBatch(models.Model):
    """One run of the importer."""

    source_name = models.CharField(_("source"), max_length=255)
    root = models.CharField(_("folder"), max_length=4096)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    conflict = models.PositiveIntegerField(_("conflicts"), default=0)
    rejected = models.PositiveIntegerField(_("refused"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")

    def __str__(self):
        return f"{self.source_name}, {self.started_at:%Y-%m-%d %H:%M}"


class ImportEntry(models.Model):
    """The outcome of one file of a batch. Only updates and files that need attention have an entry."""

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

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self):
        return self.file


class SourceFile(models.Model):
    """The file that an article was imported from.

    Its key is (source_name, path inside the imported folder). batch is the import that created the article;
    later ones have an ImportEntry. original holds the bytes, so that an unedited article is exported as the
    same file. imported_fields holds a digest of each exported field right after the import, which shows what
    editors have changed since; written_by, who wrote it as the latest import said that was followed.
    """

    article = models.OneToOneField(Article, models.CASCADE, related_name="source_file")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="source_files")
    source_name = models.CharField(_("source"), max_length=255)
    path = models.CharField(_("path"), max_length=4096)
    root = models.CharField(_("folder"), max_length=4096)
    digest = models.CharField(max_length=64, db_index=True)
    original = models.BinaryField()
    imported_fields = models.JSONField(default=dict)
    written_by = models.CharField(max_length=WrittenBy.LENGTH, default=Provenance.FILE)
    extra = models.JSONField(_("other keys"), default=dict)

    class Meta:
        verbose_name = _("source file")
        verbose_name_plural = _("source files")
        constraints = [models.UniqueConstraint(fields=["source_name", "path"], name="source_file_key")]

    def __str__(self):
        return f"{self.source_name}: {self.path}"
