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


NAME_LENGTH = 310  # a user's first and last name as Django stores them, and a space


class AppendOnlyError(TypeError):
    """Code tried to change or delete what is append-only: a version, a submission."""


def name_of(user) -> str:
    """Return the user's name as stored in rows that outlive the user; "" for no user."""
    return (user.get_full_name() or user.get_username())[:NAME_LENGTH] if user else ""
