"""Answer a mark with a source from the proof: what each button of a Look saves."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.base.models import name_of
from blog.desk.articles.proof.entries import MarkEntry
from blog.extensions.sources.models import Evidence, LaterAnswer, Source, UsedAnyway
from blog.extensions.sources.screens.looks import Kind, Look, sentence_of
from blog.review.models import MarkResolution
from blog.review.resolution import ResolutionError, resolve

SOURCE = MarkResolution.Outcome.SOURCE
REASON_LENGTH = 500
STAYS_OPEN = "later"


class NoReasonError(ResolutionError):
    """Raised if a source is to be used anyway without a reason."""


def save_answer(article: Article, entry: MarkEntry, look: Look, act: str, data, user) -> None:
    """Save what a button says. data: the fields reason and other. Raises ResolutionError.

    A button that does not fit what is known now is refused, because the editor has seen something else.
    """
    if look.kind == Kind.REFUSED:
        raise ResolutionError(look.refusal)
    if act not in _possible(look):
        raise ResolutionError(_("Not saved: what is known of this source has changed. Look at it again."))
    reason = _reason(data) if act == "anyway" else None
    with transaction.atomic():
        if act == STAYS_OPEN:
            _save_later(article, entry, look, user, is_resolved=False)
            return
        note = look.source.final_address if act == "use_new" else look.typed
        marks = look.found_marks if act == "part" else entry.open_marks
        notes = {mark.key: note for mark in marks} if act == "part" else None
        rows = resolve(article, entry.marks, SOURCE, note, user, notes=notes)
        if act == "unwaited":
            _save_later(article, entry, look, user, is_resolved=True)
        for row in rows:
            _keep_evidence(article, entry, look, row.key)
            if reason:
                _keep_reason(article, look.source, row.key, reason, user)


def _possible(look):
    """Return the buttons that may be pressed. A page that was opened meanwhile need not be looked at."""
    shown = {act.name for act in look.acts}
    if look.has_reasons:
        shown.add("anyway")
    if look.kind == Kind.WORDS:  # sent by Ctrl Enter, or before the page knew that they are no URL
        shown |= {"", "unwaited"}
    if look.kind == Kind.FOUND:
        shown |= {"use", "unwaited"}
    if look.kind in (Kind.OPENING, Kind.LEFT, Kind.OFF):
        shown |= {"unwaited", "save"}
    return shown


def _reason(data) -> tuple[str, str]:
    reason, words = data.get("reason", ""), data.get("other", "").strip()[:REASON_LENGTH]
    if reason not in UsedAnyway.Reason or (reason == UsedAnyway.Reason.OTHER and not words):
        raise NoReasonError(_("Choose a reason. Nothing is saved yet."))
    return reason, words if reason == UsedAnyway.Reason.OTHER else ""


def _keep_reason(article, source: Source, key, reason, user) -> None:
    kind, words = reason
    UsedAnyway.objects.create(
        article=article, key=key, source=source, reason=kind, words=words, by=user, by_name=name_of(user)
    )


def _keep_evidence(article, entry, look: Look, key) -> None:
    """Keep what was compared, so that the page need not be opened again for it."""
    found = look.comparison
    if found is None or not found.verdict:
        return
    values = {
        "how": Evidence.How.ANSWER,
        "sentence": sentence_of(article, entry),
        "verdict": found.verdict,
        "found": list(found.found),
        "missing": list(found.missing),
        "passage": found.passage[:300],
        "compared_at": timezone.now(),
    }
    Evidence.objects.update_or_create(article=article, key=key, source=look.source, defaults=values)


def _save_later(article, entry, look: Look, user, *, is_resolved) -> None:
    if look.source is None:
        return
    values = {
        "source": look.source,
        "note": look.typed,
        "is_resolved": is_resolved,
        "by": user,
        "by_name": name_of(user),
        "at": timezone.now(),
    }
    for mark in entry.open_marks:
        if mark.is_claim:
            LaterAnswer.objects.update_or_create(article=article, key=mark.key, defaults=values)
