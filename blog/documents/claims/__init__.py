"""Checkable claims in a text: sentences, and a module for each group of kinds."""

from blog.documents.claims.finding import Claim, ClaimKind, find_claims
from blog.documents.claims.keys import claim_key, fold_person

__all__ = ["Claim", "ClaimKind", "claim_key", "find_claims", "fold_person"]
