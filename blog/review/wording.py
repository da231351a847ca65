"""The worst mark of an article in an editor's words, for the rows of lists: no query."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.documents.claims.claim import ClaimKind
from blog.review.kinds import BLOCKING, is_grave, name_of
from blog.review.models import PersonDecision, Proof

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


@dataclass(frozen=True, slots=True)
class WorstMark:
    """What a row says: the worst open mark, and how many more there are.

    weight: "blocking", "grave" or "slight"; "none" where nothing is marked, "unknown" where nobody looked.
    """

    sentence: str
    more: int = 0
    weight: str = "none"


def worst_in_words(proof: Proof | None) -> WorstMark:
    """Return what a list says of an article's marks, in the language that is active."""
    if proof is None:
        return WorstMark(_("Not looked at yet"), weight="unknown")
    if not proof.worst:
        return WorstMark(_("Nothing marked"))
    kind, words = proof.worst
    marks = proof.open_blocking + proof.open_claims + proof.grave_findings + proof.slight_findings
    return WorstMark(_sentence(kind, words), max(0, marks - 1), _weight(kind))


def _sentence(kind, words):
    if kind in NAMED and words:
        return str(NAMED[kind]) % {"name": words}
    return str(UNNAMED[kind]) if kind in UNNAMED else name_of(kind)


def _weight(kind):
    if kind == INVENTED or kind in BLOCKING:
        return "blocking"
    return "grave" if is_grave(kind) else "slight"
