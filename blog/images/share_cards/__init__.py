"""The pictures that stand for an article where its address is shared."""
