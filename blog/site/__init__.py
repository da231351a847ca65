"""The publication itself: its identity, plain pages, addresses and redirects."""
