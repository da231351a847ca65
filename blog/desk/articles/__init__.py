"""The article list and the edit page: each part in a module of its subject."""
