"""Articles as files, and the paths of these."""
