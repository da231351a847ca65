"""Parse Markdown into tokens, and raw HTML into tags."""
