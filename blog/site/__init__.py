"""The publication itself: its identity, pages, URLs and redirects."""
