"""How much one query brings: SQLite and PostgreSQL both limit how many parameters it may have."""

ROWS_AT_ONCE = 500  # keys or addresses asked for, or rows of a few columns inserted
