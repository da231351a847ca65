"""Articles, categories, authors, series, the review queue, submissions, corrections and preview links."""
