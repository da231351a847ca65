"""Corrections that readers are told of. Rows are only added; a later one takes an earlier one back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.base.models import AppendOnly, AppendOnlyQuerySet


class CorrectionQuerySet(AppendOnlyQuerySet):
    def active(self):
        """Return the corrections that readers see: not taken back, and taking none back."""
        return self.filter(retracts=None, taken_back_by=None)


class Correction(AppendOnly):
    """A dated note for readers on what was wrong in an article; a later row may take it back."""

    stored_name = "Correction"

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="corrections", verbose_name=_("article")
    )
    text = models.TextField(_("text"))
    retracts = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="taken_back_by", editable=False
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        permissions = [("add_correction", "Can add corrections to articles")]
        indexes = [models.Index(fields=["-at", "-id"], name="correction_newest")]

    def __str__(self):
        return self.text[:80]
