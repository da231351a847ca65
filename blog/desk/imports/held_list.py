"""The list of held updates: what each file would change, and why a decision could not be saved."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.articles.versions.differences import Differences, Span, differences, word_differences
from blog.articles.versions.merge import Merge, MergeDecision
from blog.base.models import name_of
from blog.desk.base import screen
from blog.desk.columns import state_pill
from blog.desk.comparison.words import in_words_of, label_of
from blog.desk.lists import text_parameter
from blog.desk.numbers import read_number
from blog.images.files import ImageError
from blog.imports.comparison import RowsByName
from blog.imports.held import (
    DECISION_ERRORS,
    DecidedElsewhereError,
    UnreadableFileError,
    articles_to_compare,
    comparison_of,
)
from blog.imports.models import HeldUpdate, ImportRun
from blog.review.ai_label import approval_in_force
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

UPDATES_ON_A_PAGE = 20  # both files of each are read and compared
DECIDED_ON_A_PAGE = 50
SHOWN_CHARACTERS = 220  # of the first change
BATCH = "batch__id__exact"  # an import, whose page links here
KINDS = {
    "held": gettext_lazy("Held updates"),
    "conflict": gettext_lazy("Conflicts"),
    "decided": gettext_lazy("Decided"),
}
# {value of the order: (its name, arguments of order_by())}
ORDERS = {
    "": (gettext_lazy("Longest waiting"), ("held_at", "pk")),
    "smallest": (gettext_lazy("Smallest change"), (F("changed_words").asc(nulls_last=True), "held_at", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-held_at", "-pk")),
}


def held_page(request, admin):
    """Show held updates, conflicts or decided files.

    The query string has kind, q, way, order, page and batch__id__exact, the primary key of an import.
    """
    rows = _listed(admin.get_queryset(request), request)
    is_out = Q(article__status=Article.Status.PUBLISHED)
    by_kind = {
        "held": rows.filter(is_out),
        "conflict": rows.exclude(is_out),
        "decided": _listed(_decided(), request),
    }
    kind = request.GET.get("kind", "")
    if kind not in by_kind:
        kind = "conflict" if by_kind["conflict"].exists() and not by_kind["held"].exists() else "held"
    size = DECIDED_ON_A_PAGE if kind == "decided" else UPDATES_ON_A_PAGE
    page = Paginator(_ordered(by_kind[kind], kind, request), size).get_page(request.GET.get("page"))
    way, order = text_parameter(request, "way"), request.GET.get("order")
    context = {
        "title": admin.opts.verbose_name_plural,
        "kind": kind,
        "tabs": [(value, name, by_kind[value].count()) for value, name in KINDS.items()],
        "page": page,
        "q": text_parameter(request, "q"),
        "way": way,
        "ways": _ways(rows, way),
        "orders": [(value, name) for value, (name, _columns) in ORDERS.items()],
        "order": order if order in ORDERS else "",
        "run": _run(request),
        "rows": rows_of(page.object_list) if kind != "decided" else [_row_head(held) for held in page],
        "latest": by_kind["decided"].first(),
        "decided": by_kind["decided"].count(),
    }
    return screen(admin, request, "admin/blog/heldupdate/list.html", context)


def rows_of(updates: Iterable[HeldUpdate]) -> list[dict]:
    """Return the rows of held updates. Both files of each are parsed in the sandbox."""
    updates = list(updates)
    articles, names = articles_to_compare(updates), RowsByName()
    keys = [held.pk for held in updates]
    files = dict(HeldUpdate.objects.order_by().filter(pk__in=keys).values_list("pk", "data"))
    for held in updates:
        if held.pk in files:
            held.data = files[held.pk]  # lists defer it
    return [_row(held, articles.get(held.article_id), names) for held in updates]


def _row_head(held) -> dict:
    return {"held": held, "state": state_pill(held.article)}


def _row(held, article, names) -> dict:
    """Return a held update with what it changes: a summary, the first change, and its open decisions.

    article, names: see comparison_of(). problem: why the file cannot be compared.
    """
    row = _row_head(held) | {
        "approved_by": _approved_by(held.article),
        "waiting": timesince(held.held_at, depth=1),
    }
    try:
        comparison = comparison_of(held, article, names)
    except DECISION_ERRORS as error:
        return row | {"problem": refusal_words(error), "is_acceptable": False}
    merge = comparison.merge
    if merge.decisions:
        summary, spans = _summary_of_decisions(merge), _first_conflict(merge)
    else:
        changes = differences(comparison.ours, merge.contents)
        summary, spans = _summary(changes), _first_change(changes)
    number = len(merge.decisions)
    return row | {"summary": summary, "spans": spans, "decisions": number, "is_acceptable": not number}


def _approved_by(article) -> str:
    """Return the name of the user who approved the current content, or ""."""
    if not article.words_digest or article.reviewed_digest != article.words_digest:
        return ""
    approval = approval_in_force(article.reviews.all())
    return (approval.by_name or name_of(approval.by)) if approval else ""


def _decided():
    undecided = (HeldUpdate.State.WAITING, HeldUpdate.State.WITHDRAWN)
    rows = HeldUpdate.objects.exclude(state__in=undecided).filter(article__trashed_at=None)
    return rows.select_related("article").order_by("-decided_at", "-pk").defer("data")


def _listed(rows, request):
    batch, words = text_parameter(request, BATCH), text_parameter(request, "q")
    if number := read_number(batch):
        rows = rows.filter(batch=number)
    if way := text_parameter(request, "way"):
        rows = rows.filter(batch__way=way)
    if words:
        rows = rows.filter(Q(article__title__icontains=words) | Q(path__icontains=words))
    return rows


def _ordered(rows, kind, request):
    if kind == "decided":
        return rows
    rows = rows.prefetch_related("article__reviews__by")
    return rows.order_by(*ORDERS.get(request.GET.get("order"), ORDERS[""])[1])


def _ways(rows, way) -> list[ImportRun.Way]:
    """Return the ways by which these files came, if there is a choice."""
    here = {way, *rows.order_by().values_list("batch__way", flat=True).distinct()}
    ways = [each for each in ImportRun.Way if each in here]
    return ways if way or len(ways) > 1 else []


def _run(request):
    key = read_number(text_parameter(request, BATCH))
    return ImportRun.objects.filter(pk=key).first() if key else None


def _summary(changes: Differences) -> str:
    """Return what changes, such as "Title, 2 paragraphs"."""
    parts = [label_of(field.name) for field in changes.fields]
    if paragraphs := sum(block.kind in {"changed", "added", "removed"} for block in changes.body):
        parts.append(ngettext("%d paragraph", "%d paragraphs", paragraphs) % paragraphs)
    return ", ".join(parts) or _("Nothing visible")


def _summary_of_decisions(merge: Merge) -> str:
    differ, merged = len(merge.decisions), len(merge.merged)
    sentence = ngettext("%d place differs", "%d places differ", differ) % differ
    if merged:
        sentence += ", " + ngettext("%d was merged", "%d were merged", merged) % merged
    return sentence


def _first_change(changes: Differences) -> tuple[Span, ...]:
    for block in changes.body:
        if block.kind == "changed":
            return _shortened(block.spans)
        if block.kind in {"added", "removed"}:
            return _shortened((Span(block.kind, block.text),))
    for field in changes.fields:
        if field.spans:
            return _shortened(field.spans)
        values = ((("removed", field.before), ("added", field.after)),)
        spans = tuple(Span(side, in_words_of(field.name, value)) for side, value in values[0] if value)
        return _shortened(spans)
    return ()


def _first_conflict(merge: Merge) -> tuple[Span, ...]:
    decision: MergeDecision = merge.decisions[0]
    ours, theirs = (in_words_of(decision.key, value) for value in (decision.ours, decision.theirs))
    label = Span("same", f"{label_of(decision.key)}: ")
    return (label, *_shortened(word_differences(ours, theirs)))


def _shortened(spans) -> tuple[Span, ...]:
    """Return the spans around the first change, up to SHOWN_CHARACTERS."""
    spans = [span for span in spans if span.text]
    first = next((number for number, span in enumerate(spans) if span.kind != "same"), 0)
    shown, left = [], SHOWN_CHARACTERS
    if first:
        words = spans[first - 1].text
        if len(words) > SHOWN_CHARACTERS // 3:  # begin with a whole word
            words = "… " + words[-(SHOWN_CHARACTERS // 3) :].partition(" ")[2]
        shown.append(Span("same", words))
    for span in spans[first:]:
        text = span.text if len(span.text) <= left else span.text[:left].rstrip() + " …"
        shown.append(Span(span.kind, text))
        left -= len(span.text)
        if left <= 0:
            break
    return tuple(shown)


def list_url(held: HeldUpdate) -> str:
    """Return the URL of the tab that lists a held update."""
    is_out = held.article.status == Article.Status.PUBLISHED
    return reverse("admin:blog_heldupdate_changelist", query={"kind": "held" if is_out else "conflict"})


def refusal_words(error: Exception) -> str:
    """Return the reason why a decision could not be saved, for editors."""
    if isinstance(error, RefusedError):
        return text_refusal(error)
    if isinstance(error, OSError):
        return _("An image that came with this file is no longer available. Import the file again.")
    if isinstance(error, StaleArticleError):
        return _(
            "Someone else saved this article in the meantime. Your work is kept: review it and save again."
        )
    if isinstance(error, DecidedElsewhereError):
        return _("Someone else has already decided on this file, or a newer version was imported.")
    if isinstance(error, EmptyArticleError):
        return _("This would leave the article empty. A published article needs text or an image.")
    if isinstance(error, UnreadableFileError | ImageError):
        return str(error)
    return _("This article no longer exists.")
