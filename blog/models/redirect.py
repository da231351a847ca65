"""Old addresses."""

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog import pages
from blog.querysets import RedirectQuerySet


class Redirect(models.Model):
    """An old address: it leads to an article, a category or a page, wherever that stands now, or it is gone.

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

    objects = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_to_one_thing",
                violation_error_message=_("Choose what it leads to, or mark the address as gone."),
                condition=(
                    Q(article__isnull=False, category__isnull=True, page__isnull=True, is_gone=False)
                    | Q(article__isnull=True, category__isnull=False, page__isnull=True, is_gone=False)
                    | Q(article__isnull=True, category__isnull=True, page__isnull=False, is_gone=False)
                    | Q(article__isnull=True, category__isnull=True, page__isnull=True, is_gone=True)
                ),
            ),
        ]

    def __str__(self):
        return self.path

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(pages.changed)

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(pages.changed)
        return deleted

    @property
    def target(self):
        """The article, category or page that the old address leads to; None when it is gone."""
        return self.article or self.category or self.page
