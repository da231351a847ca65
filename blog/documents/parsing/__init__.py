"""Markdown and HTML read: a text to tokens, raw HTML to tags."""
