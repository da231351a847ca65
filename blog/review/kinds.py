"""Kinds of marks: their names, BLOCKING an approval, and QUIET in lists.

describe_worst_mark() names the worst open mark of an article for the rows of lists, without a query.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.documents.claims.claim import ClaimKind
from blog.documents.findings.kinds import KINDS, FindingKind
from blog.review.models import ArticleCheck, PersonDecision

BLOCKING = frozenset((ClaimKind.QUOTATION, ClaimKind.PERSON))
# Nearly every article has such claims. They are marked in the proof; a list does not count them.
UNCOUNTED_KINDS = frozenset((ClaimKind.EXAMPLE, ClaimKind.PICTURE))

CLAIM_NAMES = {
    ClaimKind.QUOTATION: gettext_lazy("Quotation"),
    ClaimKind.PERSON: gettext_lazy("Person"),
    ClaimKind.FIGURE: gettext_lazy("Number"),
    ClaimKind.DATE: gettext_lazy("Date"),
    ClaimKind.SUPERLATIVE: gettext_lazy("Superlative"),
    ClaimKind.LAW: gettext_lazy("Law"),
    ClaimKind.STUDY: gettext_lazy("Study"),
    ClaimKind.EXAMPLE: gettext_lazy("Example"),
    ClaimKind.PICTURE: gettext_lazy("What a picture shows"),
}

# The worst claims first.
CLAIM_ORDER = (
    ClaimKind.QUOTATION,
    ClaimKind.PERSON,
    ClaimKind.LAW,
    ClaimKind.STUDY,
    ClaimKind.FIGURE,
    ClaimKind.SUPERLATIVE,
    ClaimKind.DATE,
)
INVENTED = PersonDecision.Outcome.INVENTED
# Of claims, with the name of whoever is quoted or named, and without.
NAMED = {
    INVENTED: gettext_lazy("%(name)s is invented"),
    ClaimKind.QUOTATION: gettext_lazy("%(name)s quoted"),
    ClaimKind.PERSON: gettext_lazy("%(name)s named"),
}
UNNAMED = {
    INVENTED: gettext_lazy("Somebody who is invented"),
    ClaimKind.QUOTATION: gettext_lazy("Somebody quoted"),
    ClaimKind.PERSON: gettext_lazy("Somebody named"),
    ClaimKind.LAW: gettext_lazy("A law is named without a source"),
    ClaimKind.STUDY: gettext_lazy("A study is named without a source"),
    ClaimKind.FIGURE: gettext_lazy("A number without a source"),
    ClaimKind.SUPERLATIVE: gettext_lazy("A superlative without a source"),
    ClaimKind.DATE: gettext_lazy("A date without a source"),
}


def kind_label(kind: str) -> str:
    """Return what an editor calls a kind of mark; one of an earlier release by its stored name."""
    if kind in ClaimKind:
        return str(CLAIM_NAMES[ClaimKind(kind)])
    return _(KINDS[FindingKind(kind)].name) if kind in FindingKind else kind


def is_serious(kind: str) -> bool:
    return kind in FindingKind and KINDS[FindingKind(kind)].is_serious


@dataclass(frozen=True, slots=True)
class WorstMark:
    """What a row says: the worst open mark, and how many more there are.

    weight: "blocking", "grave" or "slight"; "none" where nothing is marked, "unknown" where nobody looked.
    """

    sentence: str
    more: int = 0
    weight: str = "none"


def describe_worst_mark(proof: ArticleCheck | None) -> WorstMark:
    """Return what a list says of an article's marks, in the language that is active."""
    if proof is None:
        return WorstMark(_("Not looked at yet"), weight="unknown")
    if not proof.worst:
        return WorstMark(_("Nothing marked"))
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
