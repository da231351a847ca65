"""Count the sentences with open marks, and store the worst mark and the risk, by which lists are ordered.

count_list() adds up the stored counts of a list of articles. group_by_sentence() groups the marks of a proof,
which share a sentence if their passages overlap: claims are whole sentences or quotations.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, Sum

from blog.articles.models import Article
from blog.base.queries import listed, update_values
from blog.documents.findings.kinds import IMAGE_KINDS
from blog.review.kinds import BLOCKING, CLAIM_ORDER, UNCOUNTED_KINDS, is_switched_off
from blog.review.models import WORDS_LENGTH, ArticleCheck, Finding, MarkResolution, Mention, PersonDecision

INVENTED = PersonDecision.Outcome.INVENTED
CLOSING_DECISIONS = frozenset((PersonDecision.Outcome.REAL, PersonDecision.Outcome.NOT_PERSON))
COUNTS = (
    *("open_blocking", "open_claims", "serious_findings", "minor_findings"),
    *("worst", "finding_kinds", "risk"),
)
MOST = 99  # marks of each kind that count for the order
# Outcomes that resolve a mark whose words stay in the article. After the others, the words should be gone.
RESOLVING_OUTCOMES = frozenset((MarkResolution.Outcome.SOURCE, MarkResolution.Outcome.NO_CLAIM))


def update_mark_counts(keys: Collection[int]) -> None:
    """Count the marks of these articles again, in the caller's transaction.

    The rows are locked before anything is read, so that the later of two concurrent counts sees everything.
    """
    keys = listed(keys)
    proofs = ArticleCheck.objects.select_for_update().filter(pk__in=keys).only("claims", *COUNTS)
    proofs = list(proofs.order_by("pk"))
    findings, resolved, decided = _open_findings(keys), resolved_keys(keys), _decided(keys)
    changed = []
    for proof in proofs:
        before = [getattr(proof, name) for name in COUNTS]
        claims = open_claims(proof, resolved[proof.pk], decided[proof.pk])
        _count(proof, claims, list(filter(_is_own, findings[proof.pk])), decided[proof.pk])
        proof.finding_kinds = " ".join(sorted({finding.kind for finding in findings[proof.pk]}))
        if before != [getattr(proof, name) for name in COUNTS]:
            changed.append(proof)
    update_values(
        ArticleCheck, COUNTS, [[*(getattr(proof, name) for name in COUNTS), proof.pk] for proof in changed]
    )


def update_finding_flags(keys: Collection[int]) -> None:
    """Set is_settled and is_shared of the findings of these articles.

    is_settled: an editor has accepted the finding. is_shared: more than half of the articles of the import
    have it.
    """
    keys = listed(keys)
    resolved = resolved_keys(keys)
    wanted = {key for mark_keys in resolved.values() for key in mark_keys}
    if wanted:
        rows = Finding.objects.filter(article__in=keys, key__in=wanted)
        pks = [row.pk for row in rows if row.key in resolved[row.article_id]]
        Finding.objects.filter(pk__in=pks).update(is_settled=True)
    batches = defaultdict(list)
    imported = Article.objects.filter(pk__in=keys, source_file__batch__isnull=False)
    rows = imported.exclude(source_file__batch__shared_kinds=[]).order_by()
    for article, batch in rows.values_list("pk", "source_file__batch"):
        batches[batch].append(article)
    for batch in import_batches().filter(pk__in=batches).only("shared_kinds"):
        findings = Finding.objects.filter(article__in=batches[batch.pk], kind__in=batch.shared_kinds)
        findings.update(is_shared=True)


@dataclass(frozen=True, slots=True)
class ListCounts:
    """The counts of the checked articles in a list.

    kinds: {kinds of open findings: number of articles that have exactly these}. marks: number of sentences
    with a finding that is not shared, or with a claim that blocks an approval. own: number of articles with
    such a sentence.
    """

    kinds: dict[frozenset[str], int]
    marks: int
    own: int

    @property
    def total(self) -> int:
        return sum(self.kinds.values())

    @property
    def by_kind(self) -> Counter[str]:
        """How many articles have an open finding of each kind."""
        numbers = Counter()
        for kinds, number in self.kinds.items():
            numbers.update(dict.fromkeys(kinds, number))
        return numbers

    def number_with(self, kinds: Collection[str]) -> int:
        """Return how many articles have an open finding of any of these kinds."""
        return sum(number for found, number in self.kinds.items() if not found.isdisjoint(kinds))


def count_list(articles) -> ListCounts:
    """Return the counts of articles (a queryset). One query.

    Adding 0 keeps SQLite from looking up each article of a long list instead of reading an index in order.
    """
    checks = ArticleCheck.objects.annotate(of=F("article_id") + 0).order_by()
    marks = F("open_blocking") + F("serious_findings") + F("minor_findings")
    own = Q(open_blocking__gt=0) | Q(serious_findings__gt=0) | Q(minor_findings__gt=0)
    counts = {"number": Count("pk"), "marks": Sum(marks), "own": Count("pk", filter=own)}
    rows = checks.filter(of__in=articles.order_by().values("pk")).values_list("finding_kinds")
    found = list(rows.annotate(**counts))
    return ListCounts(
        kinds={frozenset(kinds.split()): number for kinds, number, _marks, _own in found},
        marks=sum(marks for _kinds, _number, marks, _own in found),
        own=sum(own for _kinds, _number, _marks, own in found),
    )


def import_batches():
    """Return the manager of ImportRun, through Article's relations: this package cannot import it."""
    source_file = Article._meta.get_field("source_file").related_model
    return source_file._meta.get_field("batch").related_model.objects


def newest_resolutions(keys: Collection[int]):
    """Return the newest resolution of each mark of the articles with these keys (a queryset)."""
    newest = MarkResolution.objects.filter(article__in=keys).order_by().values("article", "key")
    return MarkResolution.objects.filter(pk__in=newest.annotate(newest=Max("pk")).values("newest"))


def resolved_keys(keys: Collection[int]) -> dict[int, set[str]]:
    """Return {article: keys of its marks that are resolved, even though their words are still there}."""
    found = defaultdict(set)
    rows = newest_resolutions(keys).filter(outcome__in=RESOLVING_OUTCOMES).order_by()
    for article, key in rows.values_list("article", "key"):
        found[article].add(key)
    return found


def open_claims(proof: ArticleCheck, resolved: set[str], decided: dict[str, str]) -> list[list]:
    """Return the unresolved claims of a check. decided: {key of a claim: decision on its person}."""
    return [
        claim
        for claim in proof.claims
        if claim[-1] not in resolved and decided.get(claim[-1]) not in CLOSING_DECISIONS
    ]


def _open_findings(keys) -> dict[int, list]:
    """Return {article: its open findings}, including shared findings and those of images."""
    found = defaultdict(list)
    rows = Finding.objects.filter(article__in=keys, is_settled=False).order_by("pk")
    used = ("article_id", "kind", "words", "start", "end", "is_serious", "is_shared")
    for finding in rows.values_list(*used, named=True):
        if not is_switched_off(finding.kind):
            found[finding.article_id].append(finding)
    return found


def _is_own(finding) -> bool:
    """Whether rows of lists show an open finding: the same rule as own() of the queryset."""
    return not finding.is_shared and finding.kind not in IMAGE_KINDS


def _decided(keys):
    """Return {article: {key of a claim: decision on its person}}."""
    found = defaultdict(dict)
    rows = Mention.objects.filter(article__in=keys).exclude(person__decision="").order_by()
    used = ("key", "kind", "role", "article__created_at")
    people = ("person__decision", "person__supports", "person__applies_until")
    for mention in rows.select_related("person", "article").only(*used, *people):
        found[mention.article_id][mention.key] = mention.decision
    return found


def _count(proof, claims, findings, decided):
    """Count the sentences with open marks, each by its worst mark."""
    shown = [claim for claim in claims if claim[0] not in UNCOUNTED_KINDS]
    marks = [(kind in BLOCKING, False, True, start, end) for kind, start, end, *_ in shown]
    marks += [(False, each.is_serious, False, each.start, each.end) for each in findings]
    worst = [max(mark[:3] for mark in group) for group in group_by_sentence(marks, lambda mark: mark[3:])]
    proof.open_blocking = sum(is_blocking for is_blocking, _, _ in worst)
    proof.serious_findings = worst.count((False, True, False))
    proof.open_claims = worst.count((False, False, True))
    proof.minor_findings = worst.count((False, False, False))
    proof.worst = _worst(shown, findings, decided)
    proof.risk = 0
    for number in (proof.open_blocking, proof.serious_findings, proof.open_claims, proof.minor_findings):
        proof.risk = (MOST + 1) * proof.risk + min(number, MOST)


def _worst(claims, findings, decided):
    """Return the worst mark as [kind, words], or [].

    The kind is INVENTED if a person who was decided to be invented is still in the article.
    """
    claims = sorted(claims, key=lambda claim: (_place(claim[0]), not claim[3]))
    serious = [finding for finding in findings if finding.is_serious]
    blocking = [claim for claim in claims if claim[0] in BLOCKING]
    if blocking:
        invented = [claim for claim in blocking if decided.get(claim[-1]) == INVENTED]
        kind, _start, _end, speaker, _role, _key = (invented or blocking)[0]
        return [INVENTED if invented else kind, speaker[:WORDS_LENGTH]]
    if claims and not serious:
        return [claims[0][0], ""]
    worst = next(iter(serious or findings), None)
    return [worst.kind, worst.words] if worst else []


def _place(kind):
    return CLAIM_ORDER.index(kind) if kind in CLAIM_ORDER else len(CLAIM_ORDER)


Passage = tuple[int | None, int | None]  # offsets into the body; None for a mark that is not about a passage


def group_by_sentence[T](marks: Iterable[T], passage_of: Callable[[T], Passage]) -> list[list[T]]:
    """Return the marks in groups: in the order of the body, then each mark without a passage."""
    placed, others = [], []
    for mark in marks:
        (others if None in passage_of(mark) else placed).append(mark)
    groups, reached = [], 0
    for mark in sorted(placed, key=passage_of):
        start, end = passage_of(mark)
        if groups and start < reached:
            groups[-1].append(mark)
        else:
            groups.append([mark])
            reached = end
        reached = max(reached, end)
    return [*groups, *([mark] for mark in others)]
