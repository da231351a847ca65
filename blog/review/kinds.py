"""Kinds of marks: their names, and which ones block an approval or are not counted.

describe_worst_mark() describes the worst open mark of an article for the rows of lists, without a query.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import extend
from blog.documents.claims.values import ClaimKind
from blog.documents.findings.kinds import IMAGE_KINDS, KINDS, FindingKind, KindDescription
from blog.review.models import ArticleCheck, PersonDecision

BLOCKING = frozenset((ClaimKind.QUOTATION, ClaimKind.PERSON))
# Images are reviewed together on a contact sheet, so they are neither numbered in the proof nor counted.
UNCOUNTED_KINDS = IMAGE_KINDS | {ClaimKind.PICTURE}

CLAIM_NAMES = {
    ClaimKind.QUOTATION: gettext_lazy("Quotation"),
    ClaimKind.PERSON: gettext_lazy("Person"),
    ClaimKind.AUTHOR: gettext_lazy("Author or discoverer"),
    ClaimKind.FIGURE: gettext_lazy("Number"),
    ClaimKind.DATE: gettext_lazy("Date"),
    ClaimKind.SUPERLATIVE: gettext_lazy("Superlative"),
    ClaimKind.LAW: gettext_lazy("Law"),
    ClaimKind.STUDY: gettext_lazy("Study"),
    ClaimKind.EXAMPLE: gettext_lazy("Example"),
    ClaimKind.PICTURE: gettext_lazy("What an image shows"),
}

# From worst to least.
CLAIM_ORDER = (
    ClaimKind.QUOTATION,
    ClaimKind.PERSON,
    ClaimKind.LAW,
    ClaimKind.STUDY,
    ClaimKind.FIGURE,
    ClaimKind.SUPERLATIVE,
    ClaimKind.DATE,
    ClaimKind.AUTHOR,
    ClaimKind.EXAMPLE,
)
INVENTED = PersonDecision.Outcome.INVENTED
# Descriptions of the worst mark, with and without the name of the person.
NAMED = {
    INVENTED: gettext_lazy("%(name)s is invented"),
    ClaimKind.QUOTATION: gettext_lazy("%(name)s quoted"),
    ClaimKind.PERSON: gettext_lazy("%(name)s named"),
}
UNNAMED = {
    INVENTED: gettext_lazy("An invented person"),
    ClaimKind.QUOTATION: gettext_lazy("A person is quoted"),
    ClaimKind.PERSON: gettext_lazy("A person is named"),
    ClaimKind.LAW: gettext_lazy("A law without a source"),
    ClaimKind.STUDY: gettext_lazy("A study without a source"),
    ClaimKind.FIGURE: gettext_lazy("A number without a source"),
    ClaimKind.SUPERLATIVE: gettext_lazy("A superlative without a source"),
    ClaimKind.DATE: gettext_lazy("A date without a source"),
    ClaimKind.AUTHOR: gettext_lazy("An author or discoverer without a source"),
    ClaimKind.EXAMPLE: gettext_lazy("An example without a source"),
}


def kind_label(kind: str) -> str:
    """Return the name of a kind of mark in the UI. Kinds of earlier releases keep their stored name."""
    if kind in ClaimKind:
        return str(CLAIM_NAMES[ClaimKind(kind)])
    described = describe_finding(kind)
    return _(described.name) if described else kind


def describe_finding(kind: str) -> KindDescription | None:
    """Return the description of a kind of finding, of the core or of an extension that is on, or None."""
    if kind in FindingKind:
        return KINDS[FindingKind(kind)]
    of_extension = extend.finding_kind(kind)
    return of_extension and KindDescription(
        of_extension.field, of_extension.is_serious, of_extension.title, of_extension.sentence
    )


def is_switched_off(kind: str) -> bool:
    """Whether this is a kind of finding of an extension that is off."""
    return "." in kind and extend.finding_kind(kind) is None


def is_serious(kind: str) -> bool:
    described = describe_finding(kind)
    return described is not None and described.is_serious


@dataclass(frozen=True, slots=True)
class WorstMark:
    """The worst open mark of an article as a row shows it, and the number of other open marks.

    weight: "blocking", "grave" or "slight"; "none" without marks, "unknown" before the first check.
    """

    sentence: str
    more: int = 0
    weight: str = "none"


def describe_worst_mark(proof: ArticleCheck | None) -> WorstMark:
    """Describe the worst open mark of an article in the active language."""
    if proof is None:
        return WorstMark(_("Not checked yet"), weight="unknown")
    if not proof.worst:
        return WorstMark(_("No marks"))
    kind, words = proof.worst
    marks = proof.open_blocking + proof.open_claims + proof.serious_findings + proof.minor_findings
    return WorstMark(_sentence(kind, words), max(0, marks - 1), _weight(kind))


def _sentence(kind, words):
    if kind in NAMED and words:
        return str(NAMED[kind]) % {"name": words}
    return str(UNNAMED[kind]) if kind in UNNAMED else kind_label(kind)


def _weight(kind):
    if kind == INVENTED or kind in BLOCKING:
        return "blocking"
    return "grave" if is_serious(kind) else "slight"
