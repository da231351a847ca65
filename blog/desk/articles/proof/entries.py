"""The marks of a proof in an editor's words, each with the answers it offers.

Entries decides which marks a proof lists, which one is current, and what an approval waits for.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.documents.claims.claim import ClaimKind
from blog.documents.findings.kinds import KINDS, FindingKind
from blog.documents.marks import MarkHighlight, plain_words
from blog.review.approval import WAITS_FOR
from blog.review.marks import Mark, list_marks
from blog.review.models import MarkResolution
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

Outcome = MarkResolution.Outcome


@dataclass(frozen=True)
class ResolutionOption:
    """One of the four answers: its key, its name, and what the field and its button say once it is chosen.

    opens_editor: another page follows, with the paragraph as a field. field is "" where nothing is typed.
    """

    outcome: str
    key: str
    name: str
    submit_label: str = ""
    field: str = ""
    placeholder: str = ""
    hint: str = ""
    opens_editor: bool = False


def answers_to(mark: Mark) -> list[ResolutionOption]:
    offered = [_source(mark)] if mark.is_claim else []
    if mark.start is not None:
        offered += [_rewrite(), _take_out()]
    return [*offered, _no_claim(needs_reason=mark.needs_reason) if mark.is_claim else _may_stay()]


def _source(mark):
    return ResolutionOption(
        Outcome.SOURCE,
        "1",
        _("Source"),
        submit_label=_("Keep source"),
        field=_("Where this person says so") if mark.speaker else _("Where it says so"),
        placeholder=_("Address, book and page, or whom you asked"),
        hint=_("Readers see it under “What was checked”."),
    )


def _rewrite():
    return ResolutionOption(Outcome.REWRITTEN, "2", _("Rewrite"), opens_editor=True)


def _take_out():
    return ResolutionOption(
        Outcome.TAKEN_OUT,
        "3",
        _("Take out"),
        submit_label=_("Take it out"),
        hint=_("Its words leave the text; Undo brings them back."),
    )


def _no_claim(*, needs_reason):
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("No claim"),
        submit_label=_("Keep as no claim"),
        field=_("Why it is no claim, in a line") if needs_reason else _("Why it is no claim"),
        placeholder="" if needs_reason else _("May stay empty"),
    )


def _may_stay():
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("It may stay"),
        submit_label=_("Let it stay"),
        field=_("Why it may stay"),
        placeholder=_("May stay empty"),
    )


# {field of the edit page where a finding is mended: id of its element}; of others, "id_" and the field
ANCHORS = {"reading_time": "panel-file"}
LOOKED_FOR = (
    (gettext_lazy("Nobody is named or quoted"), {ClaimKind.QUOTATION, ClaimKind.PERSON}),
    (
        gettext_lazy("No numbers, dates or laws that need a source"),
        {ClaimKind.FIGURE, ClaimKind.DATE, ClaimKind.LAW, ClaimKind.STUDY, ClaimKind.SUPERLATIVE},
    ),
    (
        gettext_lazy("No other article like it"),
        {FindingKind.TITLE_SHARED, FindingKind.OPENING_SHARED, FindingKind.BODY_SHARED},
    ),
    (
        gettext_lazy("No placeholders, labels or commands of templates"),
        {FindingKind.PLACEHOLDER, FindingKind.LABEL_IN_TEXT, FindingKind.TEMPLATE_SYNTAX},
    ),
)


@dataclass(frozen=True)
class MarkEntry:
    """A mark, with what the page says of it."""

    mark: Mark

    @property
    def number(self) -> int:
        return self.mark.number

    @property
    def kind(self) -> str:
        is_named = self.mark.kind == ClaimKind.QUOTATION and self.mark.speaker
        return _("Quotation, named person") if is_named else self.mark.name

    @property
    def words(self) -> str:
        return plain_words(self.mark.words) if self.mark.is_claim else self.mark.words

    @property
    def outcome(self) -> str:
        if self.mark.is_open:
            return ""
        stays = self.mark.resolution.outcome == MarkResolution.Outcome.NO_CLAIM and not self.mark.is_claim
        return _("May stay") if stays else str(self.mark.resolution.label)

    @property
    def state(self) -> str:
        return _("must be settled") if self.mark.is_blocking else self.outcome or _("open")

    @property
    def why_not_approved(self) -> str:
        return WAITS_FOR[ClaimKind(self.mark.kind)] % self.number

    @property
    def sentence(self) -> str:
        """What an editor is told of a finding; "" of a claim, which speaks for itself."""
        return _(self._finding.sentence) if self._finding else ""

    @property
    def anchor(self) -> str:
        """The id of the element of the edit page where a finding is mended."""
        return ANCHORS.get(self._finding.field, f"id_{self._finding.field}") if self._finding else ""

    @property
    def answers(self) -> list[ResolutionOption]:
        return answers_to(self.mark)

    @property
    def label(self) -> str:
        named = {"number": self.number, "kind": self.kind, "state": self.state}
        return _("Mark %(number)d: %(kind)s, %(state)s") % named

    @property
    def weight(self) -> str:
        """The CSS class of how it is marked: "done", "stop", or "" for what is worth a look."""
        if not self.mark.is_open:
            return "done"
        return "stop" if self.mark.is_blocking else ""

    def as_highlight(self, *, is_in_hand: bool) -> MarkHighlight:
        hot = ("hot",) if is_in_hand else ()
        return MarkHighlight(
            self.number, self.mark.start, self.mark.words, (*self.weight.split(), *hot), self.label
        )

    @cached_property
    def _finding(self):
        is_known = not self.mark.is_claim and self.mark.kind in FindingKind
        return KINDS[FindingKind(self.mark.kind)] if is_known else None


@dataclass(frozen=True)
class MarkEntries:
    """The numbered marks of an article; what most of its import has; and what was settled by going.

    refusal: why its marks are not known at the moment, in words; then there are none.
    """

    numbered: list[MarkEntry]
    shared: list[MarkEntry]
    gone: list[MarkEntry]
    refusal: str = ""

    @property
    def open(self) -> list[MarkEntry]:
        return [entry for entry in self.numbered if entry.mark.is_open]

    @property
    def settled_number(self) -> int:
        return len(self.numbered) - len(self.open) + len(self.gone)

    @property
    def total(self) -> int:
        return len(self.numbered) + len(self.gone)

    @property
    def blocking(self) -> MarkEntry | None:
        """The first one that must be settled before an approval."""
        return next((entry for entry in self.numbered if entry.mark.is_blocking), None)

    @property
    def empty_kind_messages(self) -> list[str]:
        """Say of which kinds of marks the article has none, not even settled ones."""
        kinds = {entry.mark.kind for entry in [*self.numbered, *self.shared, *self.gone]}
        return [str(sentence) for sentence, looked_for in LOOKED_FOR if kinds.isdisjoint(looked_for)]

    def by_key(self, key: str) -> MarkEntry | None:
        return next((entry for entry in [*self.numbered, *self.gone] if entry.mark.key == key), None)

    def current(self, asked: str) -> MarkEntry | None:
        """Return the entry with the number that an address asks for, or else the first open one."""
        numbered = {str(entry.number): entry for entry in self.numbered}
        return numbered.get(asked) or next(iter(self.open), None)

    def open_from(self, place: int) -> MarkEntry | None:
        """Return the first open entry at this place of the text or behind it, or else any open one."""
        later = (entry for entry in self.open if entry.mark.start is None or entry.mark.start >= place)
        return next(later, next(iter(self.open), None))

    def neighbours_of(self, entry: MarkEntry | None) -> tuple[MarkEntry | None, MarkEntry | None]:
        """Return the open entries before and after one, from the other end if there is none."""
        others = [other for other in self.open if other != entry]
        number = entry.number if entry else 0
        later = [other for other in others if other.number > number]
        earlier = [other for other in others if other.number < number]
        following, before = [*later, *earlier], [*reversed(earlier), *reversed(later)]
        return next(iter(before), None), next(iter(following), None)


def entries_of(article) -> MarkEntries:
    try:
        entries = [MarkEntry(mark) for mark in list_marks(article)]
    except RefusedError as error:
        return MarkEntries([], [], [], refusal=text_refusal(error))
    return MarkEntries(
        numbered=[entry for entry in entries if entry.number],
        shared=[entry for entry in entries if entry.mark.is_shared],
        gone=[entry for entry in entries if entry.mark.is_removed],
    )
