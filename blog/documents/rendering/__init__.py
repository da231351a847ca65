"""Markdown to the HTML of an article."""
