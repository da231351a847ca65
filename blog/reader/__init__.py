"""The readers' pages, feeds and sitemaps, and what goes with each answer."""
