"""Several cases of one rule in one test: each begins with the same rows."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back():
    """Run the block in a savepoint, and undo what it stored."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
