"""The entries of a proof: the marks of each sentence, as the sidebar shows them.

MarkEntries decides which entries a proof lists, which one is current, and which one blocks an approval.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import extend
from blog.documents.claims.values import ClaimKind
from blog.documents.findings.kinds import FindingKind
from blog.documents.marks import MarkHighlight, plain_words
from blog.review.approval import WAITS_FOR
from blog.review.kinds import UNCOUNTED_KINDS, describe_finding
from blog.review.marks import Mark, Resolution, list_marks
from blog.review.models import MarkResolution
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

Outcome = MarkResolution.Outcome

# {field of a finding: id of the element on the edit page}; the default is "id_" and the field name
ANCHORS = {"reading_time": "panel-file"}
CHECKED_KINDS = (
    (gettext_lazy("Nobody is named or quoted"), {ClaimKind.QUOTATION, ClaimKind.PERSON, ClaimKind.AUTHOR}),
    (
        gettext_lazy("No numbers, dates or laws that need a source"),
        {ClaimKind.FIGURE, ClaimKind.DATE, ClaimKind.LAW, ClaimKind.STUDY, ClaimKind.SUPERLATIVE},
    ),
    (
        gettext_lazy("No duplicate of this article"),
        {FindingKind.TITLE_SHARED, FindingKind.OPENING_SHARED, FindingKind.BODY_SHARED},
    ),
    (
        gettext_lazy("No placeholders, labels, template syntax or notes of a generator"),
        {
            FindingKind.PLACEHOLDER,
            FindingKind.PROMPT_LEAK,
            FindingKind.LABEL_IN_TEXT,
            FindingKind.TEMPLATE_SYNTAX,
        },
    ),
)


@dataclass(frozen=True)
class MarkEntry:
    """The marks of one sentence, with their labels for the screen.

    passage: the Markdown from the first to the last character that is marked; "" if it is not in the body.
    """

    marks: tuple[Mark, ...]
    passage: str = ""

    @cached_property
    def mark(self) -> Mark:
        """The worst mark."""
        return min(self.marks, key=lambda mark: (not mark.is_blocking, not mark.is_open))

    @property
    def number(self) -> int:
        return self.mark.number

    @property
    def start(self) -> int | None:
        return self.marks[0].start

    @property
    def end(self) -> int | None:
        return max(mark.end for mark in self.marks) if self.start is not None else None

    @property
    def is_open(self) -> bool:
        return self.mark.is_open

    @property
    def is_blocking(self) -> bool:
        return self.mark.is_blocking

    @property
    def open_marks(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_open]

    @property
    def claims(self) -> list[dict]:
        """The open claims of the sentence, one per kind: the choices for “Use a source for each kind”."""
        return [kind for kind in self.kinds if kind["mark"].is_claim and kind["mark"].is_open]

    @cached_property
    def kinds(self) -> list[dict]:
        """The marks, without those that repeat the kind and the person or words of another."""
        kinds = [_kind_of(mark) for mark in self.marks]
        return list({(kind["name"], kind["about"], kind["weight"]): kind for kind in kinds}.values())

    @property
    def kinds_in_list(self) -> list[dict]:
        """Each kind once, with the worst of its marks."""
        kinds = sorted(self.kinds, key=lambda kind: ("done", "", "stop").index(kind["weight"]))
        worst = {kind["name"]: kind for kind in kinds}
        return [worst[name] for name in dict.fromkeys(kind["name"] for kind in self.kinds)]

    @property
    def resolutions(self) -> list[Resolution]:
        """The resolutions of the marks, without duplicates."""
        found = (mark.resolution for mark in self.marks if mark.resolution)
        return list({(each.note, each.by_name, each.is_person_level): each for each in found}.values())

    @property
    def title(self) -> str:
        number = len(self.kinds)
        if number == 1:
            return self.kinds[0]["name"]
        return ngettext("One sentence, %(number)d mark", "One sentence, %(number)d marks", number) % {
            "number": number
        }

    @property
    def words(self) -> str:
        return plain_words(self.passage or self.mark.words) if self._has_claims else self.mark.words

    @property
    def rows(self) -> int:
        """The height of the field for the sentence, in lines."""
        return max(3, min(14, len(self.passage) // 60 + self.passage.count("\n") + 1))

    @property
    def outcome(self) -> str:
        if self.is_open:
            return ""
        is_accepted = self.mark.resolution.outcome == Outcome.NO_CLAIM and not self._has_claims
        if self.mark.resolution.is_person_level:
            return _("Real")
        return _("Accepted") if is_accepted else str(self.mark.resolution.label)

    @property
    def decided_elsewhere(self) -> dict | None:
        """The mark that was resolved by a decision on its person, unless the entry is open."""
        resolved = [] if self.is_open else [kind for kind in self.kinds if kind["mark"].resolution]
        return next((kind for kind in resolved if kind["mark"].resolution.is_person_level), None)

    @property
    def is_reopenable(self) -> bool:
        return any(mark.resolution and not mark.resolution.is_person_level for mark in self.marks)

    @property
    def state(self) -> str:
        return _("must be resolved") if self.is_blocking else self.outcome or _("open")

    @property
    def why_not_approved(self) -> str:
        return WAITS_FOR[ClaimKind(self.mark.kind)] % self.number

    @property
    def label(self) -> str:
        kinds = ", ".join(dict.fromkeys(kind["name"] for kind in self.kinds))
        values = {"number": self.number, "kind": kinds, "state": self.state}
        return _("Mark %(number)d: %(kind)s, %(state)s") % values

    @property
    def weight(self) -> str:
        return weight_of(self.mark)

    def as_highlight(self, *, is_in_hand: bool) -> MarkHighlight:
        hot = ("hot",) if is_in_hand else ()
        return MarkHighlight(self.number, self.start, self.passage, (*self.weight.split(), *hot), self.label)

    @property
    def _has_claims(self):
        return any(mark.is_claim for mark in self.marks)


def weight_of(mark: Mark) -> str:
    """Return the CSS class of a mark: "done", "stop" if it blocks an approval, otherwise ""."""
    if not mark.is_open:
        return "done"
    return "stop" if mark.is_blocking else ""


def _kind_of(mark: Mark) -> dict:
    """Return a mark of an entry: its kind, and the words or the person that it is about, if these are known.

    sentence: the explanation of a finding. url_name: the screen of an extension where it can be fixed.
    anchor: the id of the element on the edit page where it can be. people_url: the screen that decides on the
    person in all articles. Each is "" for other marks.
    """
    finding = None if mark.is_claim else describe_finding(mark.kind)
    is_named = mark.kind == ClaimKind.QUOTATION and mark.speaker
    person = mark.person and mark.person.person.pk
    return {
        "mark": mark,
        "weight": weight_of(mark),
        "name": _("Quotation, named person") if is_named else mark.name,
        "about": ", ".join(filter(None, (mark.speaker, mark.role))) if mark.is_claim else mark.words,
        "sentence": _(finding.sentence) if finding else "",
        "url_name": extend.screen_of_finding(mark.kind),
        "anchor": ANCHORS.get(finding.field, f"id_{finding.field}") if finding else "",
        "people_url": reverse("admin:people", query={"person": person}) if person else "",
    }


@dataclass(frozen=True)
class MarkEntries:
    """The entries of an article.

    numbered: in the order of the text. shared: findings that most articles of its import have.
    gone: resolved by removing or rewriting their passage. marks: all marks, numbered or not.
    refusal: why the marks could not be determined, for editors; then the lists are empty.
    """

    numbered: list[MarkEntry]
    shared: list[MarkEntry]
    gone: list[MarkEntry]
    marks: tuple[Mark, ...] = ()
    refusal: str = ""

    @property
    def open(self) -> list[MarkEntry]:
        return [entry for entry in self.numbered if entry.is_open]

    @property
    def resolved_number(self) -> int:
        return len(self.numbered) - len(self.open) + len(self.gone)

    @property
    def total(self) -> int:
        return len(self.numbered) + len(self.gone)

    @property
    def all_blocking(self) -> list[MarkEntry]:
        """The entries that must be resolved before an approval."""
        return [entry for entry in self.numbered if entry.is_blocking]

    @property
    def blocking(self) -> MarkEntry | None:
        """The first entry that must be resolved before an approval."""
        return next(iter(self.all_blocking), None)

    @property
    def empty_kind_messages(self) -> list[str]:
        """A sentence for each group of kinds of which the article has no marks, not even resolved ones."""
        kinds = {mark.kind for entry in [*self.numbered, *self.shared, *self.gone] for mark in entry.marks}
        return [str(sentence) for sentence, checked in CHECKED_KINDS if kinds.isdisjoint(checked)]

    def by_key(self, key: str) -> MarkEntry | None:
        """Return the entry that has a mark with this key."""
        entries = [*self.numbered, *self.gone]
        return next((entry for entry in entries if any(mark.key == key for mark in entry.marks)), None)

    def current(self, requested: str) -> MarkEntry | None:
        """Return the entry with the number from the query string.

        The default is the first open one that must be resolved before approval, otherwise the first open one.
        """
        numbered = {str(entry.number): entry for entry in self.numbered}
        first = min(self.open, key=lambda entry: not entry.is_blocking, default=None)
        return numbered.get(requested) or first

    def open_from(self, place: int) -> MarkEntry | None:
        """Return the first open entry at or after this offset in the body; otherwise the first open one."""
        later = (entry for entry in self.open if entry.start is None or entry.start >= place)
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
        marks = list_marks(article)
    except RefusedError as error:
        return MarkEntries([], [], [], refusal=text_refusal(error))
    return group_marks(article, marks)


def group_marks(article, marks: list[Mark]) -> MarkEntries:
    """Return the entries of the marks of an article."""
    numbered = itertools.groupby((mark for mark in marks if mark.number), key=lambda mark: mark.number)
    return MarkEntries(
        numbered=[_entry(article, tuple(group)) for _number, group in numbered],
        shared=[MarkEntry((mark,)) for mark in marks if mark.is_shared and mark.kind not in UNCOUNTED_KINDS],
        gone=_gone(mark for mark in marks if mark.is_removed),
        marks=tuple(marks),
    )


def _entry(article, marks):
    entry = MarkEntry(marks)
    passage = article.body[entry.start : entry.end] if entry.start is not None else ""
    return MarkEntry(marks, passage)


def _gone(marks) -> list[MarkEntry]:
    """Return an entry for each removed sentence. The words of its first mark contain those of the others."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: -len(mark.words)):
        group = next((group for group in groups if mark.words in group[0].words), None)
        if group is None or not mark.words:
            groups.append([mark])
        else:
            group.append(mark)
    return [MarkEntry(tuple(group)) for group in groups]
