"""What rules find in articles, and what editors decide on it."""
