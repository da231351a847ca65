"""Notices: events that somebody should learn of, stored until the letters about them are queued.

Each kind has a permission that its recipients need, so that nobody is told about what they may not see.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.desk.models import Preferences
from blog.imports.models import ImportRun

COLLECTED_FOR = timedelta(minutes=5)  # further notices of the kind join the same letter
LONGEST_IMPORT = timedelta(hours=1)  # then letters mention its held updates even if it has not ended
KEPT_FOR = timedelta(days=1)  # if letters cannot be written


class NoticeKind(models.TextChoices):
    SUBMITTED = "submitted", _("An article is submitted, and I may approve it")
    RETURNED = "returned", _("An article that I submitted is returned to me")
    HELD = "held", _("A file is held, and I may decide about it")
    IMPORTED = "imported", _("An import that I started is done, or has failed")
    FAILED = "failed", _("A job has failed")


# Codename of the permission. None: superusers only.
PERMISSIONS = {
    NoticeKind.SUBMITTED: "blog.review_article",
    NoticeKind.RETURNED: "blog.change_article",
    NoticeKind.HELD: "blog.decide_heldupdate",
    NoticeKind.IMPORTED: "blog.add_stagedimport",
    NoticeKind.FAILED: None,
}


class NoticeQuerySet(models.QuerySet):
    def complete(self):
        """Return all notices except those about held updates of imports that are still running."""
        since = timezone.now() - LONGEST_IMPORT
        running = ImportRun.objects.filter(finished_at=None, started_at__gt=since)
        return self.exclude(kind=NoticeKind.HELD, key__in=running.values("pk"))

    def due_kinds(self) -> list[str]:
        """Return the kinds whose letters are due: COLLECTED_FOR after the first notice."""
        old = self.complete().filter(created_at__lte=timezone.now() - COLLECTED_FOR)
        return list(old.order_by("kind").values_list("kind", flat=True).distinct())

    def add(self, kind: NoticeKind, key: int, by: int | None = None) -> None:
        """Store a notice, unless the same one waits already.

        by: primary key of the user who caused it, and gets no letter.
        """
        self.bulk_create([self.model(kind=kind, key=key, by_id=by)], ignore_conflicts=True)

    def forget_old(self) -> None:
        self.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


class Notice(models.Model):
    """A notice that waits for its letters. key: the primary key of a submission, an import or a job."""

    kind = models.CharField(max_length=10, choices=NoticeKind)
    key = models.PositiveBigIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,  # so that users can be deleted while the extension is off
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        db_table = "blog_notice"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="notice_once")]

    def __str__(self):
        return f"{self.kind} {self.key}"


def may_get(user, kind: NoticeKind) -> bool:
    """Whether the user's permissions allow notices of this kind."""
    permission = PERMISSIONS[kind]
    return user.has_perm(permission) if permission else user.is_superuser


def recipients(kind: NoticeKind) -> models.QuerySet:
    """Return the users who get notices of this kind: with permission and address, not switched off."""
    users = get_user_model().objects
    if permission := PERMISSIONS[kind]:
        users = users.with_perm(permission, backend="django.contrib.auth.backends.ModelBackend")
    else:
        users = users.filter(is_active=True, is_superuser=True)
    muting = Preferences.objects.filter(muted_notices__contains=f" {kind} ")
    return users.filter(is_staff=True).exclude(email="").exclude(pk__in=muting.values("user")).order_by("pk")
