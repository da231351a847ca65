"""Checkable claims in a text: sentences, and a module for each group of kinds."""

from blog.documents.claims.finding import Claim, ClaimKind, find_claims

__all__ = ["Claim", "ClaimKind", "find_claims"]
