"""The readers' pages, feeds and sitemaps, and the headers of each response."""
