"""Opinions on a text, for its editor: what reads badly, what its kinds are called, and what mends them."""
