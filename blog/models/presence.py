"""Who has which article open: told to the next one who opens it, and it locks nobody out."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.models.articles import Article

# For how long nobody is taken to have gone: after a page was opened, which may be without a script; after
# its script has said so again, as it does every half minute; and after it was left, perhaps for the same one.
OPENED, SEEN, LEFT = timedelta(minutes=10), timedelta(seconds=90), timedelta(seconds=10)
FORGOTTEN = timedelta(days=1)


class PresenceQuerySet(models.QuerySet):
    def note(self, article: Article, user, lasting: timedelta) -> None:
        """Store that the user has the article open, and until when that is believed."""
        now = timezone.now()
        presence = self.filter(article=article, user=user).first() or Presence(article=article, user=user)
        if presence.until is None or presence.until < now:
            presence.since = now
        presence.until = now + lasting
        presence.save()

    def forget(self) -> None:
        """Delete what is long past, so that there are never more rows than open articles of a day."""
        self.filter(until__lt=timezone.now() - FORGOTTEN).delete()

    def others(self, article: Article, user):
        """Return who else has the article open, the first one first."""
        there = self.filter(article=article, until__gte=timezone.now()).exclude(user=user)
        return there.select_related("user").order_by("since", "pk")


class Presence(models.Model):
    """That an editor has an article open."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="presence_once_a_user")]

    def __str__(self):
        return f"{self.user}: {self.article}"
