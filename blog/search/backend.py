"""Choose the index module for the database: sqlite or postgres. Both have the same functions."""

from django.db import connection

from blog.search import postgres, sqlite


def backend():
    return {"sqlite": sqlite, "postgresql": postgres}[connection.vendor]
