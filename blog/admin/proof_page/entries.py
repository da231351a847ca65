"""The marks of an article as its proof lists them: numbered, with what they are in an editor's words."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.proof_page.answers import Answer, answers_to
from blog.documents import KINDS, ClaimKind, FindingKind
from blog.documents.marking import PencilMark
from blog.models import Settlement
from blog.proofing import Mark, marks_of

CLAIMS = {
    ClaimKind.QUOTATION: gettext_lazy("Quotation"),
    ClaimKind.PERSON: gettext_lazy("Named person"),
    ClaimKind.FIGURE: gettext_lazy("Number without a source"),
    ClaimKind.DATE: gettext_lazy("Date or year"),
    ClaimKind.SUPERLATIVE: gettext_lazy("Superlative"),
    ClaimKind.LAW: gettext_lazy("Law or rule"),
    ClaimKind.STUDY: gettext_lazy("Study without a source"),
    ClaimKind.EXAMPLE: gettext_lazy("Event or example"),
    ClaimKind.PICTURE: gettext_lazy("Description of a picture"),
}
NAMED_QUOTATION = gettext_lazy("Quotation, named person")
WAITS_FOR = {
    ClaimKind.QUOTATION: gettext_lazy("Approval waits for mark %d: a person is quoted"),
    ClaimKind.PERSON: gettext_lazy("Approval waits for mark %d: a person is named"),
}


@dataclass(frozen=True)
class Entry:
    """A mark with its number on the page."""

    number: int
    mark: Mark

    @cached_property
    def kind(self) -> str:
        mark = self.mark
        if not mark.is_claim:
            return _(KINDS[FindingKind(mark.kind)].name)
        return str(NAMED_QUOTATION if self.is_quotation and mark.speaker else CLAIMS[ClaimKind(mark.kind)])

    @property
    def is_quotation(self) -> bool:
        return self.mark.kind == ClaimKind.QUOTATION

    @property
    def is_open(self) -> bool:
        return not self.mark.outcome

    @property
    def blocks(self) -> bool:
        """Whether no approval is given as long as it is open."""
        return self.is_open and self.mark.is_blocking

    @property
    def outcome(self) -> str:
        if self.mark.outcome == Settlement.Outcome.NO_CLAIM and not self.mark.is_claim:
            return _("May stay")
        return str(Settlement.Outcome(self.mark.outcome).label) if self.mark.outcome else ""

    @property
    def state(self) -> str:
        return _("must be settled") if self.blocks else self.outcome or _("open")

    @property
    def why_not_approved(self) -> str:
        return WAITS_FOR[ClaimKind(self.mark.kind)] % self.number

    @property
    def needs_reason(self) -> bool:
        """Whether “No claim” is taken with a reason only: of what a named person is said to have said."""
        return self.is_quotation and bool(self.mark.speaker)

    @property
    def is_in_text(self) -> bool:
        return self.mark.start is not None

    @property
    def sentence(self) -> str:
        """What its editor is told of a finding; "" of a claim, which speaks for itself."""
        return "" if self.mark.is_claim else _(KINDS[FindingKind(self.mark.kind)].sentence)

    @property
    def anchor(self) -> str:
        """The id of the element of the edit page where a finding is mended."""
        return f"id_{KINDS[FindingKind(self.mark.kind)].field}"

    @property
    def answers(self) -> list[Answer]:
        return answers_to(self.mark, needs_reason=self.needs_reason)

    @property
    def label(self) -> str:
        named = {"number": self.number, "kind": self.kind, "state": self.state}
        return _("Mark %(number)d: %(kind)s, %(state)s") % named

    @property
    def classes(self) -> str:
        return "done" if not self.is_open else "stop" if self.blocks else ""

    def pencilled(self, in_hand: int | None) -> PencilMark:
        hot = ["hot"] if self.number == in_hand and self.is_open else []
        classes = (*self.classes.split(), *hot)
        return PencilMark(self.number, self.mark.start or 0, self.mark.words, classes, self.label)


def entries_of(article) -> list[Entry]:
    return [Entry(number, mark) for number, mark in enumerate(marks_of(article), 1)]


def entry_in_hand(entries: list[Entry], asked: str) -> Entry | None:
    """Return the entry that an address asks for by its number, or else the first open one."""
    numbered = {str(entry.number): entry for entry in entries}
    return numbered.get(asked) or next((entry for entry in entries if entry.is_open), None)


def next_open(entries: list[Entry], after: int) -> Entry | None:
    """Return the first open entry whose words stand at this place of the text or behind it, or any other."""
    is_open = [entry for entry in entries if entry.is_open]
    later = (entry for entry in is_open if entry.mark.start is None or entry.mark.start >= after)
    return next(later, is_open[0] if is_open else None)
