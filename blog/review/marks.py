"""The marks of an article in the order of its body, with their resolutions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from blog.articles.models import Article
from blog.documents.claims.values import ClaimKind
from blog.review.counts import RESOLVING_OUTCOMES, group_by_sentence, newest_resolutions
from blog.review.kinds import BLOCKING, UNCOUNTED_KINDS, is_serious, is_switched_off, kind_label
from blog.review.models import Finding, MarkResolution, Mention, Person, PersonDecision
from blog.review.proofs import get_or_create_check

OPEN = MarkResolution.Outcome.OPEN


@dataclass(frozen=True, slots=True)
class MarkPerson:
    """The person of a mark, and the numbers of other articles and of roles in which they occur.

    decision: the decision on the person that applies to this mark, or "".
    """

    person: Person
    other_articles: int = 0
    other_roles: int = 0
    decision: str = ""

    @property
    def is_invented(self) -> bool:
        return self.decision == PersonDecision.Outcome.INVENTED

    @property
    def is_real(self) -> bool:
        return self.decision == PersonDecision.Outcome.REAL

    @property
    def is_not_a_person(self) -> bool:
        return self.decision == PersonDecision.Outcome.NOT_PERSON


@dataclass(frozen=True, slots=True)
class Resolution:
    """The resolution of a mark: of the mark itself, or of its person in all articles (is_person_level)."""

    outcome: str
    note: str
    by_name: str
    at: datetime
    is_person_level: bool = False

    @property
    def label(self) -> str:
        return MarkResolution.Outcome(self.outcome).label


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim or a finding in an article: body[start:end] if it is about a passage.

    number counts from 1, and is the same for the marks of a sentence. It is 0 for marks without a number in
    the proof: findings that most articles of the import share (is_shared), marks whose words are gone
    (is_removed), and the kinds that are not counted.
    """

    key: str
    kind: str
    words: str
    start: int | None = None
    end: int | None = None
    number: int = 0
    speaker: str = ""
    role: str = ""
    person: MarkPerson | None = None
    resolution: Resolution | None = None
    is_claim: bool = True
    is_shared: bool = False
    is_removed: bool = False

    @property
    def name(self) -> str:
        return kind_label(self.kind)

    @property
    def is_open(self) -> bool:
        return self.resolution is None

    @property
    def is_blocking(self) -> bool:
        """Whether the mark must be resolved before the article can be approved."""
        return self.is_open and self.kind in BLOCKING

    @property
    def is_serious(self) -> bool:
        return is_serious(self.kind)


def without_marks(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return the articles that were checked and have no open mark that is counted."""
    return articles.filter(proof__risk=0)


def with_blocking_marks(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return the articles with an open mark that blocks approval."""
    return articles.filter(proof__open_blocking__gt=0)


def list_marks(article: Article) -> list[Mark]:
    """Return the marks of an article: numbered ones, those without a number, and removed ones.

    Numbered marks are in the order of the body, those without a passage last. The article is checked first if
    it has no fresh check. Raises RefusedError if the sandbox is busy.
    """
    proof = get_or_create_check(article)
    newest = {row.key: row for row in newest_resolutions([article.pk])}
    marks = [*_claims(article, proof, newest), *_findings(article, newest)]
    counted = [mark for mark in marks if not mark.is_shared and mark.kind not in UNCOUNTED_KINDS]
    groups = group_by_sentence(counted, lambda mark: (mark.start, mark.end))
    numbered = [replace(mark, number=number) for number, group in enumerate(groups, 1) for mark in group]
    others = [mark for mark in marks if mark.is_shared or mark.kind in UNCOUNTED_KINDS]
    return [*numbered, *others, *_removed(newest, {mark.key for mark in marks})]


def with_resolutions(marks: Iterable[Mark], rows: Iterable[MarkResolution]) -> list[Mark]:
    """Return marks of an article as list_marks() would after these new rows, which resolve some of them."""
    resolutions = {row.key: _resolution(row) for row in rows}
    return [replace(mark, resolution=resolutions.get(mark.key, mark.resolution)) for mark in marks]


def _claims(article, proof, newest) -> Iterator[Mark]:
    people = _people(article)
    decisions = _decisions({named.person for named in people.values() if named.is_real})
    for kind, start, end, speaker, role, key in proof.claims:
        person = people.get(key)
        if person and person.is_not_a_person:
            continue
        resolution = _resolution(newest.get(key))
        if resolution is None and person and person.is_real:
            resolution = decisions.get(person.person.pk)
        words = article.body[start:end]
        yield Mark(key, kind, words, start, end, 0, speaker, role, person, resolution)


def _findings(article, newest) -> Iterator[Mark]:
    rows = Finding.objects.filter(article=article).order_by("pk")
    for row in (row for row in rows if not is_switched_off(row.kind)):
        yield Mark(
            row.key,
            row.kind,
            row.words,
            row.start,
            row.end,
            resolution=_resolution(newest.get(row.key)),
            is_claim=False,
            is_shared=row.is_shared,
        )


def _removed(newest, current_keys) -> Iterator[Mark]:
    """Yield the resolved marks that are no longer in the article."""
    for row in sorted(newest.values(), key=lambda row: row.pk):
        if is_switched_off(row.kind):
            continue
        if row.key not in current_keys and row.outcome != OPEN and row.kind not in UNCOUNTED_KINDS:
            resolution = Resolution(row.outcome, row.note, row.by_name, row.at)
            is_claim = row.kind in ClaimKind
            yield Mark(
                row.key,
                row.kind,
                row.words,
                speaker=row.speaker,
                resolution=resolution,
                is_claim=is_claim,
                is_removed=True,
            )


def _resolution(row: MarkResolution | None) -> Resolution | None:
    """Return the row as a Resolution, or None if its outcome does not resolve the mark."""
    return (
        Resolution(row.outcome, row.note, row.by_name, row.at)
        if row and row.outcome in RESOLVING_OUTCOMES
        else None
    )


def _people(article) -> dict[str, MarkPerson]:
    """Return {key of a claim: MarkPerson}."""
    mentions = list(article.mentions.select_related("person"))
    people = {mention.person_id for mention in mentions}
    elsewhere = Mention.objects.filter(person__in=people).exclude(article=article).order_by()
    counts = elsewhere.values_list("person").annotate(
        articles=Count("article", distinct=True), roles=Count("role", distinct=True, filter=~Q(role=""))
    )
    counts = {person: (articles, roles) for person, articles, roles in counts}
    return {
        mention.key: MarkPerson(
            mention.person, *counts.get(mention.person_id, (0, 0)), decision=mention.decision
        )
        for mention in mentions
    }


def _decisions(real: set[Person]) -> dict[int, Resolution]:
    """Return {person pk: resolution of the person's supported marks} for these real people."""
    rows = PersonDecision.objects.filter(person__in=real).order_by("pk")
    source = MarkResolution.Outcome.SOURCE
    return {
        row.person_id: Resolution(source, row.note, row.by_name, row.at, is_person_level=True) for row in rows
    }
