"""Base classes of models.

- PublicModel: rows appear on public pages, so each change expires the page cache.
- AppendOnly: rows are only added. UserDecision: such a row with its user and time. A decision is reverted by
  another row, so that the history is complete.
- OrderedModel: editors order the rows.

saved_or_as_before() is for optimistic locking: rows count their saves, and saving an outdated instance
raises StaleError. If a save fails, the instance gets its old count back.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import page_cache

ADD_ANOTHER = "The rows of this model are append-only: add another one."
NAME_LENGTH = 310  # a user's first and last name as Django stores them, and a space
PERMISSION_BACKEND = "django.contrib.auth.backends.ModelBackend"  # of log-ins and permissions
LARGEST_NUMBER = 2**63 - 1  # that SQLite can compare; it raises OverflowError for others


class PublicModel(models.Model):
    """A row whose changes expire the cached pages."""

    shown_when_new = True  # false if a new row appears on no page

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if self.shown_when_new or not is_new:
            page_cache.invalidate_on_commit()

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        page_cache.invalidate_on_commit()
        return deleted


class AppendOnlyError(TypeError):
    """Raised when code changes or deletes an append-only row, such as a version or a submission."""


def name_of(user) -> str:
    """Return the user's name as stored in rows that outlive the user; "" for no user."""
    return (user.get_full_name() or user.get_username())[:NAME_LENGTH] if user else ""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **values):
        raise AppendOnlyError(ADD_ANOTHER)

    update.alters_data = True

    def delete(self):
        raise AppendOnlyError("Append-only rows are deleted only with their article.")

    delete.alters_data = True
    delete.queryset_only = True


class AppendOnly(models.Model):
    """A row that is only added."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnlyError(ADD_ANOTHER)
        super().save(*args, **kwargs)


class UserDecision(AppendOnly):
    """An append-only row with its user and time. by_name outlives the user.

    stored_name identifies the model in UndoableAction.appended_rows. It must not change with the class name.
    """

    stored_name: str

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.by_name = self.by_name or name_of(self.by)
        super().save(*args, **kwargs)


class OrderedModel(PublicModel):
    """A row with a position among its siblings. A row without one is saved as the last."""

    position = models.PositiveSmallIntegerField(_("position"), blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.position is None:
            last = self.siblings().aggregate(last=Max("position"))["last"]
            self.position = 1 if last is None else last + 1
        super().save(*args, **kwargs)

    def siblings(self):
        """Return the rows that are ordered together with this one: by default, all rows of its model."""
        return type(self).objects


@contextmanager
def saved_or_as_before(row):
    """Run the block, which saves a row and its dependents, in one transaction.

    After a rollback, the instance gets its old pk and lock version back, so that it can be corrected and
    saved again. If only an on_commit callback fails, the row is stored, and the new values are kept.
    """
    before = row.pk, row.lock_version, row._state.adding
    committed = []
    try:
        with transaction.atomic():
            transaction.on_commit(lambda: committed.append(True), robust=True)
            yield
    except BaseException:
        if not committed:
            row.pk, row.lock_version, row._state.adding = before
        raise


@models.IntegerField.register_lookup
class StorableIn(In):
    """The lookup “in” without the numbers that no row can have, as Django skips them for “exact”."""

    def get_prep_lookup(self):
        values = super().get_prep_lookup()
        if not self.rhs_is_direct_value():
            return values
        return [
            value
            for value in values
            if not isinstance(value, int) or -LARGEST_NUMBER <= value <= LARGEST_NUMBER
        ]
