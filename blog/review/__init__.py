"""What is found in articles, and what people decide on it."""
