"""Versions of articles: record, compare, restore and merge them."""
