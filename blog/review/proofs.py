"""Check articles after a change, or many at once, and store the results.

A few articles are checked in the request after the commit, many in a job. If that fails, their checks stay
stale, and the next job repeats them. A check is fresh if it was made from the current content with the
current RULES_VERSION.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from blog import jobs
from blog.articles.changes import Change
from blog.articles.models import Article
from blog.base.locking import lock_checks
from blog.base.queries import ROWS_AT_ONCE, writing_many_rows
from blog.documents.findings.kinds import RULES_VERSION
from blog.jobs.models import Job
from blog.review.examination import ExaminedArticle, examine_few, examine_many
from blog.review.findings import save_results, update_shared_findings
from blog.review.models import ArticleCheck
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.workers import Workers

BATCH_SIZE = 200  # per transaction: fewer need more queries per article; more would be lost if killed
SHARED_FINDINGS_THRESHOLD = 5  # up to this many articles, skip updating shared findings
MAX_ARTICLES_PER_REQUEST = 20  # checked in the request, some hundredths of a second each; a job checks more
JOB = "check_articles"


@dataclass
class CheckSummary:
    """The pks of the articles that were checked, and how many of these exceeded the time or memory limit."""

    keys: list[int] = field(default_factory=list)
    refused: int = 0

    @property
    def articles(self) -> int:
        return len(self.keys)

    def count_marks(self) -> Counter[str]:
        """Return the numbers of open marks in these articles.

        These are quotations and people (blocking), other claims, and findings that are not shared.
        """
        marks = Counter()
        for batch in itertools.batched(self.keys, ROWS_AT_ONCE):
            numbers = ArticleCheck.objects.filter(pk__in=batch).aggregate(
                blocking=Sum("open_blocking", default=0),
                claims=Sum("open_claims", default=0),
                findings=Sum(F("serious_findings") + F("minor_findings"), default=0),
            )
            marks.update(numbers)
        return marks


def is_fresh(proof: ArticleCheck | None, article: Article) -> bool:
    """Whether a check was made from the current content with the current rules."""
    return (
        proof is not None
        and proof.rules_version == RULES_VERSION
        and proof.words_digest == article.words_digest != ""
    )


def stale_articles() -> QuerySet[Article]:
    """Return the articles in use without a fresh check."""
    fresh = ArticleCheck.objects.filter(
        article=OuterRef("pk"), rules_version=RULES_VERSION, words_digest=OuterRef("words_digest")
    ).exclude(words_digest="")
    return Article.objects.in_use().filter(~Exists(fresh))


def check_articles(
    articles: QuerySet[Article] | Iterable[int],
    *,
    on_batch: Callable[[int], None] | None = None,
    workers: int | None = None,
    checked_before: Iterable[int] = (),
) -> CheckSummary:
    """Check articles (a queryset, or keys) in several processes, in transactions of BATCH_SIZE articles.

    checked_before: keys of articles that their import has checked already. They count as checked here.

    For commands and jobs. on_batch is called after each transaction with the number of articles done. It may
    raise an exception to end the check there. Safe to interrupt and repeat.
    """
    keys, checked = _keys(articles), CheckSummary([*checked_before])
    done = len(checked.keys)
    with writing_many_rows(), Workers(workers) as processes:
        for examined in itertools.batched(examine_many(keys, processes), BATCH_SIZE):
            _store(examined, checked)
            done += len(examined)
            if on_batch:
                on_batch(done)
    if len(checked.keys) > SHARED_FINDINGS_THRESHOLD:
        update_shared_findings(checked.keys)
    return checked


def check_now(articles: QuerySet[Article] | Iterable[int]) -> CheckSummary:
    """Check a few articles (a queryset, or keys) in a request. Raises RefusedError if the sandbox is busy."""
    checked = CheckSummary()
    _store(tuple(examine_few(_keys(articles))), checked)
    return checked


def get_or_create_check(article: Article) -> ArticleCheck:
    """Return the stored check of an article. Check the article first if it has no fresh one.

    Raises RefusedError if the sandbox is busy, if the article has been edited, trashed or deleted since this
    instance was read, or if somebody is changing it.
    """
    proof = ArticleCheck.objects.filter(pk=article.pk).first()
    if is_fresh(proof, article):
        return proof
    check_now([article.pk])
    proof = ArticleCheck.objects.filter(pk=article.pk).first()
    if proof is None or proof.words_digest != article.words_digest:
        raise RefusedError(Refusal.CHANGED)
    return proof


def has_blocking_marks(article: Article) -> bool:
    """Whether a quotation or a person in the article is unresolved, which blocks its approval."""
    return get_or_create_check(article).open_blocking > 0


def _keys(articles):
    if isinstance(articles, QuerySet):
        articles = articles.order_by("pk").values_list("pk", flat=True)
    return sorted(articles)


def _store(examined: tuple[ExaminedArticle, ...], checked):
    checked.keys += save_results(examined)
    checked.refused += sum(each.found is None for each in examined)


def check_changed(change: Change) -> None:
    """Check articles with changed words after the commit: a few at once, many in a job.

    Their stored checks are marked as stale, so that the next job repeats a check that failed.
    """
    if (keys := sorted(change.words)) and change.checks:
        with transaction.atomic(savepoint=False):
            if len(keys) > 1:
                lock_checks()
            for batch in itertools.batched(keys, ROWS_AT_ONCE):
                ArticleCheck.objects.filter(pk__in=batch).update(words_digest="")
        transaction.on_commit(partial(_check, keys), robust=True)


def start_check(user=None) -> Job | None:
    """Start a job for the articles without a fresh check. Return None if all are fresh or a job is active."""
    if Job.objects.active().filter(kind=JOB).exists() or not stale_articles().exists():
        return None
    return jobs.start(JOB, user)


def _check(keys):
    if len(keys) > MAX_ARTICLES_PER_REQUEST:
        start_check()
        return
    with suppress(RefusedError):  # the sandbox is busy
        check_now(keys)
