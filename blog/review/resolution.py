"""Resolve and reopen marks. Each decision is an append-only row that takes effect at once."""

import itertools
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.actions.base import UNDO_HANDLERS, UndoHandler
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.base.locking import lock_checks
from blog.base.models import name_of
from blog.base.queries import ROWS_AT_ONCE
from blog.review.counts import RESOLVING_OUTCOMES, newest_resolutions, update_mark_counts
from blog.review.kinds import BLOCKING
from blog.review.marks import Mark
from blog.review.models import Finding, MarkResolution
from blog.review.removal import TextRemoval

Outcome = MarkResolution.Outcome
NOTE_LENGTH = 2000


class ResolutionError(Exception):
    """Raised when a mark cannot be resolved this way. The message is for editors."""


class UnconfirmedRemovalError(ResolutionError):
    """Raised when a removal needs a confirmation: show removal.text and removal.why, then ask again."""

    def __init__(self, message: str, removal: TextRemoval):
        super().__init__(message)
        self.removal = removal


def check_removal(removal: TextRemoval, *, is_confirmed: bool) -> None:
    """Raise ResolutionError if a removal would damage the text, or needs a confirmation."""
    if not removal.is_possible:
        message = _("Not removed: %(why)s. Rewrite the paragraph instead.")
        raise ResolutionError(message % {"why": removal.why})
    if removal.needs_confirmation and not is_confirmed:
        message = _("Not removed yet: %(why)s. Read what would be removed, then confirm.")
        raise UnconfirmedRemovalError(message % {"why": removal.why}, removal)


def resolve(
    article: Article,
    marks: Iterable[Mark],
    outcome: str,
    note: str,
    user,
    *,
    notes: dict[str, str] | None = None,
) -> list[MarkResolution]:
    """Resolve the open ones of the marks of a sentence, which list_marks() returned. Return the new rows.

    A source resolves claims only. If all marks of the sentence are resolved, their resolutions are changed.
    notes: {key: note} to resolve only these marks, each with its own note.

    To rewrite or remove a passage, resolve its marks first, then edit the body in the same change.

    Raises ResolutionError if the marks are not in the text, or if a source or a reason is missing.
    """
    marks = list({mark.key: mark for mark in marks if not mark.is_removed}.values())
    if not marks:
        raise ResolutionError(
            _("This mark is no longer in the text. Reload the page to see the current marks.")
        )
    marks = [mark for mark in marks if mark.is_open] or marks
    if notes is not None:
        marks = [mark for mark in marks if notes.get(mark.key, "").strip()] or marks[:1]
    elif outcome == Outcome.SOURCE:
        marks = [mark for mark in marks if mark.is_claim] or marks[:1]
    rows = []
    for mark in marks:
        of_mark = (notes or {}).get(mark.key, note).strip()[:NOTE_LENGTH]
        _check(mark, outcome, of_mark)
        rows.append(
            MarkResolution.of_mark(
                mark, article=article.pk, outcome=outcome, by=user, note=of_mark, speaker=mark.speaker
            )
        )
    return _add(rows, article, _sentence(rows[0]))


def reopen(article: Article, marks: Iterable[Mark], user) -> list[MarkResolution]:
    """Reopen the resolved ones of the marks of a sentence. Return the new rows.

    Raises ResolutionError if all are open.
    """
    keys = {mark.key for mark in marks}
    newest = newest_resolutions([article.pk]).filter(key__in=keys).exclude(outcome=Outcome.OPEN)
    rows = [_like(last, Outcome.OPEN, "", user) for last in newest.order_by("pk")]
    if not rows:
        raise ResolutionError(
            _(
                "This mark is already open. If it was resolved through a person, reopen the decision on that "
                "person."
            )
        )
    return _add(rows, article, _("A mark was reopened."))


def _check(mark, outcome, note):
    if outcome not in {*Outcome} - {Outcome.OPEN}:
        raise ResolutionError(_("Choose one: add a source, rewrite, remove, or mark as not a claim."))
    if outcome == Outcome.SOURCE and not mark.is_claim:
        raise ResolutionError(_("This mark does not need a source. Fix it, or accept it as is."))
    if outcome == Outcome.SOURCE and not note:
        raise ResolutionError(_("Enter a source that can be looked up. Readers see it."))
    if outcome == Outcome.NO_CLAIM and needs_reason(mark) and not note:
        raise ResolutionError(_("A person is named. Explain briefly why no source is needed."))


def needs_reason(mark: Mark) -> bool:
    """Whether “not a claim” needs a reason, because a person is named."""
    return mark.kind in BLOCKING and bool(mark.person or mark.speaker)


def _like(row, outcome, note, user):
    return MarkResolution.of_mark(
        row, article=row.article_id, outcome=outcome, by=user, note=note, speaker=row.speaker
    )


def _add(rows, article, sentence):
    with transaction.atomic():
        _lock(article)
        with changing([article], by=rows[0].by, action=None, undo=sentence) as change:
            store_resolutions(rows)
            change.append(rows)
    return rows


def _lock(article):
    """Lock the article, before its check is locked. Raises ResolutionError if it was trashed or deleted."""
    rows = Article.objects.select_for_update(no_key=True).filter(pk=article.pk, trashed_at=None)
    if not rows.values_list("pk", flat=True).first():
        raise ResolutionError(_("Not resolved: the article is in the trash, or was deleted."))


def store_resolutions(rows: list[MarkResolution]) -> None:
    """Save new rows, and update the findings and the mark counts of their articles, which are locked."""
    by_article = defaultdict(dict)
    for row in rows:
        row.by_name = row.by_name or name_of(row.by)
        by_article[row.article_id][row.key] = row.outcome in RESOLVING_OUTCOMES
    MarkResolution.objects.bulk_create(rows)
    for some in itertools.batched(by_article, ROWS_AT_ONCE):
        found = list(Finding.objects.filter(article__in=some).only("article", "key", "is_settled"))
        for is_settled in (True, False):
            changed = [
                finding.pk
                for finding in found
                if by_article[finding.article_id].get(finding.key, finding.is_settled) is is_settled
                and finding.is_settled is not is_settled
            ]
            for keys in itertools.batched(changed, ROWS_AT_ONCE):
                Finding.objects.filter(pk__in=keys).update(is_settled=is_settled)
        update_mark_counts(some)


def _sentence(row):
    sentences = {
        Outcome.SOURCE: _("A source was added for “%(words)s”."),
        Outcome.REWRITTEN: _("“%(words)s” was rewritten."),
        Outcome.TAKEN_OUT: _("“%(words)s” was removed."),
        Outcome.NO_CLAIM: _("“%(words)s” was marked as not a claim."),
    }
    return sentences[row.outcome] % {"words": _short(row.words)}


def _short(words):
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]} …"


def _reverse(keys: list[int], user) -> None:
    """Undo resolutions by adding copies of the earlier ones, or by reopening the marks.

    A removal stays recorded if the undo has skipped the article.
    """
    lock_checks()
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        rows = list(MarkResolution.objects.filter(pk__in=some).order_by("pk"))
        before = _rows_before(rows)
        store_resolutions([_previous(row, before, user) for row in rows if not _is_still_removed(row)])


def _is_still_removed(row):
    if row.outcome != Outcome.TAKEN_OUT:
        return False
    bodies = Article.objects.filter(pk=row.article_id).values_list("body", flat=True)
    return not any(row.words in body for body in bodies)


def _rows_before(rows) -> dict[int, MarkResolution]:
    """Return {primary key of a row: the resolution of the same mark before these rows, or None}."""
    articles, keys = {row.article_id for row in rows}, {row.key for row in rows}
    undone = {row.pk for row in rows}
    before, last = {}, {}
    for row in MarkResolution.objects.filter(article__in=articles, key__in=keys).order_by("pk"):
        mark = row.article_id, row.key
        if row.pk in undone:
            before[row.pk] = last.get(mark)
        else:
            last[mark] = row
    return before


def _previous(row, before, user):
    earlier = before[row.pk]
    return _like(row, earlier.outcome, earlier.note, user) if earlier else _like(row, Outcome.OPEN, "", user)


def _articles_of(keys: list[int]) -> dict[int, list[int]]:
    return {
        key: [article]
        for batch in itertools.batched(keys, ROWS_AT_ONCE)
        for key, article in MarkResolution.objects.filter(pk__in=batch).values_list("pk", "article")
    }


UNDO_HANDLERS[MarkResolution.stored_name] = UndoHandler(_reverse, _articles_of)
