"""What most articles of an import have in common: its page says that once, and no row of a list does."""

import itertools
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.review.counts import import_batches, recount
from blog.review.findings import take_turns
from blog.review.models import Finding

FEWEST = 5  # articles of an import: of fewer, none are most


def share_findings(keys: Iterable[int]) -> None:
    """Find anew which findings most articles share, of the imports that brought these articles."""
    batches = set()
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        imported = Article.objects.filter(pk__in=some, source_file__batch__isnull=False).order_by()
        batches |= set(imported.values_list("source_file__batch", flat=True).distinct())
    for batch in sorted(batches):
        with transaction.atomic():
            take_turns()
            _share(import_batches().select_for_update(no_key=True).get(pk=batch))


def _share(batch):
    files = batch.source_files.filter(article__trashed_at=None)
    number = files.count()
    kinds = Finding.objects.filter(article__source_file__in=files).order_by().values("kind")
    kinds = kinds.annotate(number=Count("article", distinct=True)).values_list("kind", "number")
    shared = sorted(kind for kind, having in kinds if number >= FEWEST and 2 * having > number)
    if shared == batch.shared_kinds:
        return
    changed = set(shared) ^ set(batch.shared_kinds)
    import_batches().filter(pk=batch.pk).update(shared_kinds=shared)
    keys = files.order_by("article").values_list("article", flat=True)
    for some in itertools.batched(keys, ROWS_AT_ONCE):
        of_some = Finding.objects.filter(article__in=some)
        of_some.filter(kind__in=changed & set(shared)).update(is_shared=True)
        of_some.filter(kind__in=changed - set(shared)).update(is_shared=False)
        recount(some)
