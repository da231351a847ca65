"""How many rows one query names."""

ROWS_AT_ONCE = 500  # databases limit the parameters of a query
