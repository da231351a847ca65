"""Rows that count their saves: whoever saves an older copy of one is refused."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def saved_or_as_before(row):
    """Save a row, and what goes with it, in one transaction.

    If that is taken back, the copy counts as it did before, so that it can be corrected and saved again. An
    error of what waits for the commit comes when the row is stored: then the copy is as new as that.
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
