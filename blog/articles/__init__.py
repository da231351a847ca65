"""The article with its categories, authors, series, links, queue, submissions, corrections and previews."""
