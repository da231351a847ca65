"""The list of articles: its filters and search, and what is done with many of them at once."""
