"""The options to resolve the marks of a sentence, each with the labels of its field and button."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.review.marks import Mark
from blog.review.models import MarkResolution
from blog.review.removal import TextRemoval

Outcome = MarkResolution.Outcome


@dataclass(frozen=True)
class ResolutionOption:
    """An option to resolve a mark: its key and name, and the labels of the field and button that it opens.

    field is "" if the option has no field. submit_label is "" if the option is not possible; then the hint
    says what to do. is_required: the field must be filled in.
    """

    outcome: str
    key: str
    name: str
    submit_label: str = ""
    field: str = ""
    placeholder: str = ""
    hint: str = ""
    is_required: bool = False


def answers_to(marks: Sequence[Mark], removal: TextRemoval | None) -> list[ResolutionOption]:
    """Return the options for the marks of a sentence. removal: None if they are not in the text."""
    is_claim = any(mark.is_claim for mark in marks)
    offered = [_source(marks)] if is_claim else []
    if removal:
        offered += [_rewrite(), _remove(removal)]
    return [*offered, _not_a_claim(marks) if is_claim else _accept()]


def _source(marks):
    claims = [mark for mark in marks if mark.is_claim]
    field = _("Where this person said it") if claims[0].speaker else _("Where this is stated")
    return ResolutionOption(
        Outcome.SOURCE,
        "1",
        _("Source"),
        submit_label=_("Save source"),
        field=_("Source for the whole sentence") if len(claims) > 1 else field,
        placeholder=_("URL, book and page, or the person you asked"),
        hint=_("Shown to readers in the review details."),
        is_required=True,
    )


def _rewrite():
    return ResolutionOption(
        Outcome.REWRITTEN,
        "2",
        _("Rewrite"),
        submit_label=_("Save sentence"),
        field=_("This sentence, as Markdown"),
        hint=_("Marks that remain in it stay open."),
    )


def _remove(removal):
    number = removal.words
    label = ngettext("Remove %(number)d word", "Remove %(number)d words", number) % {"number": number}
    is_possible = removal.is_possible
    return ResolutionOption(
        Outcome.TAKEN_OUT,
        "3",
        _("Remove"),
        submit_label=(label if number else _("Remove")) if is_possible else "",
        hint=_("Undo restores them.")
        if is_possible
        else _("It cannot be removed on its own. Rewrite it instead."),
    )


def _not_a_claim(marks):
    needs_reason = any(mark.needs_reason for mark in marks)
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("Not a claim"),
        submit_label=_("Save reason") if needs_reason else _("Mark as not a claim"),
        field=_("Reason (a person is named)") if needs_reason else _("Why is this not a claim?"),
        placeholder=_("One line, shown to colleagues") if needs_reason else _("Optional"),
        is_required=needs_reason,
    )


def _accept():
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("Accept as is"),
        submit_label=_("Accept"),
        field=_("Why is this acceptable?"),
        placeholder=_("Optional"),
    )
