"""What kinds of marks there are: which block an approval, which a list shows, and their names."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.documents.claims.claim import ClaimKind
from blog.documents.findings.kinds import KINDS, FindingKind

BLOCKING = frozenset((ClaimKind.QUOTATION, ClaimKind.PERSON))
# Nearly every article has such claims. They are marked in the proof; a list does not count them.
QUIET = frozenset((ClaimKind.EXAMPLE, ClaimKind.PICTURE))

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


def name_of(kind: str) -> str:
    """Return what an editor calls a kind of mark; one of an earlier release by its stored name."""
    if kind in ClaimKind:
        return str(CLAIM_NAMES[ClaimKind(kind)])
    return _(KINDS[FindingKind(kind)].name) if kind in FindingKind else kind


def is_grave(kind: str) -> bool:
    return kind in FindingKind and KINDS[FindingKind(kind)].is_grave
