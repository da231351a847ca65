"""Preferences of a user for the admin."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preferences(models.Model):
    """The preferences of one user. Users without a row have the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences"
    )
    letter_keys = models.BooleanField(
        _("keys of one letter"),
        default=True,
        help_text=_("Keys such as / and G A work wherever no text is typed."),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")

    def __str__(self):
        return str(self.user)


def uses_letter_keys(user) -> bool:
    """Whether single-letter shortcuts are on for this user; WCAG 2.1.4 demands a way to turn them off."""
    if not user.is_authenticated:
        return True
    chosen = Preferences.objects.filter(user=user).values_list("letter_keys", flat=True).first()
    return True if chosen is None else chosen
