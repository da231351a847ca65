"""Transactions that lost a conflict with another one, and can be repeated."""

from collections.abc import Callable

from django.db import OperationalError, connection

CONFLICTS = {"40P01", "40001"}  # PostgreSQL: deadlock detected, serialization failure
ATTEMPTS = 4


def is_conflict(error: BaseException | None) -> bool:
    """Whether a transaction was rolled back because of another one, so that repeating it can succeed."""
    while error is not None:
        if getattr(error, "sqlstate", None) in CONFLICTS:
            return True
        error = error.__cause__
    return False


def repeat_on_conflict[Result](act: Callable[[], Result]) -> Result:
    """Return the result of act(). If its transaction loses a conflict, repeat it: at most ATTEMPTS calls.

    act() must be safe to repeat. Within a transaction it is called only once, because a conflict rolls back
    the whole transaction.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return act()
        except OperationalError as error:
            if connection.in_atomic_block or not is_conflict(error):
                raise
    return act()
