"""Renew the approvals of texts that undo has restored.

An approval stays in force for its content when the content changes. If undo brings back exactly this content
after different content was approved, the earlier approval counts again.
"""

import itertools

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.changes import Change
from blog.articles.choices import ReviewState
from blog.articles.models import Article
from blog.base.models import name_of
from blog.base.queries import ROWS_AT_ONCE
from blog.review.ai_label import approvals_in_force


def renew_approvals(change: Change) -> None:
    """After an undo, renew the approvals of articles whose content is again exactly what was approved."""
    if change.undone is None:
        return
    note = _("The approved text was restored by %(name)s on %(date)s.")
    note %= {"name": name_of(change.by), "date": timezone.localdate().isoformat()}
    for some in itertools.batched(change.keys, ROWS_AT_ONCE):
        stale = Article.objects.filter(pk__in=some, review_state=ReviewState.STALE)
        for article in stale.only("words_digest").prefetch_related("reviews"):
            given = {review.digest: review for review in approvals_in_force(article.reviews.all())}
            if review := given.get(article.words_digest):
                _renew(review, note)


def _renew(review, note):
    """Add a copy of an approval, so that it is the newest one."""
    review.pk, review._state.adding, review.note = None, True, note
    review.save()
    Article.objects.filter(pk=review.article_id).update(reviewed_digest=review.digest)
