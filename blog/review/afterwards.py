"""What follows a change of articles: they are looked at again, at once or by a job."""

import itertools
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.dispatch import receiver

from blog import jobs
from blog.articles.signals import words_changed
from blog.base.queries import ROWS_AT_ONCE
from blog.jobs.models import Job
from blog.review.models import Proof
from blog.review.proofs import check_few, stale_articles
from blog.sandbox.refusals import RefusedError

MOST_AT_ONCE = 20  # articles that a request looks at by itself: each takes some hundredths of a second
JOB = "check_articles"


def check_on_commit(keys: Iterable[int]) -> None:
    """Look at articles as soon as the transaction in hand is over; at many, by a job.

    Whoever changes articles calls this, or sends words_changed. Until it is done, their proofs are not fresh,
    so that should it fail, the next job looks at them.
    """
    if keys := list(keys):
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            Proof.objects.filter(pk__in=some).update(words_digest="")
        transaction.on_commit(partial(_check, keys), robust=True)


@receiver(words_changed)
def check_changed(sender, keys, **kwargs) -> None:
    check_on_commit(keys)


def start_check(user=None) -> Job | None:
    """Start a job that looks at what is left, if there is something, and none waits or runs already."""
    if Job.objects.active().filter(kind=JOB).exists() or not stale_articles().exists():
        return None
    return jobs.start(JOB, user)


def _check(keys):
    if len(keys) > MOST_AT_ONCE:
        start_check()
        return
    with suppress(RefusedError):  # the sandbox is busy
        check_few(keys)
