"""Undoable actions (UndoableAction): what an editor did to one or several articles at once.

An action stores the lock version of each article before and after, and its Publication (status, date, flags,
provenance) before. Undo restores these if the lock version has not changed since. Undo counts as a save, so
that editors who have the article open are warned. It also updates earlier actions of the same user, so that
they can be undone next.

An action that changed text stores digests of the text. It can be undone wherever that text is unchanged,
whatever else changed since. A bulk fix also names its scope, finding and fix, and any Editor can undo it.
If a job runs it, the job adds to the action in each transaction. ACTION_RETENTION, BULK_FIX_RETENTION and
MAX_ACTIONS_PER_USER limit how long actions are kept, and how many.
"""

from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.documents.findings.kinds import KIND_LENGTH
from blog.jobs.models import Job

UNDOABLE_HOURS = 1
ACTION_RETENTION = timedelta(days=1)
MAX_ACTIONS_PER_USER = 50  # besides bulk fixes
BULK_FIX_RETENTION = timedelta(days=30)  # longer, because a screen lists them and there are few
SCOPE_LENGTH = 500  # characters of a query string


@dataclass(frozen=True)
class Publication:
    """The fields that decide whether, when, how prominently and with which label readers see an article."""

    status: str
    published_at: datetime | None
    is_featured: bool
    is_trending: bool
    provenance: str
    machine: str
    featured_is_suggested: bool
    trending_is_suggested: bool
    is_withheld: bool

    @classmethod
    def of(cls, article) -> "Publication":
        return cls(*(getattr(article, field.name) for field in fields(cls)))

    def as_stored(self) -> list:
        """Return values for JSON. Dates keep the microseconds that Django's encoder would truncate."""
        status, moment, *others = astuple(self)
        return [status, moment and moment.isoformat(), *others]

    @classmethod
    def from_stored(cls, values: list) -> "Publication":
        status, moment, *others = values
        return cls(status, moment and datetime.fromisoformat(moment), *others)


class UndoableActionQuerySet(models.QuerySet):
    def undoable_by(self, user, now=None):
        """Return the user's actions that can be undone, latest first: at most UNDOABLE_HOURS old."""
        since = (now or timezone.now()) - timedelta(hours=UNDOABLE_HOURS)
        return self.filter(user=user, undone_at=None, done_at__gt=since).order_by("-pk")

    def undoable(self, user, number: int):
        """Return the action with this primary key if it is the user's latest, or a bulk fix of any user."""
        latest = self.model.objects.undoable_by(user).values("pk")[:1]
        return self.filter(Q(pk__in=latest) | ~Q(fix=""), pk=number, undone_at=None)

    def bulk_fixes(self):
        """Return the bulk fixes that were not undone, latest first."""
        return self.filter(undone_at=None).exclude(fix="").order_by("-pk")

    def expired(self, now):
        """Return the actions of all users that are older than their retention."""
        is_old = Q(fix="", done_at__lt=now - ACTION_RETENTION)
        return self.filter(is_old | Q(done_at__lt=now - BULK_FIX_RETENTION))

    def forget_old(self, user, now) -> None:
        """Delete the user's actions beyond ACTION_RETENTION and MAX_ACTIONS_PER_USER.

        Bulk fixes are kept for BULK_FIX_RETENTION.
        """
        theirs = self.filter(user=user)
        newest = theirs.filter(fix="", done_at__gte=now - ACTION_RETENTION).order_by("-pk")[
            :MAX_ACTIONS_PER_USER
        ]
        old = theirs.filter(fix="").exclude(pk__in=list(newest.values_list("pk", flat=True)))
        (old | theirs.filter(done_at__lt=now - BULK_FIX_RETENTION)).delete()


class UndoableAction(models.Model):
    """One action of a user on articles, with the data to undo it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_actions")
    done_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    sentence = models.TextField()  # the message that the user saw
    # {primary key of the article, as text: [lock version before, lock version after, Publication before]},
    # the Publication as as_stored() returns it.
    articles = models.JSONField(default=dict)
    redirects = models.JSONField(default=list)  # deleted because an article was published at their path
    # {primary key of the article, as text: [primary key of the Version before the text was changed,
    # {field: value before}, {field: digest of the value after}]}. A body is read from that version, because
    # it may be large.
    previous_content = models.JSONField(default=dict)
    # Append-only rows that were added, as [stored_name of the model, primary key]. Undo adds rows that revert
    # them.
    appended_rows = models.JSONField(default=list)
    # Set for bulk fixes only. job is null if no job ran the fix.
    scope = models.CharField(max_length=SCOPE_LENGTH, blank=True)
    finding = models.CharField(max_length=KIND_LENGTH, blank=True)
    fix = models.CharField(max_length=KIND_LENGTH, blank=True)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="desk_action")

    objects = UndoableActionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="desk_action_last"),
            models.Index(fields=["scope", "-id"], name="desk_action_mending", condition=~Q(fix="")),
        ]

    def __str__(self):
        return self.sentence

    def record(self, before: dict[int, tuple[int, Publication]], after: dict[int, int]) -> None:
        """Add articles. before: {primary key: (lock version, publication)}.

        after: {primary key: lock version}.
        """
        self.articles |= {
            str(key): [version, after[key], publication.as_stored()]
            for key, (version, publication) in before.items()
        }

    @property
    def is_running(self) -> bool:
        """Whether a job is still applying the action to further articles."""
        return self.job is not None and self.job.is_active

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.articles]

    def version_before(self, key: int) -> int:
        return self.articles[str(key)][0]

    def version_after(self, key: int) -> int:
        return self.articles[str(key)][1]

    def publication_before(self, key: int) -> Publication:
        return Publication.from_stored(self.articles[str(key)][2])

    def changed_publication(self, key: int) -> bool:
        """Whether the action changed status, date, flags or provenance of the article with this pk."""
        before, after, _publication = self.articles[str(key)]
        return before != after and str(key) not in self.previous_content

    def rebase_versions(self, before: dict[int, int], after: dict[int, int]) -> bool:
        """Follow the lock versions of articles that a later undo, or a write that is no edit, has counted up.

        This action would otherwise take that for an edit. before, after: {primary key: lock version}. Returns
        whether this action was changed.
        """
        own = {key: self.articles[str(key)][1] for key in after if str(key) in self.articles}
        ended = [key for key, version in own.items() if version == before.get(key)]
        for key in ended:
            article = self.articles[str(key)]
            # Set both if the action only added rows. Otherwise it would seem to have changed the article.
            article[0] = after[key] if article[0] == article[1] else article[0]
            article[1] = after[key]
        return bool(ended)
