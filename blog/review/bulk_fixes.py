"""Applying a fix to all articles of a list that have a finding."""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import ngettext_lazy

from blog.articles.actions.base import BulkResult, SkipReason
from blog.articles.actions.models import UndoableAction
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, edit_articles
from blog.articles.models import Article
from blog.documents.findings.fixes import apply
from blog.documents.findings.kinds import FindingKind, Fix
from blog.review.counts import update_mark_counts
from blog.review.examination import article_text_values, articles_for_checking
from blog.review.models import Finding

MAX_ARTICLES_PER_REQUEST = 500  # articles; more are mended by a job

DONE = {
    Fix.MARK_DECORATIVE: ngettext_lazy(
        "The picture counts as decorative in %d article.", "The pictures count as decorative in %d articles."
    ),
    Fix.DROP_DESCRIPTION: ngettext_lazy(
        "The search description was dropped in %d article.",
        "The search descriptions were dropped in %d articles.",
    ),
    Fix.DESCRIPTION_TO_WHOLE_SENTENCE: ngettext_lazy(
        "The search description became a whole sentence in %d article.",
        "The search descriptions became whole sentences in %d articles.",
    ),
    Fix.EMPTY_EXCERPT: ngettext_lazy(
        "The excerpt was emptied in %d article.", "The excerpts were emptied in %d articles."
    ),
    Fix.EXCERPT_FROM_TEXT: ngettext_lazy(
        "The excerpt was taken from the text in %d article.",
        "The excerpts were taken from the texts in %d articles.",
    ),
    Fix.EXCERPT_WITHOUT_LABEL: ngettext_lazy(
        "The label was taken off the excerpt in %d article.",
        "The labels were taken off the excerpts in %d articles.",
    ),
    Fix.CLEAR_SHARE_TEXT: ngettext_lazy(
        "The share quote was emptied in %d article.", "The share quotes were emptied in %d articles."
    ),
    Fix.CLEAR_TRENDING: ngettext_lazy(
        "“Trending” was cleared in %d article.", "“Trending” was cleared in %d articles."
    ),
    Fix.CLEAR_FEATURED: ngettext_lazy(
        "“Featured” was cleared in %d article.", "“Featured” was cleared in %d articles."
    ),
}


@dataclass(frozen=True, slots=True)
class BulkFix:
    """A fix of a finding in all articles of a list, which is named by its scope."""

    scope: str
    finding: FindingKind
    fix: Fix

    def articles(self, listed):
        """Return those of the listed articles (a queryset) that have the finding."""
        found = Finding.objects.filter(kind=self.finding, is_settled=False)
        return (
            Article.objects.in_use()
            .filter(pk__in=listed.order_by().values("pk"))
            .filter(pk__in=found.values("article"))
        )

    def sentence(self, number: int) -> str:
        return DONE[self.fix] % number

    def action(self, user) -> UndoableAction:
        return UndoableAction(user=user, scope=self.scope, finding=self.finding, fix=self.fix)


def apply_fix(
    user, fixing: BulkFix, seen: dict[int, int], action: UndoableAction | None = None
) -> BulkResult:
    """Apply a fix to articles in one transaction, which can be undone at once; return the Sorting.

    seen: {key: version}. Those that were saved since, and those in which the fix changes nothing, are left as
    they are. action: the one that goes on here, if others were mended before.
    """
    changes = {row.pk: apply(fixing.fix, article_text_values(row)) for row in articles_for_checking(seen)}
    here = {key: seen[key] for key in changes}
    with transaction.atomic():
        sorting = edit_articles(user, here, changes, fixing.sentence, action=action or fixing.action(user))
        delete_findings([fixing.finding], [article.pk for article in sorting.changed])
    return sorting


def delete_findings(kinds: Collection[str], keys: Collection[int]) -> None:
    """Let findings go from the articles at once: they are looked at anew later, by a job if they are many."""
    Finding.objects.filter(article__in=keys, kind__in=kinds).delete()
    update_mark_counts(keys)


def apply_fix_in_batches(
    user,
    fixing: BulkFix,
    seen: dict[int, int],
    *,
    action: UndoableAction,
    on_progress: Callable[[int, int], None],
) -> dict[SkipReason, int]:
    """Apply a fix in a transaction for each hundred articles, as one action; return how many were left.

    It may be killed and called again: what is mended already was saved since, and stays as it is.
    """
    left = dict.fromkeys(SkipReason, 0)
    for done, keys in enumerate(itertools.batched(seen, ARTICLES_AT_ONCE)):
        on_progress(done * ARTICLES_AT_ONCE, len(seen))
        sorting = apply_fix(user, fixing, {key: seen[key] for key in keys}, action)
        for reason, articles in sorting.skipped.items():
            left[reason] += len(articles)
    return {reason: number for reason, number in left.items() if number}
