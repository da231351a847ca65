"""What the proof shows of sources: in a mark, in its answer “Source”, in the sidebar and among the facts."""

from dataclasses import dataclass, field

from blog.articles.models import Article
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry
from blog.extensions.sources.choices import Opening, opening
from blog.extensions.sources.lists import evidence_of, sources_of
from blog.extensions.sources.models import READABLE, Evidence, LaterAnswer, Source, State, UsedAnyway
from blog.extensions.sources.screens.looks import look_at
from blog.extensions.sources.screens.shown import (
    ShownEvidence,
    ShownState,
    shown_evidence,
    state_in_list,
    state_of,
    title_of,
)
from blog.review.models import MarkResolution

How = Evidence.How
SHOWN_NEARBY = (Evidence.Verdict.FOUND, Evidence.Verdict.PARTLY)


@dataclass
class MarkSource:
    """A source of a mark: how the text names it, its state, and its evidence."""

    source: Source
    how: str
    state: ShownState
    evidence: list[ShownEvidence]


@dataclass
class SideSource:
    """A source in the sidebar that needs somebody. marks: the numbers of the marks that rest on it."""

    source: Source
    state: ShownState
    title: str
    marks: list[int] = field(default_factory=list)
    article_count: int = 0


def of_mark(page: dict) -> dict | None:
    """Context of a mark: the sources of its sentence, or its own if it is resolved."""
    entry, article = page["entry"], page["article"]
    rows = _rows_of(article, entry)
    shown: dict[int, MarkSource] = {}
    for row in _nearest(entry, rows):
        if row.source_id not in shown:
            evidence = [shown_evidence(row)] if row.verdict else []
            shown[row.source_id] = MarkSource(row.source, row.how, state_of(row.source), evidence)
    keys = [mark.key for mark in entry.marks]
    return {
        "mark_sources": list(shown.values()),
        "used_anyway": [] if entry.is_open else _reasons(article, keys),
        "later": _later_answer(article, keys),
        "pages_are_opened": opening() != Opening.NO,
    }


def _later_answer(article, keys) -> LaterAnswer | None:
    """Return the source saved before its page was read, with is_reopened and is_read."""
    later = LaterAnswer.objects.filter(article=article, key__in=keys).select_related("source").first()
    if later:
        reopened = MarkResolution.objects.filter(article=article, key=later.key, at__gt=later.at)
        is_read = later.source.state in READABLE and later.source.opened_at > later.at
        later.is_read, later.is_reopened = (
            is_read,
            reopened.filter(outcome=MarkResolution.Outcome.OPEN).exists(),
        )
    return later


def _nearest(entry, rows: list[Evidence]) -> list[Evidence]:
    """Return the evidence of an editor's source, or of the links in the sentence, or else near it.

    A link near the sentence is only shown if it has something of the claim.
    """
    by_how = {how: [row for row in rows if row.how == how] for how in How}
    by_how[How.PARAGRAPH] = [row for row in by_how[How.PARAGRAPH] if row.verdict in SHOWN_NEARBY]
    hows = (How.SENTENCE, How.PARAGRAPH) if entry.is_open else (How.ANSWER, How.SENTENCE, How.PARAGRAPH)
    return next((by_how[how] for how in hows if by_how[how]), [])


def of_answer(page: dict) -> dict:
    """Context of the answer “Source”: what is known of the source in its field."""
    entry, article = page["entry"], page["article"]
    get = page["request"].GET
    typed = get.get("source", "")[:2000] or _beside(article, entry)
    return {
        "look": look_at(article, entry, typed, opens=False),
        "reasons": UsedAnyway.Reason.choices,
        "asks_reason": "reasons" in get,
        "has_looked": "source" in get,
    }


def of_article(page: dict) -> dict | None:
    """Context of the sidebar and of the facts. None if the article has no sources."""
    listed = sources_of(page["article"])
    if not listed:
        return None
    entries: MarkEntries = page["entries"]
    numbers = {mark.key: mark.number for mark in entries.marks if mark.number}
    opened, others = [], []
    for each in listed:
        marks = sorted(
            {numbers[row.key] for row in each.evidence if row.key in numbers and row.how != "paragraph"}
        )
        side = SideSource(each.source, state_in_list(each.source), title_of(each.source), marks)
        (opened if each.source.state == State.OK or each.source.is_ignored else others).append(side)
    for side in others:
        side.article_count = (
            Article.objects.in_use().filter(source_links__source=side.source).distinct().count()
        )
    return {
        "source_total": len(listed),
        "source_opened": sum(each.source.state in READABLE for each in listed),
        "source_dead": sum(each.source.leads_nowhere for each in listed),
        "sources_to_look_at": others,
        "sources_opened": opened,
        "confirmed_marks": sorted({number for side in opened for number in side.marks}),
    }


def _rows_of(article, entry: MarkEntry) -> list[Evidence]:
    found = evidence_of(article)
    return [row for mark in entry.marks for row in found.get(mark.key, [])]


def _beside(article, entry) -> str:
    """Return the URL of the link in the sentence, or of one in the paragraph where the claim was found."""
    rows = _rows_of(article, entry)
    later = LaterAnswer.objects.filter(article=article, key__in=[mark.key for mark in entry.marks]).first()
    if later:
        return later.note
    for row in rows:
        if row.how == How.SENTENCE or (row.how == How.PARAGRAPH and row.verdict == Evidence.Verdict.FOUND):
            return row.source.address
    return ""


def _reasons(article, keys) -> list[UsedAnyway]:
    """Return the newest reason of each mark, those of one decision once."""
    rows = UsedAnyway.objects.filter(article=article, key__in=keys).order_by("pk")
    newest = {row.key: row for row in rows}
    return list({(row.reason, row.words, row.by_name): row for row in newest.values()}.values())
