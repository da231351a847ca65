"""Proofs of articles: what the rules find in them, kept fresh, and what editors decide on each mark."""

from blog.proofing.afterwards import check_on_commit, start_check
from blog.proofing.checking import (
    Checked,
    check_articles,
    check_few,
    fresh_proof,
    is_blocked,
    is_fresh,
    stale_articles,
)
from blog.proofing.kinds import name_of
from blog.proofing.marks import Mark, NamedPerson, Settled, marks_of
from blog.proofing.others import refresh_flags
from blog.proofing.people import apply_decisions
from blog.proofing.settling import SettlingError, reopen, settle
from blog.proofing.sharing import share_findings
from blog.proofing.storing import forgotten
from blog.proofing.wording import WorstMark, worst_in_words

__all__ = [
    "Checked",
    "Mark",
    "NamedPerson",
    "Settled",
    "SettlingError",
    "WorstMark",
    "apply_decisions",
    "check_articles",
    "check_few",
    "check_on_commit",
    "forgotten",
    "fresh_proof",
    "is_blocked",
    "is_fresh",
    "marks_of",
    "name_of",
    "refresh_flags",
    "reopen",
    "settle",
    "share_findings",
    "stale_articles",
    "start_check",
    "worst_in_words",
]
