"""The second pass of an import: what it brought is looked at, after all files are in.

It is a pass of its own, so that files come in as fast as without it, and so that it can be left to later.
"""

import itertools
from collections.abc import Callable, Iterable

from blog.base.parameters import ROWS_AT_ONCE
from blog.imports.models import ImportBatch
from blog.imports.report import ImportReport
from blog.review.proofs import Checked, check_articles, stale_articles


def look_at_imported(
    report: ImportReport, *, on_batch: Callable[[int], None] | None = None, workers: int | None = None
) -> Checked:
    """Look at the articles that an import created or updated; see check_articles()."""
    return check_articles(_stale(report.changed), on_batch=on_batch, workers=workers)


def look_at_batch(batch: ImportBatch, *, on_batch: Callable[[int, int], None]) -> Checked:
    """Look at the articles of a batch that were not looked at yet. on_batch is told (done, total)."""
    articles = stale_articles().filter(import_entries__batch=batch).distinct()
    total = articles.count()
    on_batch(0, total)
    return check_articles(articles, on_batch=lambda done: on_batch(done, total))


def _stale(keys: Iterable[int]) -> list[int]:
    found = []
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        found += stale_articles().filter(pk__in=some).order_by().values_list("pk", flat=True)
    return found
