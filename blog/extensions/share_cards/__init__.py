"""Share cards: images that other sites show with a link to an article, a category or a list."""
