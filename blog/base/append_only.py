"""Rows that are only added: what was decided stays as it was decided, and a later row takes it back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.models import NAME_LENGTH, AppendOnlyError, name_of


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **values):
        raise AppendOnlyError("What was decided stays as it was: add another row.")

    update.alters_data = True

    def delete(self):
        raise AppendOnlyError("What was decided stays, as long as its article does.")

    delete.alters_data = True
    delete.queryset_only = True


class AppendOnly(models.Model):
    """The base of such rows: who added it and when. by_name outlives the user."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnlyError("What was decided stays as it was: add another row.")
        self.by_name = self.by_name or name_of(self.by)
        super().save(*args, **kwargs)
