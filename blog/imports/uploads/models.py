"""Imports in the browser: what was uploaded, what a dry run says of each file, and how far it has come."""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.documents.slugs import SLUG_LENGTH
from blog.imports.models import ImportRun
from blog.jobs.models import Job

UPLOAD_RETENTION = timedelta(days=1)


class StagedImportQuerySet(models.QuerySet):
    def with_files(self):
        """Return the imports whose files are kept."""
        state = self.model.State
        return self.exclude(state__in=(state.IMPORTED, state.DISCARDED, state.EXPIRED))

    def imported_long_ago(self, now=None):
        """Return the imports of more than a day ago: their batches say what came of them."""
        before = (now or timezone.now()) - UPLOAD_RETENTION
        return self.filter(state=self.model.State.IMPORTED, created_at__lt=before)

    def with_jobs(self):
        jobs = (
            f"{job}__{person}"
            for job in ("check_job", "import_job")
            for person in ("started_by", "stop_requested_by")
        )
        return self.select_related(*jobs, "batch")

    def expired(self, now=None):
        """Return the imports whose files were kept for a day, except those that are being imported."""
        active = (Job.State.WAITING, Job.State.RUNNING)
        before = (now or timezone.now()) - UPLOAD_RETENTION
        return self.with_files().filter(created_at__lt=before).exclude(import_job__state__in=active)


class StagedImport(models.Model):
    """Uploaded files on their way to becoming articles.

    folder holds archive.zip, or files/ with Markdown files, until they are imported or thrown away, and a
    day at most. manifest lists [path, size] of each file as the browser announced them.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("Being received")
        RECEIVED = "received", _("Received")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")
        DISCARDED = "discarded", _("Thrown away")
        EXPIRED = "expired", _("Expired")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("started"), default=timezone.now, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVING)
    name = models.CharField(_("name"), max_length=255)  # of the zip file, or "12 files"
    size = models.PositiveBigIntegerField(_("size"))
    manifest = models.JSONField(default=list)
    source_name = models.CharField(_("source"), max_length=255)
    written_by = models.CharField(_("written by"), max_length=300, default="file")  # as ImportOptions has it
    status = models.CharField(max_length=10, default="new")  # a StatusRule; the desk offers this one
    on_conflict = models.CharField(max_length=5, default="keep")  # a ConflictRule
    mirror_images = models.BooleanField(default=False)  # pictures of other sites are fetched after the import
    check_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    import_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    # Of the files and of what was chosen for them, as the dry run has read them; empty until it is through.
    checked_digest = models.CharField(max_length=64, blank=True)
    batch = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="staged_imports")

    objects = StagedImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import in the browser")
        verbose_name_plural = _("imports in the browser")
        default_permissions = ()
        permissions = [("add_stagedimport", "Can import files in the browser")]

    def __str__(self):
        return self.name

    @property
    def folder(self) -> Path:
        """The folder of the uploaded files."""
        return settings.IMPORT_ROOT / str(self.uid)

    @property
    def job(self) -> Job | None:
        """The latest job."""
        return self.import_job or self.check_job

    @property
    def is_under_way(self) -> bool:
        """Whether a job checks or imports it, or is about to."""
        return bool(self.job and self.job.is_active)

    @contextmanager
    def locked(self):
        """Lock and reread the row for a transaction, so that two requests do not do the same at once."""
        with transaction.atomic():
            rows = type(self).objects.select_for_update(of=["self"]).with_jobs()
            self.refresh_from_db(from_queryset=rows)
            yield


class StagedFile(models.Model):
    """What an import would make of one file: the outcome of a dry run."""

    staged_import = models.ForeignKey(StagedImport, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    path = models.CharField(_("file"), max_length=4096)
    outcome = models.CharField(_("outcome"), max_length=10)  # an Outcome of blog/imports/report.py
    title = models.TextField(_("title"), blank=True)
    slug = models.CharField(max_length=SLUG_LENGTH, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    notices = models.JSONField(default=list)  # as those of ImportEntry
    article = models.ForeignKey("blog.Article", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        verbose_name = _("staged file")
        verbose_name_plural = _("staged files")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["staged_import", "position"], name="staged_file_position")
        ]
        indexes = [models.Index(fields=["staged_import", "outcome", "position"], name="staged_file_outcome")]

    def __str__(self):
        return self.path
