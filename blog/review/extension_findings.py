"""Findings of extensions (blog/extend.py), stored next to those of the core.

The check of an article replaces them. refresh() does so between checks.
"""

import itertools
import logging
from collections.abc import Collection

from django.db import transaction

from blog import extend
from blog.base.locking import lock_checks
from blog.base.queries import ROWS_AT_ONCE, insert_values, listed
from blog.documents.claims.values import claim_key
from blog.review.counts import update_finding_flags, update_mark_counts
from blog.review.kinds import is_switched_off
from blog.review.models import WORDS_LENGTH, ArticleCheck, Finding

logger = logging.getLogger(__name__)
FIELDS = ("article", "kind", "start", "end", "words", "key", "is_serious", "is_shared", "is_settled")
MOST_FINDINGS = 1000  # per article and extension; the rest is dropped


def refresh(articles: Collection[int] | None = None) -> None:
    """Ask the extensions again for their findings in these articles, given by their primary keys, or in all.

    Call this after what an extension knows has changed; for all, call it in a job. Articles without a check
    are left to their check.
    """
    if articles is None:
        articles = ArticleCheck.objects.values_list("pk", flat=True)
    for batch in itertools.batched(sorted(articles), ROWS_AT_ONCE):
        with transaction.atomic():
            lock_checks()
            checked = ArticleCheck.objects.filter(pk__in=batch).order_by("pk").values_list("pk", flat=True)
            keys = list(checked)
            names = [kind.name for kind in extend.finding_kinds]
            Finding.objects.filter(article__in=listed(keys), kind__in=names).delete()
            store(keys)
            update_finding_flags(keys)
            update_mark_counts(keys)


def store(keys: Collection[int]) -> None:
    """Insert what the extensions find in these articles. One that fails is logged, and finds nothing."""
    for find in extend.finders:
        try:
            with transaction.atomic():
                rows = [
                    _values(key, found)
                    for key, items in find(keys).items()
                    for found in items[:MOST_FINDINGS]
                ]
                insert_values(Finding, FIELDS, rows)
        except Exception:
            logger.exception("%s.%s could not look for findings.", find.__module__, find.__qualname__)


def _values(article, found):
    kind = extend.finding_kind(found.kind)
    if kind is None:
        raise LookupError(f"“{found.kind}” is not in extend.finding_kinds.")
    words = found.words[:WORDS_LENGTH]
    key = claim_key(found.kind, words)
    return article, found.kind, found.start, found.end, words, key, kind.is_serious, False, False


def leave_out_switched_off() -> None:
    """Count the marks again of articles whose counts include findings of extensions that are now off."""
    counted = ArticleCheck.objects.order_by().values_list("finding_kinds", flat=True).distinct()
    outdated = [kinds for kinds in counted if any(map(is_switched_off, kinds.split()))]
    keys = ArticleCheck.objects.filter(finding_kinds__in=outdated).order_by("pk").values_list("pk", flat=True)
    for batch in itertools.batched(list(keys) if outdated else [], ROWS_AT_ONCE):
        with transaction.atomic():
            lock_checks()
            update_mark_counts(batch)
