"""Checks of articles, and editors' decisions on marks, people and approval."""
