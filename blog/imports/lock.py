"""The lock with which imports, their undo and decisions on held updates take turns on PostgreSQL."""

from django.db import connection

IMPORT_LOCK = 0x47616C6C6579  # arbitrary, but used by no other advisory lock


def acquire_import_lock() -> None:
    """Lock writing by imports and by decisions on held updates until the transaction ends.

    SQLite has only one writer anyway. On PostgreSQL, two imports that create the same categories in different
    orders would deadlock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
