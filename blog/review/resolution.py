"""Resolve and reopen marks. Each decision is an append-only row that takes effect at once."""

from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.actions.base import UNDO_HANDLERS, recording_undo
from blog.articles.models import Article
from blog.base.locking import lock_rows
from blog.review.counts import RESOLVING_OUTCOMES, update_mark_counts
from blog.review.marks import Mark, list_marks
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
    article: Article, key: str, outcome: str, note: str, user, *, with_undo: bool = True
) -> MarkResolution:
    """Resolve the mark with this key, or change its resolution. Return the new row.

    To rewrite or remove a passage, resolve its mark first, then change the body in the same transaction.
    with_undo records an undoable action. Without it, the caller adds the row to an action of its own.

    Raises ResolutionError if there is no such mark, or if a source or a reason is missing. Raises
    RefusedError if the article has no fresh check and the sandbox is busy.
    """
    mark = next((mark for mark in list_marks(article) if mark.key == key and not mark.is_removed), None)
    note = note.strip()[:NOTE_LENGTH]
    _check(mark, outcome, note)
    row = MarkResolution.of_mark(
        mark, article=article.pk, outcome=outcome, by=user, note=note, speaker=mark.speaker
    )
    return _add(row, article, _sentence(row), with_undo)


def reopen(article: Article, key: str, user, *, with_undo: bool = True) -> MarkResolution:
    """Reopen a resolved mark. Return the new row. Raises ResolutionError if the mark is open."""
    last = MarkResolution.objects.filter(article=article, key=key).order_by("pk").last()
    if last is None or last.outcome == Outcome.OPEN:
        raise ResolutionError(
            _(
                "This mark is already open. If it was resolved through a person, reopen the decision on that "
                "person."
            )
        )
    return _add(_like(last, Outcome.OPEN, "", user), article, _("A mark was reopened."), with_undo)


def last_resolved_by(user) -> int | None:
    """Return the primary key of the article in which the user resolved a mark last, or None."""
    rows = MarkResolution.objects.filter(by=user).order_by("-pk")
    return rows.values_list("article", flat=True).first()


def _check(mark: Mark | None, outcome, note):
    if mark is None:
        raise ResolutionError(
            _("This mark is no longer in the text. Reload the page to see the current marks.")
        )
    if outcome not in {*Outcome} - {Outcome.OPEN}:
        raise ResolutionError(_("Choose one: add a source, rewrite, remove, or mark as not a claim."))
    if outcome == Outcome.SOURCE and not mark.is_claim:
        raise ResolutionError(_("This mark does not need a source. Fix it, or accept it as is."))
    if outcome == Outcome.SOURCE and not note:
        raise ResolutionError(_("Enter a source that can be looked up. Readers see it."))
    if outcome == Outcome.NO_CLAIM and mark.needs_reason and not note:
        raise ResolutionError(_("A named person is quoted. Explain briefly why no source is needed."))


def _like(row, outcome, note, user):
    return MarkResolution.of_mark(
        row, article=row.article_id, outcome=outcome, by=user, note=note, speaker=row.speaker
    )


def _add(row, article, sentence, with_undo):
    with transaction.atomic():
        _lock(article)
        _save(row)
        if with_undo:
            with recording_undo(row.by, [article], sentence) as action:
                action.appended_rows.append([MarkResolution.stored_name, row.pk])
    return row


def _lock(article):
    """Lock the article, before its proof is. Raises ResolutionError if it was trashed or deleted."""
    rows = Article.objects.select_for_update(no_key=True).filter(pk=article.pk, trashed_at=None)
    if not rows.values_list("pk", flat=True).first():
        raise ResolutionError(_("Not settled: the article is in the trash, or was deleted."))


def _save(row):
    """Save the row, and update the finding and the mark counts of the article."""
    lock_rows(Article.objects.filter(pk=row.article_id))
    row.save()
    findings = Finding.objects.filter(article=row.article_id, key=row.key)
    findings.update(is_settled=row.outcome in RESOLVING_OUTCOMES)
    update_mark_counts([row.article_id])


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


def _reverse(key: int, user) -> None:
    """Undo a resolution by adding a copy of the one before, or by reopening the mark.

    A removal stays recorded if the undo has left the article out.
    """
    row = MarkResolution.objects.get(pk=key)
    article = Article.objects.filter(pk=row.article_id)
    if row.outcome == Outcome.TAKEN_OUT and not article.filter(body__contains=row.words).exists():
        return
    of_mark = MarkResolution.objects.filter(article=row.article_id, key=row.key).order_by("pk")
    before = of_mark.filter(pk__lt=row.pk).last()
    _save(_like(row, before.outcome, before.note, user) if before else _like(row, Outcome.OPEN, "", user))


UNDO_HANDLERS[MarkResolution.stored_name] = _reverse
