"""Who writes what files say: one at a time."""

from django.db import connection

IMPORT_LOCK = 0x47616C6C6579  # any number that nothing else in the database locks


def take_turns() -> None:
    """Let one import, or one decision on a file, write at a time, until its transaction ends.

    SQLite sees to that by itself. Two that make the same categories in different orders would each wait for
    the other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
