"""Findings that more than half of a list of articles share, their fixes, and bulk fixes already applied."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.articles.versions.differences import word_differences
from blog.base.models import name_of
from blog.documents.findings.fixes import apply, fixes_for, leaves_fewer_findings
from blog.documents.findings.kinds import FIX_NAMES, IMAGE_KINDS, KINDS, FindingKind, Fix
from blog.documents.text import strip_outer_quotes
from blog.review.bulk_fixes import DONE
from blog.review.counts import ListCounts, count_list, import_batches
from blog.review.examination import article_text_values, articles_for_checking
from blog.review.findings import FEWEST_ARTICLES
from blog.review.models import Finding

SAMPLES = 3
SAMPLE_POOL_SIZE = 20  # articles of a list to choose samples from
# Only the contact sheet lists these.
ON_SHEET = frozenset(kind for kind in IMAGE_KINDS if not fixes_for(kind))


@dataclass(frozen=True, slots=True)
class SharedFinding:
    """A finding that more than half of the articles share, or that a bulk fix has removed (done).

    samples: the effects of a fix on articles: their titles, and the removed and added words.
    """

    kind: FindingKind
    number: int
    total: int
    example: str = ""
    samples: tuple[dict, ...] = ()
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
        """The name of the fix in the samples. "" if it only removes text."""
        leaves = any(span.kind != "removed" for sample in self.samples for span in sample["spans"])
        return self.fixes[-1][1] if leaves else ""

    @property
    def is_of_images(self) -> bool:
        return self.kind in IMAGE_KINDS

    @property
    def done_sentence(self) -> str:
        return DONE[Fix(self.done.fix)] % self.number

    @property
    def done_by(self) -> str:
        return name_of(self.done.user)


def mark_totals(counts: ListCounts, shared: list[SharedFinding]) -> dict[str, int]:
    """Return the numbers of marks in a list of articles: findings, and claims that block an approval.

    decisions: shared findings that are still open. settled: the marks that these decisions resolve. marks:
    all marks. own: articles with marks that are not shared. total: articles that were checked. counts,
    shared: count_list() and shared_findings() for the list.
    """
    settled = [finding.number for finding in shared if not finding.done]
    return {
        "decisions": len(settled),
        "settled": sum(settled),
        "marks": counts.marks + sum(settled),
        "own": counts.own,
        "total": counts.total,
    }


def shared_findings(articles, scope: str = "", counts: ListCounts | None = None) -> list[SharedFinding]:
    """Return the findings that more than half of the articles (a queryset) share, then those already fixed.

    The most frequent come first. scope identifies the list; without it, bulk fixes are not included. The
    number of queries does not depend on the number of articles. counts: from count_list(), if known.
    """
    total = articles.order_by().count()
    done = [_fixed(action, total) for action in _bulk_fixes(scope)]
    if total < FEWEST_ARTICLES:
        return done
    counts = counts or count_list(articles)
    counted = _most_frequent(counts.by_kind, total)
    samples = _samples(articles, counted)
    return [_offer(kind, number, total, samples) for kind, number in counted.items()] + done


def most_shared(number: int) -> list[dict]:
    """Return open findings that most articles of an import share, most frequent first.

    Each is {"batch": primary key of the import, "kind": FindingKind, "number": articles that have it,
    "kinds": how many such findings the import has}. At
    most the `number` largest imports with such findings are read; smaller ones only if they can change the
    result. Findings of images are not included.
    """
    findings = Finding.objects.filter(is_shared=True, is_settled=False).exclude(kind__in=IMAGE_KINDS)
    found = []
    for batch, files, kinds in _imports_with(findings)[:number]:
        if len(found) >= number and found[number - 1]["number"] >= files:
            break
        kinds = {FindingKind(kind) for kind in kinds if kind in FindingKind} - IMAGE_KINDS
        counted = count_list(_articles_of(batch)).by_kind if kinds else {}
        open_kinds = [kind for kind in kinds if counted[kind]]
        row = {"batch": batch, "kinds": len(open_kinds)}
        found += [row | {"kind": kind, "number": counted[kind]} for kind in open_kinds]
        found.sort(key=lambda row: (-row["number"], row["kind"], row["batch"]))
    return found[:number]


def import_with_image_findings() -> tuple[int, int] | None:
    """Return the largest import with open findings in images, and the number of its articles that have some.

    Returns None if there is no such import. Two queries.
    """
    findings = Finding.objects.filter(kind__in=IMAGE_KINDS, is_settled=False)
    largest = _imports_with(findings).first()
    if largest is None:
        return None
    return largest[0], count_list(_articles_of(largest[0])).number_with(IMAGE_KINDS)


def _imports_with(findings):
    """Return (primary key, number of files, shared kinds) of imports with such findings, largest first."""
    findings = findings.exclude(article__in=_trashed()).filter(article__source_file__batch=OuterRef("pk"))
    # The values are chosen before the files are counted, so that rows are not grouped by all columns.
    runs = import_batches().filter(Exists(findings)).values("pk", "shared_kinds")
    runs = runs.annotate(files=Count("source_files")).order_by("-files", "pk")
    return runs.values_list("pk", "files", "shared_kinds")


def _articles_of(batch):
    """Return the articles of an import, through Article's relations: this package cannot import its files.

    Excluding the trash reads only an index; in_use() would read the articles.
    """
    files = Article._meta.get_field("source_file").related_model.objects.filter(batch=batch)
    return Article.objects.filter(pk__in=files.order_by().values("article")).exclude(pk__in=_trashed())


def _trashed():
    return Article.objects.trashed().order_by().values("pk")


def _bulk_fixes(scope):
    if not scope:
        return []
    actions = (
        UndoableAction.objects.bulk_fixes()
        .filter(scope=scope)
        .select_related("user")
        .defer("previous_content")
    )
    return [action for action in actions if action.finding in FindingKind and action.fix in Fix]


def _fixed(action, total):
    number = len(action.articles)
    return SharedFinding(FindingKind(action.finding), number, max(number, total), done=action)


def _most_frequent(numbers, total) -> dict[FindingKind, int]:
    """Return {kind: number of articles} for findings in more than half of `total`, most frequent first."""
    kinds = [kind for kind, number in numbers.items() if number > total / 2 and kind in FindingKind]
    kinds = {*map(FindingKind, kinds)} - ON_SHEET
    return {kind: numbers[kind] for kind in sorted(kinds, key=lambda kind: (-numbers[kind], kind))}


def _samples(articles, counted):
    """Return {kind: [(article, words of the finding)]}, at most SAMPLES of each kind."""
    if not counted:
        return {}
    pool = list(articles.order_by("pk").values_list("pk", flat=True)[:SAMPLE_POOL_SIZE])
    found = _words_by_kind(pool, counted)
    for kind in counted.keys() - found.keys():
        rows = Finding.objects.filter(
            kind=kind, is_settled=False, article__in=articles.order_by().values("pk")
        )
        found |= _words_by_kind(list(rows.order_by("article").values_list("article", flat=True)[:1]), [kind])
    chosen = {kind: dict(list(words.items())[:SAMPLES]) for kind, words in found.items()}
    keys = {key for words in chosen.values() for key in words}
    rows = {row.pk: row for row in articles_for_checking(keys)} if keys else {}
    return {
        kind: [(rows[key], words) for key, words in found.items() if key in rows]
        for kind, found in chosen.items()
    }


def _words_by_kind(articles, kinds):
    """Return {kind: {key of an article: words of its first open finding of this kind}}."""
    rows = Finding.objects.filter(article__in=articles, kind__in=list(kinds), is_settled=False)
    by_kind = {}
    for finding in rows.order_by("article_id", "pk"):
        by_kind.setdefault(finding.kind, {}).setdefault(finding.article_id, finding.words)
    return by_kind


def _offer(kind, number, total, samples):
    found = samples.get(kind, [])
    example = next(filter(None, (_words_of(kind, *sample) for sample in found)), "")
    return SharedFinding(kind, number, total, strip_outer_quotes(example), tuple(_changes(kind, found)))


def _words_of(kind, article, words):
    """Return the words of a finding, or the value of its field."""
    field = getattr(article, KINDS[kind].field)
    return words or (field if isinstance(field, str) and KINDS[kind].field != "body" else "")


def _changes(kind, found):
    """Yield a sample for each text field that the boldest fix for the kind would change."""
    fixes = fixes_for(kind)
    for article, _words in found if fixes else ():
        words = article_text_values(article)
        changes = apply(fixes[-1], words)
        for field, value in changes.items() if leaves_fewer_findings(words, changes, kind) else ():
            before = getattr(words, field)
            if isinstance(before, str):
                yield {"title": article.title, "spans": word_differences(before, value)}
