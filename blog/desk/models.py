"""Preferences of users, the presence of editors on articles, and the lists that editors work through.

Presence locks nobody out. It is only shown to others who open the article.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.models import Article
from blog.base.queries import CompiledQuery
from blog.desk.numbers import read_number

# How long an editor counts as present: after opening the page, in case JavaScript is off; after a report of
# the page's script, sent every 30 seconds; and after leaving the page, in case it is reloaded.
OPENED, SEEN, LEFT = timedelta(minutes=10), timedelta(seconds=90), timedelta(seconds=10)
PRESENCE_RETENTION = timedelta(days=1)
LISTS_KEPT = 10  # per user: more than anybody works through at the same time


class Preferences(models.Model):
    """The preferences of one user. Users without a row have the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences"
    )
    letter_keys = models.BooleanField(
        _("single-letter shortcuts"),
        default=True,
        help_text=_("Shortcuts such as / and G A work whenever you are not typing."),
    )
    # Kinds of notices that are switched off, each between spaces.
    muted_notices = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")

    def __str__(self):
        return str(self.user)


def uses_letter_keys(user) -> bool:
    """Whether single-letter shortcuts are on for this user. WCAG 2.1.4 requires a way to turn them off."""
    if not user.is_authenticated:
        return True
    rows = _LETTER_KEYS.rows(Preferences.objects, user.pk)
    return bool(rows[0][0]) if rows else True


_LETTER_KEYS = CompiledQuery(lambda rows, user: rows.filter(user=user).values_list("letter_keys"))


class PresenceQuerySet(models.QuerySet):
    def touch(self, article: Article, user, lasting: timedelta) -> None:
        """Store that the user has the article open, until now + lasting."""
        now = timezone.now()
        presence = self.filter(article=article, user=user).first() or Presence(article=article, user=user)
        if presence.until is None or presence.until < now:
            presence.since = now
        presence.until = now + lasting
        presence.save()

    def forget(self) -> None:
        """Delete rows that ended more than a day ago, so that the table stays small."""
        self.filter(until__lt=timezone.now() - PRESENCE_RETENTION).delete()

    def others(self, article: Article, user):
        """Return the presences of other users on the article, in the order in which they opened it."""
        present = self.filter(article=article, until__gte=timezone.now()).exclude(user=user)
        return present.select_related("user").order_by("since", "pk")


class Presence(models.Model):
    """The time span in which an editor has an article open."""

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


class OpenedListQuerySet(models.QuerySet):
    def of(self, user, number: str) -> "OpenedList | None":
        """Return the user's list with this primary key, as text from a URL, or None."""
        return self.filter(user=user, pk=key).first() if (key := read_number(number)) else None

    def open(self, user, query: str, keys: list[int]) -> "OpenedList":
        """Return the user's newest list if it equals this one; else store this one and delete the oldest."""
        theirs = self.filter(user=user).order_by("-pk")
        newest = theirs.first()
        if newest and (newest.query, newest.keys) == (query, keys):
            return newest
        with transaction.atomic():
            opened = self.create(user=user, query=query, keys=keys)
            theirs.filter(pk__in=list(theirs.values_list("pk", flat=True)[LISTS_KEPT:])).delete()
        return opened


class OpenedList(models.Model):
    """The articles of a filtered list when a user opened the first of them to read one after the other.

    Approving an article changes the filters and the order of the list itself. The primary keys of a list of
    20,000 articles take 160 kB, which are read in 2 ms. In the session, every request would read them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    query = models.TextField()  # the list's filters, as a query string
    keys = models.JSONField()
    opened_at = models.DateTimeField(default=timezone.now)

    objects = OpenedListQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.user}: {self.query}"
