"""Settling marks: each decision is a row that is only added, and counts at once."""

from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.actions.base import UNDO_HANDLERS, recording_undo
from blog.articles.models import Article
from blog.review.counts import RESOLVING_OUTCOMES, update_mark_counts
from blog.review.marks import Mark, list_marks
from blog.review.models import Finding, MarkResolution

Outcome = MarkResolution.Outcome
NOTE_LENGTH = 2000


class SettlingError(Exception):
    """A mark cannot be settled so; the message says why, to an editor."""


def resolve(
    article: Article, key: str, outcome: str, note: str, user, *, with_undo: bool = True
) -> MarkResolution:
    """Settle the mark with this key, or settle it otherwise than before; return the row that says so.

    A mark that is to be rewritten or taken out is settled first, and its words changed then, in the same
    transaction. with_undo stores an action of the desk, for Undo; whoever stores one for all that happens
    adds the row to that.

    Raises SettlingError if there is no such mark, or if a source or a reason is wanted; RefusedError if the
    article had to be looked at first, and the sandbox is busy.
    """
    mark = next((mark for mark in list_marks(article) if mark.key == key and not mark.is_removed), None)
    note = note.strip()[:NOTE_LENGTH]
    _check(mark, outcome, note)
    row = MarkResolution.of_mark(
        mark, article=article.pk, outcome=outcome, by=user, note=note, speaker=mark.speaker
    )
    return _add(row, article, _in_words(row), with_undo)


def reopen(article: Article, key: str, user, *, with_undo: bool = True) -> MarkResolution:
    """Let a settled mark be open again; return the row that says so. Raises SettlingError."""
    last = MarkResolution.objects.filter(article=article, key=key).order_by("pk").last()
    if last is None or last.outcome == Outcome.OPEN:
        raise SettlingError(
            _("This mark is open. If it was settled for a person, decide on that person again.")
        )
    return _add(_like(last, Outcome.OPEN, "", user), article, _("A mark was opened again."), with_undo)


def last_resolved_by(user) -> int | None:
    """Return the primary key of the article in which the user resolved a mark last, or None."""
    rows = MarkResolution.objects.filter(by=user).order_by("-pk")
    return rows.values_list("article", flat=True).first()


def _check(mark: Mark | None, outcome, note):
    if mark is None:
        raise SettlingError(_("This mark is not in the text any more. Load the page again to see what is."))
    if outcome not in {*Outcome} - {Outcome.OPEN}:
        raise SettlingError(_("A mark is settled by a source, rewritten, taken out, or no claim."))
    if outcome == Outcome.SOURCE and not mark.is_claim:
        raise SettlingError(_("No source is asked for here: mend it, or say that it may stay."))
    if outcome == Outcome.SOURCE and not note:
        raise SettlingError(_("Say where it can be looked up: readers see the source."))
    if outcome == Outcome.NO_CLAIM and mark.needs_reason and not note:
        raise SettlingError(_("Somebody is quoted by name. Say in a line why that needs no source."))


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
    """Lock the article, before its proof is. Raises SettlingError if it was trashed or deleted."""
    rows = Article.objects.select_for_update(no_key=True).filter(pk=article.pk, trashed_at=None)
    if not rows.values_list("pk", flat=True).first():
        raise SettlingError(_("Not settled: the article is in the trash, or was deleted."))


def _save(row):
    """Add a row, and let the counts of the article follow."""
    row.save()
    findings = Finding.objects.filter(article=row.article_id, key=row.key)
    findings.update(is_settled=row.outcome in RESOLVING_OUTCOMES)
    update_mark_counts([row.article_id])


def _in_words(row):
    sentences = {
        Outcome.SOURCE: _("A source was kept for “%(words)s”."),
        Outcome.REWRITTEN: _("“%(words)s” was rewritten."),
        Outcome.TAKEN_OUT: _("“%(words)s” was taken out."),
        Outcome.NO_CLAIM: _("“%(words)s” was settled as no claim."),
    }
    return sentences[row.outcome] % {"words": _short(row.words)}


def _short(words):
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]} …"


def _take_back(key: int, user) -> None:
    """Undo a settlement by a further one: what counted before it counts again."""
    row = MarkResolution.objects.get(pk=key)
    of_mark = MarkResolution.objects.filter(article=row.article_id, key=row.key).order_by("pk")
    before = of_mark.filter(pk__lt=row.pk).last()
    _save(_like(row, before.outcome, before.note, user) if before else _like(row, Outcome.OPEN, "", user))


UNDO_HANDLERS[MarkResolution.stored_name] = _take_back
