"""What each receiver knows of the published articles, from which follows what it is still to be told."""

import hashlib

from django.db import models


class ToldArticle(models.Model):
    """An article that a receiver was told about. Not a foreign key: the row outlives a deleted article.

    receiver: receiver_key() of the URL. digest: words_digest of the article at that time.
    """

    receiver = models.CharField(max_length=16)
    article = models.PositiveBigIntegerField()
    url = models.URLField(max_length=2000)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["receiver", "article"], name="webhook_told_once")]

    def __str__(self):
        return self.url


def receiver_key(url: str) -> str:
    """Return what stands for a receiver in rows, which keep no URL that may contain a secret."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]
