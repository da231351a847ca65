"""Batch sizes of queries: SQLite and PostgreSQL limit the number of parameters of one query."""

ROWS_AT_ONCE = 500  # keys in a condition, or rows of a few columns in an insert
