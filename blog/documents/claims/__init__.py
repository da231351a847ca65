"""Checkable claims in a text: sentences, and a module for each group of kinds."""
