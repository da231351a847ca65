"""Import batches, and the source files of articles."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.models import Article
from blog.articles.provenance import Provenance, WrittenBy
from blog.base.models import NAME_LENGTH, name_of


class ImportBatch(models.Model):
    """One run of the importer over one source. Which files it holds never changes, not even by its undo.

    The names of users outlive them; a run from the command line has no user.
    """

    OUTCOMES = ("created", "updated", "unchanged", "held", "conflict", "rejected", "skipped")

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
    # The kinds of findings that more than half of its articles have: see blog/review/sharing.py.
    shared_kinds = models.JSONField(default=list, editable=False)
    # Names in the media storage whose rows an undo has deleted; it deletes the files after its commit.
    files_to_delete = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        permissions = [("undo_importbatch", "Can undo imports")]

    def __str__(self):
        return f"{self.source_name}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def counted(self) -> int:
        """The number of files that are done: of an import that broke off, the first ones in their order."""
        return sum(getattr(self, outcome) for outcome in self.OUTCOMES)

    def mark_undone(self, *, by=None) -> None:
        self.undone_at, self.undone_by, self.undone_by_name = timezone.now(), by, name_of(by)
        self.save(update_fields=["undone_at", "undone_by", "undone_by_name"])


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
