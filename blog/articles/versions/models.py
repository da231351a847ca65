"""Versions of articles."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.models import NAME_LENGTH, AppendOnly, AppendOnlyError, AppendOnlyQuerySet
from blog.base.queries import ROWS_AT_ONCE


class VersionQuerySet(AppendOnlyQuerySet):
    def newest_first(self):
        return self.order_by("article", "-number")

    def for_list(self):
        """Defer the contents."""
        return self.defer("data")

    def with_contents(self):
        """Fetch the base, which is needed to decode the contents."""
        return self.select_related("base")

    def delete(self):
        if self.filter(is_approved=True).exists():
            raise AppendOnlyError("Approved versions cannot be deleted.")
        return models.QuerySet.delete(self)

    delete.alters_data = True
    delete.queryset_only = True

    def replace_data(self, version, *, base, data) -> None:
        """Replace the stored form of the same contents, for example when the base is deleted."""
        self.filter(pk=version.pk)._update_stored(base=base, data=data)

    def _update_stored(self, **values):
        return models.QuerySet.update(self, **values)


class ArticleWriterQuerySet(models.QuerySet):
    def add(self, user_id: int | None, articles, *, by_hand: bool = False) -> None:
        """Store the user as a writer of the articles with these keys; do nothing without a user."""
        articles = list(articles) if user_id else []
        rows = [self.model(article_id=key, user_id=user_id, by_hand=by_hand) for key in articles]
        self.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
        if by_hand:
            self.filter(user=user_id, article__in=articles).update(by_hand=True)


class ArticleWriter(models.Model):
    """A user who has written in an article. The row remains when that user's versions are pruned.

    Imports store the user who started them. Users who save articles are read from the versions until these
    are pruned (blog/articles/versions/history.py). by_hand: the user has typed or removed words.
    """

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="writers", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by_hand = models.BooleanField(default=False)

    objects = ArticleWriterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="article_writer_once")]

    def __str__(self):
        return f"{self.article_id}: {self.user_id}"


class Version(AppendOnly):
    """The contents of an article at one moment, with who changed it, when and how.

    data contains the contents as encoded by blog/articles/versions/storage.py: complete, or as a difference
    from the version `base`, which is complete. digest is the SHA-256 of the contents. by_name outlives the
    user. It is empty if no user is known, as for an import from the command line.
    """

    class Action(models.TextChoices):
        FIRST = "first", _("First recorded version")
        IMPORTED = "imported", _("Imported")
        SAVED = "saved", _("Saved")
        PUBLISHED = "published", _("Published")
        UNPUBLISHED = "unpublished", _("Unpublished")
        SCHEDULED = "scheduled", _("Scheduled")
        BULK = "bulk", _("Bulk change")
        FIXED = "fixed", _("Bulk fix")
        FIX_UNDONE = "fix_undone", _("Bulk fix undone")
        RESTORED = "restored", _("Restored")
        MERGED = "merged", _("Merged")
        ACCEPTED = "accepted", _("Update accepted")
        UNDONE = "undone", _("Undone")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")

    # db_index=False: the index of the unique constraint begins with the article.
    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    action = models.CharField(_("what"), max_length=12, choices=Action)
    note = models.TextField(_("note"), blank=True)
    base = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="differences", db_index=False
    )
    data = models.BinaryField()
    digest = models.CharField(max_length=64)
    is_approved = models.BooleanField(_("approved"), default=False, editable=False)

    # Bulk fixes do not count as an editor's work on the text.
    BY_FIXES = (Action.FIXED, Action.FIX_UNDONE)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["article", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_once"),
            models.CheckConstraint(name="version_numbers_from_one", condition=Q(number__gte=1)),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="version_newest"),
            models.Index(fields=["base"], name="version_base", condition=Q(base__isnull=False)),
            models.Index(fields=["by"], name="version_by", condition=Q(by__isnull=False)),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.number}"

    def delete(self, *args, **kwargs):
        if self.is_approved:
            raise AppendOnlyError("Approved versions cannot be deleted.")
        return super().delete(*args, **kwargs)

    def approve(self) -> None:
        """Mark the version as approved, so that it cannot be deleted."""
        self.is_approved = True
        Version.objects.filter(pk=self.pk)._update_stored(is_approved=True)
