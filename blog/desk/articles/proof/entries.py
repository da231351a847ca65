"""The marks of a proof as the sidebar shows them, each with the options to resolve it.

MarkEntries decides which marks a proof lists, which one is current, and which one blocks an approval.
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
    """An option to resolve a mark: its key and name, and the labels of the field and button that it opens.

    opens_editor: the option opens a page with the paragraph as a field. field is "" if the option has none.
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
        offered += [_rewrite(), _remove()]
    return [*offered, _not_a_claim(needs_reason=mark.needs_reason) if mark.is_claim else _accept()]


def _source(mark):
    return ResolutionOption(
        Outcome.SOURCE,
        "1",
        _("Source"),
        submit_label=_("Save source"),
        field=_("Where this person said it") if mark.speaker else _("Where this is stated"),
        placeholder=_("URL, book and page, or the person you asked"),
        hint=_("Shown to readers in the review details."),
    )


def _rewrite():
    return ResolutionOption(Outcome.REWRITTEN, "2", _("Rewrite"), opens_editor=True)


def _remove():
    return ResolutionOption(
        Outcome.TAKEN_OUT,
        "3",
        _("Remove"),
        submit_label=_("Remove"),
        hint=_("Removes these words from the article. Undo restores them."),
    )


def _not_a_claim(*, needs_reason):
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("Not a claim"),
        submit_label=_("Mark as not a claim"),
        field=_("Why is this not a claim?"),
        placeholder="" if needs_reason else _("Optional"),
    )


def _accept():
    return ResolutionOption(
        Outcome.NO_CLAIM,
        "4",
        _("Accept as is"),
        submit_label=_("Accept"),
        field=_("Why is this acceptable?"),
        placeholder=_("Optional"),
    )


# {field of a finding: id of the element on the edit page}; the default is "id_" and the field name
ANCHORS = {"reading_time": "panel-file"}
CHECKED_KINDS = (
    (gettext_lazy("Nobody is named or quoted"), {ClaimKind.QUOTATION, ClaimKind.PERSON}),
    (
        gettext_lazy("No numbers, dates or laws that need a source"),
        {ClaimKind.FIGURE, ClaimKind.DATE, ClaimKind.LAW, ClaimKind.STUDY, ClaimKind.SUPERLATIVE},
    ),
    (
        gettext_lazy("No duplicate of this article"),
        {FindingKind.TITLE_SHARED, FindingKind.OPENING_SHARED, FindingKind.BODY_SHARED},
    ),
    (
        gettext_lazy("No placeholders, labels or template syntax"),
        {FindingKind.PLACEHOLDER, FindingKind.LABEL_IN_TEXT, FindingKind.TEMPLATE_SYNTAX},
    ),
)


@dataclass(frozen=True)
class MarkEntry:
    """A mark, with its labels for the screen."""

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
        is_accepted = self.mark.resolution.outcome == Outcome.NO_CLAIM and not self.mark.is_claim
        return _("Accepted") if is_accepted else str(self.mark.resolution.label)

    @property
    def state(self) -> str:
        return _("must be resolved") if self.mark.is_blocking else self.outcome or _("open")

    @property
    def why_not_approved(self) -> str:
        return WAITS_FOR[ClaimKind(self.mark.kind)] % self.number

    @property
    def sentence(self) -> str:
        """The explanation of a finding; "" for a claim."""
        return _(self._finding.sentence) if self._finding else ""

    @property
    def anchor(self) -> str:
        """The id of the element on the edit page where a finding can be fixed; "" for a claim."""
        return ANCHORS.get(self._finding.field, f"id_{self._finding.field}") if self._finding else ""

    @property
    def answers(self) -> list[ResolutionOption]:
        return answers_to(self.mark)

    @property
    def label(self) -> str:
        values = {"number": self.number, "kind": self.kind, "state": self.state}
        return _("Mark %(number)d: %(kind)s, %(state)s") % values

    @property
    def weight(self) -> str:
        """CSS class of the mark: "done", "stop" if it blocks an approval, otherwise ""."""
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
    """The marks of an article.

    numbered: in the order of the text. shared: findings that most articles of its import have.
    gone: resolved by removing or rewriting their passage.
    refusal: why the marks could not be determined, for editors; then the lists are empty.
    """

    numbered: list[MarkEntry]
    shared: list[MarkEntry]
    gone: list[MarkEntry]
    refusal: str = ""

    @property
    def open(self) -> list[MarkEntry]:
        return [entry for entry in self.numbered if entry.mark.is_open]

    @property
    def resolved_number(self) -> int:
        return len(self.numbered) - len(self.open) + len(self.gone)

    @property
    def total(self) -> int:
        return len(self.numbered) + len(self.gone)

    @property
    def blocking(self) -> MarkEntry | None:
        """The first mark that must be resolved before an approval."""
        return next((entry for entry in self.numbered if entry.mark.is_blocking), None)

    @property
    def empty_kind_messages(self) -> list[str]:
        """A sentence for each group of kinds of which the article has no marks, not even resolved ones."""
        kinds = {entry.mark.kind for entry in [*self.numbered, *self.shared, *self.gone]}
        return [str(sentence) for sentence, checked in CHECKED_KINDS if kinds.isdisjoint(checked)]

    def by_key(self, key: str) -> MarkEntry | None:
        return next((entry for entry in [*self.numbered, *self.gone] if entry.mark.key == key), None)

    def current(self, requested: str) -> MarkEntry | None:
        """Return the entry with the number from the query string; the default is the first open one."""
        numbered = {str(entry.number): entry for entry in self.numbered}
        return numbered.get(requested) or next(iter(self.open), None)

    def open_from(self, place: int) -> MarkEntry | None:
        """Return the first open entry at or after this offset in the body; otherwise the first open one."""
        later = (entry for entry in self.open if entry.mark.start is None or entry.mark.start >= place)
        return next(later, next(iter(self.open), None))

    def neighbours_of(self, entry: MarkEntry | None) -> tuple[MarkEntry | None, MarkEntry | None]:
        """Return the open entries before and after `entry`, wrapping around at both ends."""
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
