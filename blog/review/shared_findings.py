"""What more than half of a list of articles have in common, what mends it, and what is mended already."""

from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils.translation import gettext as _

from blog.articles.actions.models import UndoableAction
from blog.articles.versions.differences import Span, word_differences
from blog.base.models import name_of
from blog.documents.findings.fixes import apply, fixes_for
from blog.documents.findings.kinds import FIX_NAMES, KINDS, FindingKind, Fix
from blog.review.bulk_fixes import DONE
from blog.review.examination import article_text_values, articles_for_checking
from blog.review.findings import FEWEST_ARTICLES
from blog.review.models import ArticleCheck, Finding

SAMPLES = 3
SAMPLE_POOL_SIZE = 20  # articles of a list among which samples are looked for
ALT_TEXT_FINDINGS = frozenset((FindingKind.HERO_UNDESCRIBED, FindingKind.HERO_DESCRIBED_BY_TITLE))


@dataclass(frozen=True, slots=True)
class Sample:
    """What a fix would make of one article: its title, and the words that go and come."""

    title: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SharedFinding:
    """A finding that more than half of the articles have, or that was mended in all that had it (done)."""

    kind: FindingKind
    number: int
    total: int
    example: str = ""
    samples: tuple[Sample, ...] = ()
    done: UndoableAction | None = None

    @property
    def name(self) -> str:
        return _(KINDS[self.kind].name)

    @property
    def sentence(self) -> str:
        return _(KINDS[self.kind].sentence)

    @property
    def fixes(self) -> list[tuple[Fix, str]]:
        """The fixes with their names, the safest first."""
        return [(fix, _(FIX_NAMES[fix])) for fix in fixes_for(self.kind)]

    @property
    def sampled(self) -> str:
        """The name of the fix that the samples show, if it leaves any words; else what is there only goes."""
        leaves = any(span.kind != "removed" for sample in self.samples for span in sample.spans)
        return self.fixes[-1][1] if leaves else ""

    @property
    def is_to_describe(self) -> bool:
        """Whether it goes away where somebody says what a picture shows."""
        return self.kind in ALT_TEXT_FINDINGS

    @property
    def done_sentence(self) -> str:
        return DONE[Fix(self.done.fix)] % self.number

    @property
    def done_by(self) -> str:
        return name_of(self.done.user)


@dataclass(frozen=True, slots=True)
class MarkTotals:
    """How many marks there are in a list, how many of them go with what is shared, and what is left then.

    Counted are findings, and claims that block an approval. own: articles with a mark of their own.
    """

    decisions: int
    settled: int
    marks: int
    own: int
    total: int


def mark_totals(articles, shared: list[SharedFinding]) -> MarkTotals:
    """Return the sums of articles (a queryset) and of what shared_findings() gave for them. One query."""
    proofs = ArticleCheck.objects.filter(article__in=articles.order_by().values("pk"))
    own = Q(open_blocking__gt=0) | Q(serious_findings__gt=0) | Q(minor_findings__gt=0)
    marks = F("open_blocking") + F("serious_findings") + F("minor_findings")
    sums = proofs.aggregate(marks=Sum(marks, default=0), own=Count("pk", filter=own), total=Count("pk"))
    settled = [finding.number for finding in shared if not finding.done]
    return MarkTotals(len(settled), sum(settled), sums["marks"] + sum(settled), sums["own"], sums["total"])


def shared_findings(articles, scope: str = "") -> list[SharedFinding]:
    """Return what more than half of the articles (a queryset) share, most frequent first, then what is done.

    scope names their list; without it nothing is known to be mended. The number of queries does not depend on
    the number of articles.
    """
    total = articles.order_by().count()
    done = [_mended(action, total) for action in _mended_actions(scope)]
    if total < FEWEST_ARTICLES:
        return done
    counted = _counted(articles, total)
    samples = _samples(articles, counted)
    offers = [_offer(row, total, samples) for row in counted]
    return offers + done


def most_shared(number: int) -> list[dict]:
    """Return the open findings that most articles of an import share, most frequent first. One query.

    Each is {"batch": primary key of the import, "kind": FindingKind, "number": articles that have it}.
    """
    rows = Finding.objects.filter(is_shared=True, is_settled=False, article__trashed_at=None).order_by()
    counted = rows.values("kind", batch=F("article__source_file__batch")).annotate(
        number=Count("article", distinct=True)
    )
    found = counted.exclude(batch=None).order_by("-number", "kind", "batch")[:number]
    return [row | {"kind": FindingKind(row["kind"])} for row in found if row["kind"] in FindingKind]


def _mended_actions(scope):
    if not scope:
        return []
    actions = (
        UndoableAction.objects.bulk_fixes()
        .filter(scope=scope)
        .select_related("user")
        .defer("previous_content")
    )
    return [action for action in actions if action.finding in FindingKind and action.fix in Fix]


def _mended(action, total):
    number = len(action.articles)
    return SharedFinding(FindingKind(action.finding), number, max(number, total), done=action)


def _counted(articles, total):
    """Return {kind, number, two of the articles} of what more than half of them have."""
    found = _open(articles).values("kind")
    counted = found.annotate(
        number=Count("article", distinct=True), first=Min("article"), last=Max("article")
    )
    shared = counted.filter(number__gt=total / 2).order_by("-number", "kind")
    return [row for row in shared if row["kind"] in FindingKind]


def _open(articles):
    return Finding.objects.filter(article__in=articles.order_by().values("pk"), is_settled=False).order_by()


def _samples(articles, counted):
    """Return {kind: [(article, words of the finding)]}, some of each."""
    some = {row[name] for row in counted for name in ("first", "last")}
    some |= set(articles.order_by("pk").values_list("pk", flat=True)[:SAMPLE_POOL_SIZE]) if some else set()
    kinds = [row["kind"] for row in counted]
    found = Finding.objects.filter(article__in=some, kind__in=kinds, is_settled=False)
    by_kind = {}
    for finding in found.order_by("article_id", "pk"):
        by_kind.setdefault(finding.kind, {}).setdefault(finding.article_id, finding.words)
    chosen = {kind: dict(list(words.items())[:SAMPLES]) for kind, words in by_kind.items()}
    keys = {key for words in chosen.values() for key in words}
    rows = {row.pk: row for row in articles_for_checking(keys)} if keys else {}
    return {
        kind: [(rows[key], words) for key, words in found.items() if key in rows]
        for kind, found in chosen.items()
    }


def _offer(row, total, samples):
    kind = FindingKind(row["kind"])
    found = samples.get(kind, [])
    example = next(filter(None, (_in_question(kind, *one) for one in found)), "")
    return SharedFinding(kind, row["number"], total, example, tuple(_changes(kind, found)))


def _in_question(kind, article, words):
    """Return the words that a finding is about: its own, or else those of its field."""
    field = getattr(article, KINDS[kind].field)
    return words or (field if isinstance(field, str) and KINDS[kind].field != "body" else "")


def _changes(kind, found):
    """Yield what the boldest fix of the kind would change, where that is words."""
    fixes = fixes_for(kind)
    for article, _words in found if fixes else ():
        words = article_text_values(article)
        for field, value in apply(fixes[-1], words).items():
            before = getattr(words, field)
            if isinstance(before, str):
                yield Sample(article.title, word_differences(before, value))
