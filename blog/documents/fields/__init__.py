"""Front matter to the values of an article and back: every key that files use is known here only."""
