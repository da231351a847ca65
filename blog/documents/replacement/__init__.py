"""Find the claims in a text, with one module for each group of kinds."""
