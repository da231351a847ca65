"""Count queries of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(work, *arguments, **options) -> int:
    """Return the number of queries that a call makes."""
    with CaptureQueriesContext(connection) as queries:
        work(*arguments, **options)
    return len(queries)
