"""Proofs of articles: what the rules find in them, kept fresh, and what editors decide on each mark."""
