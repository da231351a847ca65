"""Old addresses."""

from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.models.querysets import RedirectQuerySet

TARGETS = ("article", "category", "author", "page")


def _leads_to_one_thing():
    gone = Q(is_gone=True, **{f"{target}__isnull": True for target in TARGETS})
    led_on = (Q(is_gone=False, **{f"{one}__isnull": one != target for one in TARGETS}) for target in TARGETS)
    return reduce(or_, led_on, gone)


class Redirect(models.Model):
    """An old address: it leads to one of the TARGETS, wherever that stands now, or it is gone for good.

    It holds the row, not an address, so that redirects never form chains.
    """

    path = models.CharField(
        _("old address"), max_length=2000, unique=True, help_text=_("Such as /old/page/.")
    )
    article = models.ForeignKey(
        "blog.Article",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("article"),
    )
    category = models.ForeignKey(
        "blog.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("category"),
    )
    author = models.ForeignKey(
        "blog.Author",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("author"),
    )
    page = models.ForeignKey(
        "blog.Page",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("page"),
    )
    is_gone = models.BooleanField(
        _("gone for good"),
        default=False,
        help_text=_("Leads nowhere: readers and search engines are told that it is gone for good."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    TARGETS = TARGETS

    objects = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_to_one_thing",
                violation_error_message=_("Choose what it leads to, or mark the address as gone."),
                condition=_leads_to_one_thing(),
            ),
        ]

    def __str__(self):
        return self.path

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(page_cache.invalidate)

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(page_cache.invalidate)
        return deleted

    @property
    def target(self):
        """The article, category, author or page that the old address leads to; None when it is gone."""
        return next(filter(None, (getattr(self, name) for name in TARGETS)), None)
