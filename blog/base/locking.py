"""The order of locks.

On PostgreSQL, two transactions that take the same locks in different orders wait for each other. Each
transaction therefore takes its locks in this order:

1. the import lock (acquire_import_lock())
2. the undoable action to undo, a person, or an image
3. all its articles, by primary key (lock_rows(), lock_keys(), or select_for_update(no_key=True) and
   order_by("pk"))
4. the lock of checks (lock_checks()), if it writes checks or findings of more than one article
5. rows that belong to these articles: checks, findings, links, counts

Articles are locked with no_key, which lets others insert rows that refer to them. A transaction that holds
the lock of checks waits neither for articles nor for people: save_results() skips those that others have
locked.

Checks of one article are written by transactions that have locked it, or hold the lock of checks. If
a conflict still rolls back a transaction, jobs and checks repeat it (blog/files/conflicts.py).
"""

import itertools
from collections.abc import Iterable

from django.db import connection, connections
from django.db.models import QuerySet

from blog.base.queries import ROWS_AT_ONCE

CHECK_LOCK = 0x50726F6F66  # arbitrary, but not locked by anything else in the database


def lock_rows(rows: QuerySet) -> None:
    """Lock rows until the transaction ends, in the order of their primary keys. SQLite needs no lock."""
    if connections[rows.db].features.has_select_for_update:
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def lock_keys(rows: QuerySet, keys: Iterable[int]) -> None:
    """Lock the rows with these primary keys, as lock_rows() does, in batches."""
    for batch in itertools.batched(sorted(set(keys)), ROWS_AT_ONCE):
        lock_rows(rows.filter(pk__in=batch))


def lock_checks() -> None:
    """Lock the writing of checks of several articles until the transaction ends. SQLite needs no lock.

    A change to an article also changes findings of others. Without this lock, two transactions could lock
    these findings in different orders and block each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHECK_LOCK])
