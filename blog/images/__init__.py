"""Images: files, renditions, links from texts, share cards, and mirrored remote images."""
