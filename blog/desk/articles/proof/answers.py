"""The answers that a proof offers to a mark, with the words of the one field that they share."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from blog.review.marks import Mark
from blog.review.settlement import Settlement

Outcome = Settlement.Outcome


@dataclass(frozen=True)
class Answer:
    """One of the four answers: its key, its name, and what the field and its button say once it is chosen.

    goes_on: another page follows, with the paragraph as a field. field is "" where nothing is typed.
    """

    outcome: str
    key: str
    name: str
    keep: str = ""
    field: str = ""
    placeholder: str = ""
    hint: str = ""
    goes_on: bool = False


def answers_to(mark: Mark) -> list[Answer]:
    offered = [_source(mark)] if mark.is_claim else []
    if mark.start is not None:
        offered += [_rewrite(), _take_out()]
    return [*offered, _no_claim(needs_reason=mark.needs_reason) if mark.is_claim else _may_stay()]


def _source(mark):
    return Answer(
        Outcome.SOURCE,
        "1",
        _("Source"),
        keep=_("Keep source"),
        field=_("Where this person says so") if mark.speaker else _("Where it says so"),
        placeholder=_("Address, book and page, or whom you asked"),
        hint=_("Readers see it under “What was checked”."),
    )


def _rewrite():
    return Answer(Outcome.REWRITTEN, "2", _("Rewrite"), goes_on=True)


def _take_out():
    return Answer(
        Outcome.TAKEN_OUT,
        "3",
        _("Take out"),
        keep=_("Take it out"),
        hint=_("Its words leave the text; Undo brings them back."),
    )


def _no_claim(*, needs_reason):
    return Answer(
        Outcome.NO_CLAIM,
        "4",
        _("No claim"),
        keep=_("Keep as no claim"),
        field=_("Why it is no claim, in a line") if needs_reason else _("Why it is no claim"),
        placeholder="" if needs_reason else _("May stay empty"),
    )


def _may_stay():
    return Answer(
        Outcome.NO_CLAIM,
        "4",
        _("It may stay"),
        keep=_("Let it stay"),
        field=_("Why it may stay"),
        placeholder=_("May stay empty"),
    )
