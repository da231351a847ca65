"""Versions of articles: storing, comparing, restoring and three-way merging them."""
