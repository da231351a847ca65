"""Renew the approvals of texts that undo has restored.

An approval stays in force for its content when the content changes. If undo brings back exactly this content
after different content was approved, the earlier approval counts again.
"""

import itertools
from collections.abc import Collection

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.articles.queue import ReviewState
from blog.articles.signals import undone
from blog.base.models import name_of
from blog.base.queries import ROWS_AT_ONCE
from blog.review.ai_label import approvals_in_force


@receiver(undone)
def renew_approvals(sender, keys: Collection[int], user=None, **kwargs) -> None:
    """Renew the approvals of locked articles whose content is again exactly what was approved."""
    note = _("The approved text was restored by %(name)s on %(date)s.")
    note %= {"name": name_of(user), "date": timezone.localdate().isoformat()}
    for some in itertools.batched(keys, ROWS_AT_ONCE):
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
