"""Corrections: dated notes to readers. Rows are only added, and a later row can retract an earlier one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.base.models import AppendOnlyQuerySet, UserDecision


class CorrectionQuerySet(AppendOnlyQuerySet):
    def active(self):
        """Return the corrections that readers see: neither retracted nor a retraction."""
        return self.filter(retracts=None, taken_back_by=None)


class Correction(UserDecision):
    """A dated note to readers on what was wrong in an article, or the retraction of one."""

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
