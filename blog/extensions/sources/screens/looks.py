"""What the proof shows of a source that an editor types for a mark, and which buttons it has then."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk.articles.proof.entries import MarkEntry
from blog.documents.claims.values import ClaimKind
from blog.extensions.sources.acts import (
    RefusedAddressError,
    check_address,
    check_again,
    may_be_opened,
    open_now,
)
from blog.extensions.sources.models import READABLE, Evidence, PageText, Source, State, UsedAnyway
from blog.extensions.sources.sandboxed import compare_now, parts_of
from blog.extensions.sources.screens.shown import (
    ShownEvidence,
    ShownState,
    is_older,
    shown_evidence,
    state_of,
)
from blog.extensions.sources.values import DATE, LAW, NAME, NUMBER, QUOTATION, SECTION
from blog.extensions.sources.values import Evidence as Compared
from blog.review.marks import Mark
from blog.sandbox.refusals import RefusedError

FOUND = "found"
LEFT_AFTER = 15  # seconds
PARTS_OF = {
    ClaimKind.FIGURE: (NUMBER,),
    ClaimKind.DATE: (DATE,),
    ClaimKind.PERSON: (NAME,),
    ClaimKind.QUOTATION: (QUOTATION,),
    ClaimKind.LAW: (LAW, SECTION),
}
Reason = UsedAnyway.Reason


class Kind(StrEnum):
    """What is known of the typed source."""

    EMPTY = "empty"
    WORDS = "words"  # a book, a person
    REFUSED = "refused"
    OFF = "off"
    OPENING = "opening"
    LEFT = "left"
    FOUND = "found"
    SEVERAL = "several"
    PARTLY = "partly"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    GONE = "gone"
    LATER = "later"  # an error page, not reachable
    SHUT = "shut"  # a log-in, a script, not text


@dataclass(frozen=True)
class Act:
    """A button. name: what it sends; REASONS, REWRITE, CLOSE and BACK only act in the page."""

    name: str
    label: str
    key: str = ""
    is_quiet: bool = False


REASONS, REWRITE, CLOSE = "reasons", "rewrite", "close"
PAGE_ACTS = (REASONS, REWRITE, CLOSE)


@dataclass
class Look:
    """kind: what is known. comparison: with the page, for the whole sentence; by_mark: for each kind."""

    typed: str
    kind: Kind
    entry: MarkEntry
    source: Source | None = None
    refusal: str = ""
    comparison: Compared | None = None
    number_of_words: int = 0
    by_mark: dict[str, ShownEvidence] = field(default_factory=dict)

    @property
    def is_moved(self) -> bool:
        return bool(self.source and self.source.state == State.MOVED and self.source.final_address)

    @property
    def state(self) -> ShownState | None:
        return state_of(self.source) if self.source else None

    @property
    def host(self) -> str:
        return self.source.host if self.source else ""

    @cached_property
    def evidence(self) -> list[ShownEvidence]:
        if self.comparison is None:
            return [ShownEvidence("")] if self.kind == Kind.UNKNOWN else []
        if self.kind == Kind.SEVERAL:
            return list(self.by_mark.values())
        return [shown_evidence(self.comparison, number_of_words=self.number_of_words)]

    @property
    def found_marks(self) -> list[Mark]:
        """The open claims of the sentence that the page has, if it has not all of them."""
        return [
            mark
            for mark in self.entry.open_marks
            if mark.key in self.by_mark and self.by_mark[mark.key].verdict == FOUND
        ]

    @property
    def has_reasons(self) -> bool:
        return any(act.name in (REASONS, "anyway") for act in self.acts)

    @property
    def asks_at_once(self) -> bool:
        return self.kind == Kind.SHUT

    @property
    def acts(self) -> list[Act]:
        anyway = Act(REASONS, _("Use anyway…"), "↵")
        quiet_anyway = Act(REASONS, _("Use anyway…"), is_quiet=True)
        check = Act("check", _("Check again"), is_quiet=True)
        if self.kind == Kind.FOUND and self.is_moved:
            return [
                Act("use_new", _("Use the new URL"), "↵"),
                Act("use", _("Keep the old one"), is_quiet=True),
            ]
        return {
            Kind.FOUND: [Act("use", _("Use this source"), "↵")],
            Kind.SEVERAL: [
                Act("part", _("Use it for: %(kinds)s") % {"kinds": self._found_names}, "↵"),
                Act(REASONS, _("Use anyway for all…"), is_quiet=True),
            ],
            Kind.PARTLY: [anyway, Act(REWRITE, _("Rewrite the sentence"), "2", is_quiet=True)],
            Kind.ABSENT: [anyway, Act(CLOSE, _("Try another"), "Esc", is_quiet=True)],
            Kind.UNKNOWN: [anyway, Act(CLOSE, _("Try another"), "Esc", is_quiet=True)],
            Kind.GONE: [Act("check", _("Check again"), "↵"), quiet_anyway],
            Kind.LATER: [Act("later", _("Save, and check later"), "↵"), check],
            Kind.SHUT: [Act("anyway", _("Use anyway"), "↵")],
            Kind.OPENING: [Act("unwaited", _("Save without waiting"), "↵")],
            Kind.LEFT: [Act("unwaited", _("Save without waiting"), "↵"), check],
        }.get(self.kind, [Act("save", _("Save source"), "↵")])

    @property
    def _found_names(self):
        return ", ".join(dict.fromkeys(mark.name.lower() for mark in self.found_marks))

    @property
    def hint(self) -> str:
        by_state = {
            State.CLOSED: _("Readers see: “Read by an editor, behind a log-in.” if that is your reason."),
            State.NOT_TEXT: _("PDF files with text are read like pages. Audio and video never are."),
            State.UNREACHABLE: _(
                "It is tried three more times, the last one in a day. The mark stays open until then."
            ),
        }
        if self.source and self.kind in (Kind.SHUT, Kind.LATER) and self.source.state in by_state:
            return by_state[self.source.state]
        if self.kind == Kind.FOUND and self.is_moved:
            return _(
                "The new URL is stored for this mark. A link in the text stays until you change it on "
                "Sources."
            )
        return {
            Kind.EMPTY: _(
                "A URL is opened as soon as you paste it. Readers see the source once the article is "
                "approved."
            ),
            Kind.WORDS: _("Not a URL, so nothing is opened. Readers see these words as they are."),
            Kind.OFF: _("Pages are not opened, because this is switched off."),
            Kind.PARTLY: _("Only what is on the page is confirmed. A reason is needed for the rest."),
            Kind.SEVERAL: _("The rest of the sentence stays open."),
            Kind.ABSENT: _("A reason is needed. Your colleagues see it, readers do not."),
            Kind.UNKNOWN: _("A reason is needed. Your colleagues see it, readers do not."),
            Kind.GONE: _("A page that is gone confirms nothing for readers. Look for its new place first."),
            Kind.LATER: _("The mark stays open until the page has been read."),
            Kind.LEFT: _(
                "A source saved without waiting is opened later. If the claim is not there, the mark is "
                "opened again."
            ),
        }.get(self.kind, _("Readers see the title, the publisher and the day on which it was opened."))

    @property
    def said(self) -> str:
        """What happened, for screen readers; "" if nothing did."""
        if self.kind == Kind.SEVERAL:
            return " ".join([_("Opened."), *(f"{shown.about}: {shown.said}" for shown in self.evidence)])
        if self.evidence:
            return f"{_('Opened.')} {self.evidence[0].said}"
        return self.refusal


def look_at(
    article: Article, entry: MarkEntry, typed: str, *, opens: bool = True, again: bool = False
) -> Look:
    """Return what is known of a typed source. opens: let its page be opened if it is new, or if `again`."""
    typed = typed.strip()
    if "://" not in (typed.split(maxsplit=1) or [""])[0]:
        return Look(typed, Kind.WORDS if typed else Kind.EMPTY, entry)
    try:
        address = check_address(typed)
        source = open_now(address) if opens else Source.objects.at(address)
    except RefusedAddressError as error:
        return Look(typed, Kind.REFUSED, entry, refusal=str(error))
    if again and source:
        check_again([source.pk])
        source.refresh_from_db()
    return _look_at_source(article, entry, typed, source)


def _look_at_source(article, entry, typed, source):
    if source is None:
        return Look(typed, Kind.LEFT, entry)
    if source.is_awaited:
        kind = Kind.LEFT if is_older(source.asked_at, LEFT_AFTER) else Kind.OPENING
        return Look(typed, kind, entry, source)
    kinds = {
        State.GONE: Kind.GONE,
        State.CLOSED: Kind.SHUT,
        State.NOT_TEXT: Kind.SHUT,
        State.SOFT_404: Kind.LATER,
        State.UNREACHABLE: Kind.LATER,
    }
    state = source.failing_state or source.state
    if state in READABLE:
        return _compared(article, entry, typed, source)
    if state == State.NOT_OPENED and not may_be_opened(source):
        return Look(typed, Kind.OFF, entry, source)
    return Look(typed, kinds.get(state, Kind.LEFT), entry, source)


def _compared(article, entry, typed, source):
    look = Look(typed, Kind.UNKNOWN, entry, source)
    kept = PageText.objects.filter(source=source).first()
    if kept is None:
        look.comparison = _stored(article, entry, source)
    else:
        page = json.loads(kept.text)
        look.number_of_words = sum(len(block["text"].split()) for block in page["blocks"])
        try:
            look.comparison = compare_now(page, [sentence_of(article, entry)])[0]
        except RefusedError:
            return look
    if look.comparison is None:
        return look
    verdicts = {"found": Kind.FOUND, "partly": Kind.PARTLY, "not_found": Kind.ABSENT}
    look.kind = verdicts.get(look.comparison.verdict, Kind.UNKNOWN)
    if look.kind == Kind.PARTLY:
        _judge_kinds(article, look)
    return look


def _stored(article, entry, source) -> Evidence | None:
    keys = [mark.key for mark in entry.marks]
    return Evidence.objects.filter(article=article, source=source, key__in=keys).exclude(verdict="").first()


def sentence_of(article: Article, entry: MarkEntry) -> str:
    """Return the sentence of a mark as it is compared with pages."""
    keys = [mark.key for mark in entry.marks]
    stored = Evidence.objects.filter(article=article, key__in=keys).order_by("pk")
    return stored.values_list("sentence", flat=True).first() or entry.passage or entry.mark.words


def _judge_kinds(article, look: Look) -> None:
    """Tell which of several kinds of claims in the sentence the page has, by the parts of each kind."""
    marks = [mark for mark in look.entry.open_marks if mark.is_claim]
    if len({mark.kind for mark in marks}) < 2:
        return
    try:
        kinds = dict(parts_of(sentence_of(article, look.entry)))
    except RefusedError:
        return
    shown = {mark.key: _of_kind(mark, look.comparison, kinds) for mark in marks}
    verdicts = {evidence.verdict for evidence in shown.values() if evidence}
    if FOUND in verdicts and len(verdicts) > 1:
        look.kind, look.by_mark = Kind.SEVERAL, {key: each for key, each in shown.items() if each}


def _of_kind(mark: Mark, comparison, kinds: dict[str, str]) -> ShownEvidence | None:
    wanted = PARTS_OF.get(mark.kind, ())
    found = _of(comparison.found, kinds, wanted)
    missing = _of(comparison.missing, kinds, wanted)
    if not found and not missing:
        return None
    verdict = "partly" if found and missing else "found" if found else "not_found"
    part = Evidence(
        verdict=verdict, found=found, missing=missing, passage=comparison.passage if found else ""
    )
    return shown_evidence(part, about=str(mark.name))


def _of(parts: Sequence[str], kinds, wanted) -> list[str]:
    return [part for part in parts if kinds.get(part) in wanted]
