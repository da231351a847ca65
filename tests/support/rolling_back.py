"""Several cases in one test, each of which starts with the same rows."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back():
    """Run the block in a savepoint, and roll it back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
