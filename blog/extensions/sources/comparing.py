"""Compare new and changed sentences with pages that were opened within a day, without opening them again."""

import json
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from blog.extensions.sources.due import let_open_again, not_compared, store_evidence
from blog.extensions.sources.models import TEXT_KEPT_FOR, PageText, Source
from blog.extensions.sources.opening import MOST_SENTENCES, compare_all
from blog.extensions.sources.reports import report


def compare_pending(should_stop: Callable[[], bool] = lambda: False) -> int:
    """Compare what waits for it, and let pages be opened again whose text is no longer kept.

    Return how many sentences were compared. Safe to interrupt and repeat.
    """
    let_open_again(timezone.now())
    number = 0
    waiting = not_compared().filter(source__page_text__isnull=False)
    while (row := waiting.order_by("source").first()) and not should_stop():
        number += _compare(row.source_id)
    return number


def _compare(key) -> int:
    page = json.loads(PageText.objects.values_list("text", flat=True).get(pk=key))
    rows = not_compared().filter(source=key).order_by("pk").values_list("pk", "sentence")
    sentences = dict(rows[:MOST_SENTENCES])
    found = compare_all(page, sentences)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=key)
        if store_evidence(found, sentences, timezone.now()):
            source.is_reported = False
            source.save(update_fields=["is_reported"])
    if not source.is_reported:
        report(source)
    return len(sentences)


def forget_texts() -> None:
    """Delete the texts of pages that were opened more than a day ago."""
    PageText.objects.filter(kept_at__lt=timezone.now() - TEXT_KEPT_FOR).delete()
