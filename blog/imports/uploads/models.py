"""Staged imports: uploaded files, their state, and the dry run's outcome for each file."""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.documents.generators.patterns import LONGEST_PATTERN
from blog.documents.slugs import SLUG_LENGTH
from blog.imports.models import ImportRun
from blog.imports.names import NAME_LENGTH
from blog.jobs.models import Job

UPLOAD_RETENTION = timedelta(days=1)


class StagedImportQuerySet(models.QuerySet):
    def with_files(self):
        """Return the imports whose uploaded files are still stored."""
        state = self.model.State
        return self.exclude(state__in=(state.IMPORTED, state.DISCARDED, state.EXPIRED))

    def imported_long_ago(self, now=None):
        """Return the imports from more than a day ago. Their results are in their ImportRuns."""
        before = (now or timezone.now()) - UPLOAD_RETENTION
        return self.filter(state=self.model.State.IMPORTED, created_at__lt=before)

    def with_jobs(self):
        """Fetch the jobs and the batch with the rows. Who stopped jobs is fetched when it is first shown."""
        return self.select_related("check_job", "import_job", "batch").fetch_mode(models.FETCH_PEERS)

    def expired(self, now=None):
        """Return the imports with files older than a day, except those that are being imported."""
        active = (Job.State.WAITING, Job.State.RUNNING)
        before = (now or timezone.now()) - UPLOAD_RETENTION
        return self.with_files().filter(created_at__lt=before).exclude(import_job__state__in=active)


class StagedImport(models.Model):
    """Uploaded files between upload and import.

    folder contains archive.zip, or files/ with Markdown files, until they are imported or discarded, for at
    most a day. manifest: [path, size] of each file as the browser announced them.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("Uploading")
        RECEIVED = "received", _("Uploaded")
        CHECKING = "checking", _("Dry run in progress")
        CHECKED = "checked", _("Dry run finished")
        IMPORTING = "importing", _("Importing")
        IMPORTED = "imported", _("Imported")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")
        DISCARDED = "discarded", _("Discarded")
        EXPIRED = "expired", _("Expired")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("started"), default=timezone.now, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVING)
    name = models.CharField(_("name"), max_length=255)  # of the zip file, or "12 files"
    size = models.PositiveBigIntegerField(_("size"))
    manifest = models.JSONField(default=list)
    source_name = models.CharField(_("source"), max_length=255)
    is_source_given = models.BooleanField(default=False)  # the user has named it, or answered the question
    # The question whether the files are those of an earlier source (see jobs.py), kept after the answer.
    same_files = models.JSONField(default=dict)
    written_by = models.CharField(_("written by"), max_length=300, default="file")  # as in ImportOptions
    status = models.CharField(max_length=10, default="new")  # a StatusRule; the admin only offers "new"
    on_conflict = models.CharField(
        max_length=5, blank=True
    )  # a ConflictRule; blank: as the command's default
    categories_from = models.CharField(max_length=10, default="auto")  # a CategorySource
    addresses = models.CharField(max_length=LONGEST_PATTERN, blank=True)  # as in ImportOptions
    # As in ImportOptions:
    default_category = models.CharField(max_length=NAME_LENGTH, blank=True, db_default="")
    requires_category = models.BooleanField(default=False, db_default=False)
    # How the dry run computed old addresses: generator, path of the configuration, pattern, examples, count.
    # Then where it looked for images: static_roots in the upload, base_path.
    found_addresses = models.JSONField(default=dict)
    # The categories that the dry run derives: where from, and (name, number of texts) of each.
    found_categories = models.JSONField(default=dict)
    way = models.CharField(max_length=10, default="browser", db_default="browser")  # an ImportRun.Way
    mirror_images = models.BooleanField(default=False)  # mirror remote images after the import
    check_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    import_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    # Digest of the files and options of the dry run. Blank until it is finished.
    checked_digest = models.CharField(max_length=64, blank=True)
    batch = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="staged_imports")

    objects = StagedImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("staged import")
        verbose_name_plural = _("staged imports")
        default_permissions = ()
        permissions = [("add_stagedimport", "Can import files in the browser")]

    def __str__(self):
        return self.name

    @property
    def folder(self) -> Path:
        return settings.IMPORT_ROOT / str(self.uid)

    @property
    def asks_for_source(self) -> bool:
        """Whether the user still has to say if the files are those of an earlier source."""
        return bool(self.same_files) and not self.is_source_given

    @property
    def job(self) -> Job | None:
        """The latest job."""
        return self.import_job or self.check_job

    @property
    def is_under_way(self) -> bool:
        """Whether a job for its dry run or import is waiting or running."""
        return bool(self.job and self.job.is_active)

    @contextmanager
    def locked(self):
        """Lock and reload the row in a transaction, so that two requests cannot change it at once."""
        with transaction.atomic():
            rows = type(self).objects.select_for_update(of=["self"]).with_jobs()
            self.refresh_from_db(from_queryset=rows)
            yield


class StagedFile(models.Model):
    """The outcome of a dry run for one file."""

    staged_import = models.ForeignKey(StagedImport, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    path = models.CharField(_("file"), max_length=4096)
    outcome = models.CharField(_("outcome"), max_length=10)  # an Outcome of blog/imports/report.py
    title = models.TextField(_("title"), blank=True)
    slug = models.CharField(max_length=SLUG_LENGTH, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    notices = models.JSONField(default=list)  # as in ImportEntry
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
