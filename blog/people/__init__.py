"""People named in articles: who they are, where they stand, and what is decided on them for all articles."""
