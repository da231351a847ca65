"""Undo an editor's latest action, or a bulk fix."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.actions.base import (
    UNDO_HANDLERS,
    SkipReason,
    articles_for_action,
    partition_articles,
)
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, RENDERED_AT_ONCE, restore_fields, unchanged_since
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.articles.versions.models import Version
from blog.base.locking import lock_checks, lock_keys
from blog.site.redirects import Redirect


@dataclass
class UndoResult:
    """Articles that an undo restores, and those that it skips, by reason."""

    action: UndoableAction
    changed: list[Article]
    skipped: dict[SkipReason, list[Article]]
    missing_count: int

    @property
    def is_possible(self) -> bool:
        """Whether undo can restore anything.

        If no article can be restored, added rows are reverted only if no article is skipped or missing.
        """
        return bool(self.changed) or (
            bool(self.action.appended_rows) and not (self.skipped or self.missing_count)
        )


def latest_undoable(user) -> UndoableAction | None:
    return UndoableAction.objects.undoable_by(user).first()


def plan_undo(action: UndoableAction, keys: Collection[int] | None = None) -> UndoResult:
    """Return what undoing an action would do, in all its articles or in those with these primary keys."""
    keys = action.keys if keys is None else keys
    return _sort_for_undoing(action, articles_for_action(keys), len(keys))


def stop_job_of(user, number: int) -> bool:
    """Stop the job that still carries out an action of this user; return whether it is still running.

    The action must not be undone while the job runs: the job would then change further articles.
    """
    action = UndoableAction.objects.filter(pk=number, user=user).select_related("job").first()
    if action is None or not action.is_running:
        return False
    action.job.request_stop(user)
    return action.is_running


def undo(user, number: int, skip: Collection[int] = ()) -> UndoResult | None:
    """Undo the action with this primary key: the user's latest undoable one, or a bulk fix.

    Return None if it is neither. An action whose job still runs cannot be undone; see stop_job_of(). Articles
    that were saved since are skipped, and so are those whose primary keys are in skip.
    """
    with transaction.atomic():
        action = UndoableAction.objects.undoable(user, number).select_for_update().first()
        if action is None or action.is_running:
            return None
        undoing = _undo(user, action, _keys(action, skip), action.appended_rows)
        if undoing.is_possible:
            _mark_as_undone(action)
    return undoing


def undo_in_batches(
    user,
    action: UndoableAction,
    on_progress: Callable[[int, int], None],
    skip: Collection[int] = (),
) -> int:
    """Undo an action in several transactions; return how many articles were restored.

    skip: primary keys of articles to leave out. Only bulk fixes change too little to render the articles.

    Rows that were added for one article are reverted with it, the others in the last transaction. Safe to
    interrupt and repeat: restored articles no longer have the content that the action wrote.
    """
    at_once = ARTICLES_AT_ONCE if action.fix else RENDERED_AT_ONCE
    restored = 0
    own, others = _rows_by_article(action)
    for done, keys in enumerate(itertools.batched(_keys(action, skip), at_once)):
        on_progress(done * at_once, len(action.articles))
        rows = [row for key in keys for row in own[key]]
        with transaction.atomic():
            restored += len(_undo(user, action, keys, rows).changed)
    with transaction.atomic():
        _lock([], others)
        _revert(others, user)
        _mark_as_undone(action)
    return restored


def _keys(action, skip):
    left_out = set(skip)
    return [key for key in action.keys if key not in left_out]


def _rows_by_article(action) -> tuple[dict[int, list], list]:
    """Split the added rows into {article: rows that changed only it}, and the others."""
    own, others = defaultdict(list), []
    with transaction.atomic():
        articles = _articles_of(action.appended_rows)
    for model, key in action.appended_rows:
        changed = articles.get((model, key), ())
        alone = next(iter(changed)) if len(changed) == 1 else None
        (own[alone] if str(alone) in action.articles else others).append([model, key])
    return own, others


def _undo(user, action, keys, rows) -> UndoResult:
    """Undo an action for the articles with these primary keys, in the caller's transaction.

    rows: the rows of action.appended_rows to revert.
    """
    _lock(keys, rows)
    undoing = _sort_for_undoing(action, articles_for_action(keys), len(keys))
    if undoing.is_possible:
        lock_checks()  # restoring text, flags or marks changes checks
        kind = Version.Action.FIX_UNDONE if action.fix else Version.Action.UNDONE
        done = _("Undone: %(what)s") % {"what": action.sentence}
        with changing(undoing.changed, by=user, action=kind, log=done) as change:
            change.undone = action
            _restore(change, action)
            _revert(rows, user)
    return undoing


def _lock(keys, rows):
    """Lock these articles and those that reverting the rows changes, in the order of blog/base/locking.py."""
    lock_keys(Article.objects.all(), itertools.chain(keys, *_articles_of(rows).values()))


def _articles_of(rows) -> dict[tuple[str, int], Collection[int]]:
    """Return {(model, key): keys of the articles that reverting the row changes}."""
    by_model = defaultdict(list)
    for model, key in rows:
        by_model[model].append(key)
    return {
        (model, key): articles
        for model, keys in by_model.items()
        for key, articles in UNDO_HANDLERS[model].lock(keys).items()
    }


def _mark_as_undone(action):
    action.undone_at = timezone.now()
    action.save(update_fields=["undone_at"])


def _sort_for_undoing(action, articles, number):
    articles = list(articles)
    unchanged = unchanged_since(action, [article.pk for article in articles])

    def skip_reason(article):
        if article.pk not in unchanged and article.lock_version != action.version_after(article.pk):
            return SkipReason.CHANGED
        is_unreviewed = not article.trashed_at and _would_publish_unreviewed(action, article)
        return SkipReason.UNREVIEWED if is_unreviewed else None

    result = partition_articles(skip_reason, articles)
    if new := [article for article in result.changed if _comes_back_as_new(action, article)]:
        result.skipped.setdefault(SkipReason.UNREVIEWED, []).extend(new)
    return UndoResult(action, result.changed, result.skipped, number - len(articles))


def _would_publish_unreviewed(action, article):
    if article.status == Article.Status.PUBLISHED or not article.lacks_review:
        return False
    if not action.changed_publication(article.pk):
        return False
    return action.publication_before(article.pk).status == Article.Status.PUBLISHED


def _comes_back_as_new(action, article):
    """Whether undo restores an article from the trash, but may not publish it."""
    return article.trashed_at is not None and _would_publish_unreviewed(action, article)


def _restore(change, action):
    articles = change.articles.values()
    if trashed := [article.pk for article in articles if article.trashed_at]:
        change.take_out_of_trash(trashed)
    publications = [
        article
        for article in articles
        if action.changed_publication(article.pk) and not _comes_back_as_new(action, article)
    ]
    if publications:
        change.set_publications(
            {article.pk: action.publication_before(article.pk) for article in publications}
        )
    Redirect.objects.put_back(action.redirects, publications)
    restore_fields(change, action)
    change.flags.update(article.pk for article in publications)


def _revert(rows, user):
    by_model = defaultdict(list)
    for model, key in rows:
        by_model[model].append(key)
    for model, keys in by_model.items():
        UNDO_HANDLERS[model].revert(keys, user)
