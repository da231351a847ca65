"""Optimistic locking: rows count their saves, and saving an outdated instance is refused."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def saved_or_as_before(row):
    """Context manager: save a row and its dependents in one transaction.

    If the transaction is rolled back, the instance gets its old pk and version back, so that it can be
    corrected and saved again. If only an on_commit callback fails, the row is stored, and they stay.
    """
    before = row.pk, row.version, row._state.adding
    committed = []
    try:
        with transaction.atomic():
            transaction.on_commit(lambda: committed.append(True))
            yield
    except BaseException:
        if not committed:
            row.pk, row.version, row._state.adding = before
        raise
