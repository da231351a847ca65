"""What articles show and lead to: by pictures and pages of this site, articles concern others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.review.models import KEY_LENGTH, WORDS_LENGTH

TARGET_LENGTH = 32


class Reference(models.Model):
    """A picture that an article describes, or a link to a page of this site. Derived, with the proof.

    target is a digest of what it shows or leads to, equal in all articles; words are the description, or the
    path; key is that of the finding that it may become: the same picture, described differently elsewhere, or
    a link that leads nowhere.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        LINK = "link", _("link")

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="references")
    kind = models.CharField(max_length=10, choices=Kind)
    target = models.CharField(max_length=TARGET_LENGTH)
    words = models.CharField(max_length=WORDS_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)

    class Meta:
        ordering = ["article", "pk"]
        default_permissions = ()
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        indexes = [models.Index(fields=["target", "words"], name="reference_target")]

    def __str__(self):
        return f"{self.article_id}: {self.words}"
