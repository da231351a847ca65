"""Base classes of models, and tools for queries.

Both databases behave the same. Values that PostgreSQL would reject are rejected or changed earlier: NUL
(NulMiddleware, forms, the parser), texts longer than their column, URLs and paths longer than its indexes
allow (2,000 bytes), and years outside 1001 to 9998. Galley folds names for comparison and orders them by code
point (ByCodePoint), because a server's locale may order them differently.
"""
