"""The screens of imports: the report of one with its files, downloads, undo and restore."""

import itertools
import json
from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from blog import jobs
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.articles.series import Series
from blog.desk.articles.bulk_fixes import shared_context
from blog.desk.articles.list import ORDERS, scope_of_batch
from blog.desk.base import ReadOnlyAdmin, require, screen, urls_of
from blog.desk.columns import MARK_SIGNS, state_pill, state_words, thumbnail
from blog.desk.import_words import OUTCOMES, lines_for_editors
from blog.desk.imports.gaps import entries_with_gaps, gaps_page
from blog.desk.imports.import_page import progress_context
from blog.desk.imports.list import imports_page
from blog.desk.jobs import JobProgress
from blog.desk.lists import text_parameter
from blog.desk.numbers import read_number
from blog.desk.spreadsheets import csv_response
from blog.images.models import Image
from blog.imports.articles import articles_of_import
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.imports.report import report_line
from blog.imports.restore import is_restorable, plan_restore, restorable_until
from blog.imports.undo import plan_undo
from blog.jobs.models import Job
from blog.review.kinds import describe_worst_mark
from blog.review.models import ArticleCheck, Person

ROWS_ON_A_PAGE = 100
REJECTED_OUTCOMES = ("rejected", "skipped")
REJECTED_SHOWN = 20  # below the articles; a filter lists all of them
SIGNS = {"created": "ok", "updated": "ok", "held": "warn", "conflict": "warn", "rejected": "stop"}
Undo = ImportEntry.Undo
ENTRIES_AT_ONCE = 500
UNDO, RESTORE = "undo_import", "restore_import"
KEPT_SHOWN = 100
# {kind of job: (message if it is not possible, its log entry, message of its start, template)}
STEPS = {
    UNDO: (
        gettext_lazy("This import has already been undone, or is being undone."),
        gettext_lazy("Undo of the import."),
        gettext_lazy("The import is being undone. You can leave this page."),
        "admin/blog/importrun/undo.html",
    ),
    RESTORE: (
        gettext_lazy("This import cannot be restored, or is being restored."),
        gettext_lazy("Restore of the undone import."),
        gettext_lazy("The import is being restored. You can leave this page."),
        "admin/blog/importrun/restore.html",
    ),
}


def undo_or_restore(request, object_id, *, model_admin, kind):
    """Show what undoing the import, or restoring the undone one, would do (GET), or start its job (POST)."""
    run = model_admin.visible_run(request, object_id)
    require(model_admin.has_undo_permission(request))
    refusal, log_message, start_message, template = STEPS[kind]
    is_possible = is_restorable(run) if kind == RESTORE else not run.undone_at
    job = latest_undo_job(run)
    if not is_possible or (job and job.is_active):
        messages.warning(request, refusal)
    elif request.method == "POST":
        jobs.start(kind, request.user, batch=run.pk)
        model_admin.log_change(request, run, str(log_message))
        messages.success(request, start_message)
    else:
        plan = _restore_plan(run) if kind == RESTORE else _plan(run)
        return screen(model_admin, request, template, {"batch": run} | plan)
    return HttpResponseRedirect(reverse("admin:blog_importrun_change", args=[run.pk]))


def latest_undo_job(run: ImportRun) -> Job | None:
    """Return the latest job that undoes or restores the import."""
    jobs_of_run = Job.objects.filter(kind__in=[UNDO, RESTORE], arguments__batch=run.pk)
    return jobs_of_run.select_related("started_by").first()


def _plan(run):
    plan = plan_undo(run)
    taken = sum(plan.numbers[undo] for undo in Undo if undo != Undo.KEPT)
    title = ngettext("Undo the import of %d file?", "Undo the import of %d files?", taken) % taken
    return {
        "title": title if taken else _("Nothing to undo"),
        "taken": taken,
        "parts": [
            (_sentence(undo, plan.numbers[undo]), plan.samples[undo])
            for undo in Undo
            if undo != Undo.KEPT and plan.numbers[undo]
        ],
        "also_deleted": _also_deleted(plan),
        "kept": plan.kept[:KEPT_SHOWN],
        "kept_sentence": _sentence(Undo.KEPT, len(plan.kept)),
        "more_kept": max(0, len(plan.kept) - KEPT_SHOWN),
    }


def _restore_plan(run):
    plan = plan_restore(run)
    title = ngettext("Restore the import of %d file?", "Restore the import of %d files?", plan.number)
    return {
        "title": title % plan.number if plan.number else _("Nothing to restore"),
        "number": plan.number,
        "as_new": plan.as_new,
        "left": plan.left[:KEPT_SHOWN],
        "left_number": len(plan.left),
        "more_left": max(0, len(plan.left) - KEPT_SHOWN),
    }


def _sentence(undo, number):
    sentences = {
        Undo.DELETED: ngettext(
            "%d new article will be moved to the trash. "
            "It has not changed since the import, except by bulk fixes.",
            "%d new articles will be moved to the trash. "
            "They have not changed since the import, except by bulk fixes.",
            number,
        ),
        Undo.RESTORED: ngettext(
            "%d updated article will be restored, along with its file, to how it was before the import.",
            "%d updated articles will be restored, along with their files, "
            "to how they were before the import.",
            number,
        ),
        Undo.WITHDRAWN: ngettext(
            "%d file waiting for a decision will be withdrawn. Its article will not change.",
            "%d files waiting for a decision will be withdrawn. Their articles will not change.",
            number,
        ),
        Undo.KEPT: ngettext("%d article will not change", "%d articles will not change", number),
    }
    return sentences[undo] % number


def _also_deleted(plan):
    """Return phrases for the rows deleted along with the articles because only they use them."""
    sentences = {
        Category: lambda number: ngettext("%d category", "%d categories", number),
        Author: lambda number: ngettext("%d author", "%d authors", number),
        Series: lambda number: ngettext("%d series", "%d series", number),
        Image: lambda number: ngettext("%d image", "%d images", number),
    }
    return [sentences[model](number) % number for model, number in plan.created_rows.items() if number]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    change_form_template = "admin/blog/importrun/page.html"

    def get_urls(self):
        views = {
            "undo": ("<path:object_id>/undo/", partial(undo_or_restore, model_admin=self, kind=UNDO)),
            "restore": (
                "<path:object_id>/restore/",
                partial(undo_or_restore, model_admin=self, kind=RESTORE),
            ),
            "gaps": ("<path:object_id>/gaps/", require_safe(partial(gaps_page, model_admin=self))),
            "report": ("<path:object_id>/report/", self.report),
            "table": ("<path:object_id>/table/", self.table),
        }
        return [*urls_of(self, views), *super().get_urls()]

    @method_decorator(require_safe)
    def report(self, request, object_id):
        return json_lines(self.visible_run(request, object_id))

    @method_decorator(require_safe)
    def table(self, request, object_id):
        return table(self.visible_run(request, object_id))

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.view_importrun")

    def has_undo_permission(self, request):
        return request.user.has_perm("blog.undo_importrun")

    def visible_run(self, request, object_id) -> ImportRun:
        """Return the import with the key from a URL. Raises Http404 and PermissionDenied."""
        require(self.has_view_permission(request))
        return get_object_or_404(self.get_queryset(request), pk=read_number(unquote(object_id)))

    def changelist_view(self, request, extra_context=None):
        require(self.has_view_permission(request))
        return imports_page(request, self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        run = self.get_object(request, unquote(object_id))
        may_see = run and self.has_view_permission(request, run)
        context = self._page(request, run) if may_see else {}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _page(self, request, run):
        articles, held_updates = map(self.admin_site.get_model_admin, (Article, HeldUpdate))
        may_publish = articles.has_publish_permission(request)
        may_trash = articles.has_delete_permission(request)
        waiting = run.held_updates.waiting().filter(article__trashed_at=None)
        outcomes = run.entries.exclude(undo="").order_by().values_list("undo")
        undone = dict(outcomes.annotate(number=models.Count("pk")))
        undo_job = latest_undo_job(run)
        to_check = _to_check(run)
        shared = shared_context(request, articles_of_import(run), scope_of_batch(run), articles)
        return {
            "title": _title(run),
            "batch": run,
            **to_check,
            "waiting": held_updates.has_view_permission(request) and waiting.exists(),
            "undone": [_count(each.label, undone[each], f"undo={each}") for each in Undo if each in undone],
            **_restorable(run),
            "may_undo": self.has_undo_permission(request),
            "progress": JobProgress.of(undo_job, request.user) if undo_job else None,
            **progress_context(run, request.user),
            "may_publish": may_publish,
            "with_gaps": entries_with_gaps(run).count() if may_publish else 0,
            "may_trash": may_trash,
            "may_act": may_publish or may_trash,
            "not_listed": run.counted - run.entries.count(),
            **_listed(request, run),
            **shared,
            "steps": _steps(run, shared, to_check) if shared["may_fix"] and to_check["to_check"] else [],
        }


def _steps(run, shared, to_check) -> list[dict]:
    """Return the steps from an import to its publication, with the number of what is left in each."""
    people = Person.objects.to_decide().filter(mentions__article__in=articles_of_import(run))
    fixable = [each for each in shared["shared"] if each.fixes and not each.done]
    steps = [
        {"name": _("Shared findings"), "url": "#shared", "left": len(fixable)},
        {"name": _("People"), "url": reverse("admin:people"), "left": people.distinct().count()},
        {"name": _("Images"), "url": "#shared", "left": shared["images"]["articles"]},
        {"name": _("Review"), "url": to_check["first_to_check"], "left": to_check["to_check"]},
    ]
    next(step for step in steps if step["left"])["is_next"] = True
    return steps


def _listed(request, run):
    """Return the context of the list: without a filter or search, not the rejected and skipped files."""
    choice = {
        "outcome": _choice(request, "outcome", OUTCOMES),
        "undo": _choice(request, "undo", Undo.values),
    }
    words = text_parameter(request, "q")
    chosen = {name: value for name, value in (choice | {"q": words}).items() if value}
    entries = run.entries.filter(**{name: value for name, value in choice.items() if value})
    if words:
        entries = entries.filter(models.Q(file__icontains=words) | models.Q(message__icontains=words))
    elif not chosen:
        entries = entries.exclude(outcome__in=REJECTED_OUTCOMES)
    page = Paginator(entries, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = _counts(run, choice["outcome"])
    rejected = run.entries.filter(outcome__in=REJECTED_OUTCOMES).order_by("outcome", "pk")
    return {
        "counts": counts,
        "listed": next((count for count in counts if count["is_current"]), None),
        "undo_listed": Undo(choice["undo"]).label if choice["undo"] else "",
        "page": page,
        "query": urlencode(chosen),
        "q": words,
        "rows": _rows(page.object_list),
        "are_files": words or choice["outcome"] in REJECTED_OUTCOMES,
        "rejected": [] if chosen else [_file(entry) for entry in rejected[:REJECTED_SHOWN]],
        "more_rejected": max(0, run.rejected + run.skipped - REJECTED_SHOWN),
    }


def _title(run):
    day = formats.date_format(timezone.localtime(run.started_at), "DATE_FORMAT")
    sentence = ngettext(
        "Import of %(number)d file, %(day)s", "Import of %(number)d files, %(day)s", run.counted
    )
    return sentence % {"number": run.counted, "day": day}


def _choice(request, name, choices) -> str:
    chosen = request.GET.get(name, "")
    return chosen if chosen in choices else ""


def _count(name, number, query, is_current=False) -> dict:
    """Return a number of files, with the query that filters the list by it."""
    return {"name": name, "number": number, "query": query, "is_current": is_current}


def _counts(run, current="") -> list[dict]:
    return [
        _count(str(word), getattr(run, outcome), f"outcome={outcome}", outcome == current)
        for outcome, word in OUTCOMES.items()
        if getattr(run, outcome) or outcome in {"created", current}
    ]


def _proof_of(article: int, run: int, **filters) -> str:
    """Return the URL of an article's proof, with the import as the list to go through."""
    filters = urlencode({"batch": run} | filters)
    return reverse("admin:blog_article_proof", args=[article], query={"_changelist_filters": filters})


def _to_check(run):
    """Return the number of articles to review, and the URL of the one with the lowest risk."""
    left = articles_of_import(run).in_queue(QueueState.CHECK, timezone.now())
    first = left.order_by(*ORDERS["clean"][1]).values_list("pk", flat=True).first()
    state = QueueState.CHECK.value
    return {"to_check": left.count(), "first_to_check": first and _proof_of(first, run.pk, state=state)}


def _rows(entries) -> list[dict]:
    entries = list(entries)
    keys = [entry.article_id for entry in entries if entry.article_id]
    articles = Article.objects.with_queue_relations().in_bulk(keys)
    proofs = ArticleCheck.objects.in_bulk(articles)
    return [_row(entry, articles.get(entry.article_id), proofs.get(entry.article_id)) for entry in entries]


def _row(entry, article, proof) -> dict:
    """Return a file of the import, with its article and the article's check, if they exist."""
    mark = describe_worst_mark(proof) if article and proof else None
    deleted = format_html('<span class="pill new">{}</span>', _("Deleted"))
    return _file(entry) | {
        "article": article,
        "mark": mark,
        "mark_sign": mark and MARK_SIGNS[mark.weight],
        "title": (article or entry).title or entry.file,
        "url": _url_of(article, entry.batch_id) if article else "",
        "picture": thumbnail(article.hero_image if article else None),
        "state": state_pill(article) if article else deleted,
        "undone": _undone_in_words(entry),
    }


def _file(entry) -> dict:
    """Return the outcome of a file. Messages turn its sign, a CSS class, from "ok" into "warn"."""
    lines, sign = lines_for_editors(entry.notices), SIGNS.get(entry.outcome, "")
    return {
        "entry": entry,
        "outcome": OUTCOMES[entry.outcome],
        "messages": lines,
        "sign": "warn" if sign == "ok" and lines else sign,
    }


def _url_of(article, run):
    """Return the URL of the article's proof, or of its edit page if it is in the trash."""
    if article.trashed_at:
        return reverse("admin:blog_article_change", args=[article.pk])
    return _proof_of(article.pk, run)


def _undone_in_words(entry) -> str:
    """Return the outcome of an undo; "" without one, or if it deleted the article, which the state shows."""
    if entry.undo == Undo.KEPT:
        return entry.get_kept_reason_display()
    return "" if entry.undo == Undo.DELETED else entry.get_undo_display()


def _restorable(run):
    """Return the template context: when the import can be restored, or the entries that a restore skipped."""
    if run.undone_at:
        return {"restorable": is_restorable(run), "restorable_until": restorable_until(run)}
    entries = run.entries.left_by_restore()
    left = list(entries[:KEPT_SHOWN])
    number = entries.count() if len(left) == KEPT_SHOWN else len(left)
    return {"left": left, "left_number": number, "more_left": max(0, number - KEPT_SHOWN)}


def json_lines(run: ImportRun) -> StreamingHttpResponse:
    """Return one JSON object per line, as the import command writes with --report."""
    entries = run.entries.iterator(chunk_size=ENTRIES_AT_ONCE)
    lines = (json.dumps(report_line(entry)) + "\n" for entry in entries)
    disposition = {"Content-Disposition": f'attachment; filename="import-{run.pk}.jsonl"'}
    return StreamingHttpResponse(lines, content_type="application/jsonl", headers=disposition)


def table(run: ImportRun) -> StreamingHttpResponse:
    """Return a CSV table for spreadsheets, worded for editors, with each article's current state."""
    names = [_("File"), _("Outcome"), _("Messages"), _("Title"), _("Slug"), _("Current status")]
    return csv_response(f"import-{run.pk}.csv", [*names, _("Outcome of the undo")], _table_rows(run))


def _table_rows(run):
    entries = run.entries.iterator(chunk_size=ENTRIES_AT_ONCE)
    for chunk in itertools.batched(entries, ENTRIES_AT_ONCE):
        keys = [entry.article_id for entry in chunk if entry.article_id]
        articles = Article.objects.with_queue_relations().in_bulk(keys)
        yield from (_cells(entry, articles.get(entry.article_id)) for entry in chunk)


def _cells(entry, article):
    now = ", ".join(state_words(article)) if article else ""
    undone = entry.get_kept_reason_display() or entry.get_undo_display()
    messages = " ".join(lines_for_editors(entry.notices))
    return [entry.file, str(OUTCOMES[entry.outcome]), messages, entry.title, entry.slug, now, undone]
