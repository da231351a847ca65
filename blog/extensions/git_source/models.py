"""The repository whose files are imported, and files that were deleted there."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.models import Article
from blog.articles.provenance import Provenance
from blog.base.models import NAME_LENGTH, name_of
from blog.extensions.git_source.addresses import LONGEST, RepositoryPlace, address_of
from blog.imports.models import ImportRun
from blog.imports.sources import is_source_name

SINGLETON_PK = 1
FIRST_INTERVAL = 120  # minutes
AFTER_FAILURE = timedelta(hours=1)


class Repository(models.Model):
    """The repository that is pulled. There is at most one.

    commit: the last one that was imported, "" before. problem: why the last pull failed, see problems.py.
    tip: the newest commit of a rewritten history, which waits for a decision. hook: the secret part of the
    webhook's URL; its secrets are in private files, see credentials.py.
    """

    class OnDelete(models.TextChoices):
        KEEP = "keep", _("Keep the article, and say so")
        TRASH = "trash", _("Move new articles to the trash")

    class Interval(models.IntegerChoices):
        TWO_HOURS = FIRST_INTERVAL, _("every two hours, and after a push")
        PUSHES = 0, _("only after a push")
        QUARTER = 15, _("every 15 minutes")

    url = models.CharField(_("URL"), max_length=LONGEST)
    branch = models.CharField(_("Branch"), max_length=200, default="main")
    folder = models.CharField(_("Folder"), max_length=500, blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    interval = models.PositiveSmallIntegerField(
        _("Look for commits"), choices=Interval, default=Interval.TWO_HOURS
    )
    written_by = models.CharField(_("Written by"), max_length=10, choices=Provenance, default=Provenance.FILE)
    on_delete = models.CharField(
        _("When a file is deleted there"), max_length=10, choices=OnDelete, default=OnDelete.KEEP
    )
    commit = models.CharField(max_length=40, blank=True)
    commit_author = models.CharField(max_length=200, blank=True)
    commit_subject = models.CharField(max_length=200, blank=True)
    commit_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)  # the last time without a problem
    last_run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+")
    next_at = models.DateTimeField(null=True)  # None: only if somebody asks
    problem = models.CharField(max_length=20, blank=True)
    problem_values = models.JSONField(default=dict)
    problem_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    tip = models.CharField(max_length=40, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    hook = models.CharField(max_length=64, default=secrets.token_urlsafe)
    secret_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("Git repository")

    def __str__(self):
        return self.url

    @classmethod
    def current(cls) -> "Repository | None":
        """Return the repository, if there is one: that of the variable, or that of the screen."""
        row = cls.objects.select_related("last_run").filter(pk=SINGLETON_PK).first()
        if place := settings.IMPORT_REPOSITORY:
            row = row or cls(pk=SINGLETON_PK, next_at=timezone.now())
            row.take(place)
        return row

    @property
    def place(self) -> RepositoryPlace:
        is_allowed = settings.IMPORT_REPOSITORY is not None
        return RepositoryPlace(address_of(self.url, is_allowed=is_allowed), self.branch, self.folder)

    def take(self, place: RepositoryPlace) -> None:
        """Store the place of the variable, if it is another one."""
        if (self.url, self.branch, self.folder) != (place.address.url, place.branch, place.folder):
            self.begin_again(place.address.url, place.branch, place.folder)
            self.save()

    def begin_again(self, url: str, branch: str, folder: str) -> None:
        """Pull another place: the next pull compares all files."""
        if (url, folder) != (self.url, self.folder):
            self.source_name = ""
        self.url, self.branch, self.folder = url, branch, folder
        self.commit = self.tip = self.problem = ""
        self.failures, self.next_at = 0, timezone.now()

    def choose_source_name(self, wanted: str) -> str:
        """Return a name for the source of these files that no other source has."""
        wanted = wanted if is_source_name(wanted) else "repository"
        taken = set(
            ImportRun.objects.filter(source_name__startswith=wanted).values_list("source_name", flat=True)
        )
        names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def plan_next(self) -> None:
        """Store when the worker looks for commits again."""
        now = timezone.now()
        self.next_at = now + timedelta(minutes=self.interval) if self.interval else None

    def pause(self, by) -> None:
        self.paused_at, self.paused_by_name = timezone.now(), name_of(by)
        self.save(update_fields=["paused_at", "paused_by_name"])

    def go_on(self) -> None:
        self.paused_at, self.paused_by_name, self.next_at = None, "", timezone.now()
        self.save(update_fields=["paused_at", "paused_by_name", "next_at"])


class GoneFile(models.Model):
    """A file that was deleted in the repository, while its article stays."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="gone_file", db_constraint=False)
    path = models.CharField(max_length=4096)
    commit = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.path
