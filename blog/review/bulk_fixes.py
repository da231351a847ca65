"""Apply a fix to all articles of a list that share a finding."""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import ngettext_lazy

from blog.articles.actions.base import BulkResult, SkipReason
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, edit_articles
from blog.articles.changes import Change
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.documents.claims.values import claim_key
from blog.documents.findings.fixes import apply, leaves_fewer_findings
from blog.documents.findings.kinds import KINDS, FindingKind, Fix
from blog.review.counts import update_finding_flags, update_mark_counts
from blog.review.examination import article_text_values, articles_for_checking
from blog.review.findings import update_shared_findings
from blog.review.models import Finding

MAX_ARTICLES_PER_REQUEST = 50  # each has to be rendered; a job fixes more

DONE = {
    Fix.MARK_DECORATIVE: ngettext_lazy(
        "The image was marked as decorative in %d article.",
        "The images were marked as decorative in %d articles.",
    ),
    Fix.DROP_DESCRIPTION: ngettext_lazy(
        "The meta description was removed in %d article.",
        "The meta descriptions were removed in %d articles.",
    ),
    Fix.DESCRIPTION_TO_WHOLE_SENTENCE: ngettext_lazy(
        "The meta description was replaced with a whole sentence in %d article.",
        "The meta descriptions were replaced with whole sentences in %d articles.",
    ),
    Fix.EMPTY_EXCERPT: ngettext_lazy(
        "The excerpt was cleared in %d article.", "The excerpts were cleared in %d articles."
    ),
    Fix.EXCERPT_WITHOUT_LABEL: ngettext_lazy(
        "The label was removed from the excerpt in %d article.",
        "The labels were removed from the excerpts in %d articles.",
    ),
    Fix.CLEAR_SHARE_TEXT: ngettext_lazy(
        "The share quote was cleared in %d article.", "The share quotes were cleared in %d articles."
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
    """A fix for a finding in all articles of a list. scope identifies the list."""

    scope: str
    finding: FindingKind
    fix: Fix

    def articles(self, listed):
        """Return the listed articles (a queryset) that have the finding."""
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
    """Apply a fix to articles, and record it for undo. One transaction.

    seen: {pk: lock version}. An article is skipped if it was saved since, if the fix does not change it, or
    if the article would not have fewer findings. action: the undoable action to extend if the fix was applied
    to other articles before.
    """
    changes, no_better = plan_changes(fixing, seen)
    versions = {key: seen[key] for key in changes}
    with transaction.atomic():
        result = edit_articles(user, versions, changes, fixing.sentence, action=action or fixing.action(user))
        delete_findings([fixing.finding], [article.pk for article in result.changed])
    for article in no_better:
        result.skip(article, SkipReason.NO_BETTER)
    return result


def plan_changes(fixing, keys):
    """Return {pk: {field: new value}}, and the articles that would not have fewer findings."""
    changes, no_better = {}, []
    for article in articles_for_checking(keys):
        words = article_text_values(article)
        own = apply(fixing.fix, words)
        if own and not leaves_fewer_findings(words, own, fixing.finding):
            no_better.append(article)
        else:
            changes[article.pk] = own
    return changes, no_better


def restore_findings(change: Change) -> None:
    """After the undo of a bulk fix, restore the findings that it removed, so that it is offered again."""
    action, keys = change.undone, change.keys
    if action is None or action.finding not in KINDS:
        return
    kind = FindingKind(action.finding)
    having = Finding.objects.filter(article__in=keys, kind=kind).values("article")
    Finding.objects.bulk_create(
        Finding(article=article, kind=kind, key=claim_key(kind, ""), is_serious=KINDS[kind].is_serious)
        for article in Article.objects.in_use().filter(pk__in=keys).exclude(pk__in=having).only("pk")
    )
    update_finding_flags(keys)
    update_mark_counts(keys)
    transaction.on_commit(partial(update_shared_findings, keys), robust=True)


def delete_findings(kinds: Collection[str], keys: Collection[int]) -> None:
    """Delete findings of these kinds at once. The articles are checked again later."""
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
    """Apply a fix in a transaction for each hundred articles, as one action for undo.

    Return {reason: number of skipped articles}. Safe to interrupt and repeat: articles already fixed have a
    newer version and are skipped.
    """
    skipped = dict.fromkeys(SkipReason, 0)
    for done, keys in enumerate(itertools.batched(seen, ARTICLES_AT_ONCE)):
        on_progress(done * ARTICLES_AT_ONCE, len(seen))
        result = apply_fix(user, fixing, {key: seen[key] for key in keys}, action)
        for reason, articles in result.skipped.items():
            skipped[reason] += len(articles)
    return {reason: number for reason, number in skipped.items() if number}
