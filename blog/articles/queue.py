"""The review queue: the state of each article for those who review and publish."""

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.choices import ReviewState, Status
from blog.articles.provenance import Provenance
from blog.articles.withholding import is_out, out, scheduled
from blog.base.registered import registered

TRASH = "trash"  # used like a state by lists and counts that include the trash


class QueueState(models.TextChoices):
    """The step an article waits for. Each article outside the trash is in exactly one state."""

    CHECK = "check", _("To review")  # AI-written and never approved, and not public
    LIVE = "live", _("Public, not reviewed")  # AI-written and never approved, and public
    CHANGED = "changed", _("Changed since approval")
    CHECKED = "checked", _("Approved")  # and not published
    DRAFT = "draft", _("Drafts")  # not published, and not known to be AI-written
    HELD = "held", _("Held")  # a changed file waits for a decision
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")


# For AI-written articles without a held update.
STATE_BY_REVIEW = {
    ReviewState.NONE: QueueState.CHECK,
    ReviewState.STALE: QueueState.CHANGED,
    ReviewState.VALID: QueueState.CHECKED,
}


class ReviewStateModel(models.Model):
    """The fields that determine an article's state in the queue. The database computes them."""

    review_state = models.GeneratedField(
        expression=Case(
            When(reviewed_digest="", then=Value(ReviewState.NONE)),
            When(reviewed_digest=F("words_digest"), then=Value(ReviewState.VALID)),
            default=Value(ReviewState.STALE),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    is_by_machine = models.GeneratedField(
        expression=Case(
            When(provenance=Provenance.MACHINE, then=Value(True)),
            When(Q(provenance=Provenance.FILE) & ~Q(generated_by=""), then=Value(True)),
            default=Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        abstract = True

    @property
    def queue_state(self) -> QueueState:
        """The state of an article from with_queue_relations(): the same rule as QueueQuerySet.in_queue()."""
        if self.held_update:
            return QueueState.HELD
        is_new = self.status == Status.NEW
        if not self.is_by_machine and is_new:
            return QueueState.DRAFT
        is_public = is_out(self, timezone.now())
        if self.is_by_machine and (is_new or self.review_state != ReviewState.VALID):
            is_live = is_public and self.review_state == ReviewState.NONE
            return QueueState.LIVE if is_live else STATE_BY_REVIEW[ReviewState(self.review_state)]
        return QueueState.PUBLISHED if is_public else QueueState.SCHEDULED


class QueueQuerySet(models.QuerySet):
    def in_queue(self, state: str, now):
        """Return the articles in this state. Raises ValueError for an unknown state."""
        rows = self.filter(trashed_at=None)
        if state == QueueState.HELD:
            return rows.filter(pk__in=self._held())
        return rows.filter(queue_state_filters(now)[QueueState(state)]).exclude(pk__in=self._held())

    def count_queue(self, now) -> dict[str, int]:
        """Return {state: number of these articles}. Takes two queries."""
        rows = self.filter(trashed_at=None).order_by()
        counted = {
            state.value: Count("pk", filter=condition)
            for state, condition in queue_state_filters(now).items()
        }
        numbers = rows.aggregate(**counted)
        held = rows.filter(pk__in=self._held()).aggregate(all=Count("pk"), **counted)
        numbers = {state: number - held[state] for state, number in numbers.items()}
        return numbers | {QueueState.HELD.value: held["all"]}

    def _held(self):
        return registered.held_updates().waiting().order_by().values("article")


def queue_state_filters(now) -> dict[QueueState, Q]:
    """Return {state: condition} for articles without a held update. Exactly one condition is true."""
    by_machine = Q(is_by_machine=True)
    needs_no_review = Q(is_by_machine=False) | Q(review_state=ReviewState.VALID)
    return {
        QueueState.CHECK: by_machine & Q(review_state=ReviewState.NONE) & ~out(now),
        QueueState.LIVE: by_machine & Q(review_state=ReviewState.NONE) & out(now),
        QueueState.CHANGED: by_machine & Q(review_state=ReviewState.STALE),
        QueueState.CHECKED: by_machine & Q(review_state=ReviewState.VALID, status=Status.NEW),
        QueueState.DRAFT: Q(is_by_machine=False, status=Status.NEW),
        QueueState.SCHEDULED: needs_no_review & scheduled(now),
        QueueState.PUBLISHED: needs_no_review & out(now),
    }
