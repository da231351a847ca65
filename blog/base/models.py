"""The base of models whose rows appear on public pages."""

from django.db import models

from blog import page_cache


class PublicModel(models.Model):
    """A row whose changes expire the cached pages."""

    shown_when_new = True  # False: creating a row changes no page yet

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
