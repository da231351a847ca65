"""Proofs of articles: what the rules find in them, kept fresh, and what editors decide on each mark."""

from blog.proofing.checking import (
    Checked,
    check_articles,
    check_few,
    check_on_commit,
    fresh_proof,
    is_blocked,
    is_fresh,
    stale_articles,
)
from blog.proofing.kinds import name_of
from blog.proofing.marks import Mark, NamedPerson, Settled, marks_of
from blog.proofing.people import apply_decisions
from blog.proofing.settling import SettlingError, reopen, settle
from blog.proofing.sharing import share_findings
from blog.proofing.storing import forget, look_at_links_to
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
    "forget",
    "fresh_proof",
    "is_blocked",
    "is_fresh",
    "look_at_links_to",
    "marks_of",
    "name_of",
    "reopen",
    "settle",
    "share_findings",
    "stale_articles",
    "worst_in_words",
]
