"""Which sources are due, in which order, and what is stored of their pages.

The rows are the queue. A source is claimed before it is requested (tried_at), so that it is not requested
again within a day, even if the process is killed: only an editor can ask for that, and a page that is gone or
not reachable is tried again after RETRY_WAITS, before that counts.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from blog.articles.models import Article
from blog.base.queries import listed
from blog.extensions.sources.choices import Opening, opening, source_settings
from blog.extensions.sources.models import (
    READABLE,
    RETRIED,
    ArticleSource,
    Evidence,
    PageText,
    Source,
    SourceSettings,
    State,
)
from blog.extensions.sources.opening import MOST_SENTENCES, Outcome, Task
from blog.extensions.sources.values import Evidence as Found

DAY = timedelta(days=1)
RETRY_WAITS = (timedelta(minutes=40), timedelta(hours=4), timedelta(hours=16))
LARGEST_TEXT = 500_000  # characters of a page that are kept for a day


def due(now: datetime, articles: Collection[int] | None = None) -> QuerySet[Source]:
    """Return the sources to open now. articles: only their sources."""
    choice = opening()
    if choice == Opening.NO:
        return Source.objects.none()
    return _of(articles, _asked() | _by_itself(now) if choice == Opening.YES else _asked())


def asked_for(articles: Collection[int] | None = None) -> QuerySet[Source]:
    """Return the sources that editors wait for, oldest first."""
    return _of(articles, _asked() if opening() != Opening.NO else Q(pk=None)).order_by("asked_at", "pk")


def _of(articles, condition):
    rows = Source.objects.not_ignored().filter(condition)
    if articles is None:
        return rows
    links = ArticleSource.objects.filter(source=OuterRef("pk"), article__in=listed(articles))
    return rows.filter(Exists(links))


def _asked():
    return Q(asked_at__isnull=False) & (Q(tried_at=None) | Q(tried_at__lt=F("asked_at")))


def _by_itself(now):
    """Return the condition for sources of articles in use that are new, failing, or to be compared.

    Others are opened again only for published articles.
    """
    links = ArticleSource.objects.filter(source=OuterRef("pk"), article__trashed_at=None)
    published = Article.objects.published(now).filter(pk=OuterRef("article"))
    is_rested = Q(tried_at=None) | Q(tried_at__lte=now - DAY) | Q(tries__gt=0)
    is_wanted = (
        Q(state=State.NOT_OPENED)
        | Q(tries__gt=0)
        | Exists(not_compared().filter(source=OuterRef("pk")))
        | Exists(links.filter(Exists(published)))
    )
    return Q(next_opening_at__lte=now) & is_rested & Exists(links) & is_wanted


def claim(source: Source, now: datetime) -> Task | None:
    """Store that a source is requested now, and return what to open. None if another process did so.

    source: as it was when it was due.
    """
    unchanged = Source.objects.filter(pk=source.pk, tried_at=source.tried_at, ignored_at=None)
    if not unchanged.update(tried_at=now, next_opening_at=now + DAY):
        return None
    rows = Evidence.objects.filter(source=source).order_by("pk").values_list("pk", "sentence")
    return Task(source.pk, source.address, dict(rows[:MOST_SENTENCES]))


def store(outcome: Outcome, now: datetime) -> Source | None:
    """Store what opening a source led to. Return the source, or None if it was deleted since."""
    with transaction.atomic():
        source = Source.objects.select_for_update().filter(pk=outcome.task.key).first()
        if source is None:
            return None
        before = source.leads_nowhere
        _set_state(source, outcome, now, source_settings())
        if outcome.page:
            _set_page(source, outcome, now)
        is_changed = bool(outcome.page) and store_evidence(outcome.evidence, outcome.task.sentences, now)
        source.is_reported = source.is_reported and before == source.leads_nowhere and not is_changed
        source.save()
    return source


def _set_state(source, outcome, now, choices):
    source.status, source.reason = outcome.status, outcome.reason
    if source.asked_at and source.asked_at <= source.tried_at:
        source.asked_at = None
    if outcome.state == State.NOT_OPENED:  # it must not be opened
        source.next_opening_at = next_round(now, choices)
        return
    source.final_address = outcome.final_address
    is_failing = outcome.state in RETRIED
    if is_failing and source.tries < len(RETRY_WAITS) and source.state != outcome.state:
        source.failing_state = outcome.state
        source.next_opening_at = now + RETRY_WAITS[source.tries]
        source.tries += 1
        return
    if source.state != outcome.state:
        source.state, source.state_since = outcome.state, now
    source.failing_state, source.tries = "", 0
    source.next_opening_at = next_round(now, choices)


def _set_page(source, outcome, now):
    page = outcome.page
    source.opened_at, source.page_digest = now, outcome.digest
    for name, most in (("title", 500), ("publisher", 300), ("author", 300), ("published", 100)):
        setattr(source, name, " ".join(page[name].split())[:most])
    PageText.objects.filter(source=source).delete()
    if sum(len(block["text"]) + len(block["head"]) for block in page["blocks"]) <= LARGEST_TEXT:
        PageText.objects.create(source=source, text=json.dumps(page), kept_at=now)


def next_round(now: datetime, choices: SourceSettings) -> datetime | None:
    """Return when a source is opened again: days later, at the chosen hour of the site's time zone."""
    if not choices.round_days:
        return None
    moment = timezone.localtime(now + choices.round_days * DAY)
    return moment.replace(hour=choices.not_before, minute=0, second=0, microsecond=0)


def store_evidence(evidence: dict[int, Found], sentences: dict[int, str], now: datetime) -> bool:
    """Store what was found, unless the sentence has changed since. Return whether a verdict has changed.

    evidence: without the sentences that could not be compared.
    """
    is_changed = False
    for row in Evidence.objects.filter(pk__in=listed(sentences)):
        if row.sentence != sentences[row.pk]:
            continue
        found = evidence.get(row.pk, Found(""))
        is_changed = is_changed or row.verdict != found.verdict
        row.verdict, row.found, row.missing = found.verdict, list(found.found), list(found.missing)
        row.passage, row.section, row.compared_at = found.passage, found.section, now
        row.save(update_fields=["verdict", "found", "missing", "passage", "section", "compared_at"])
    return is_changed


def places_in_queue() -> dict[int, int]:
    """Return {primary key: number of the sources that are opened before it} of those that are due."""
    rows = due(timezone.now()).order_by("next_opening_at", "pk").values_list("pk", flat=True)
    return {key: place for place, key in enumerate(rows)}


def not_compared() -> QuerySet[Evidence]:
    """Return the pairs that were not compared although the page was read."""
    return Evidence.objects.filter(compared_at=None, source__state__in=READABLE, article__trashed_at=None)


def let_open_again(now: datetime) -> None:
    """Let pages be opened again whose text is needed to compare a new sentence, a day after the last time."""
    keys = not_compared().filter(source__page_text=None).order_by().values("source")
    rows = Source.objects.filter(pk__in=keys, ignored_at=None)
    later = Q(next_opening_at=None) | Q(next_opening_at__gt=F("opened_at") + DAY)
    rows.filter(later).update(next_opening_at=F("opened_at") + DAY)
