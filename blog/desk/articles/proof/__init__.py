"""The proof: the screen that shows an article with its marks."""
