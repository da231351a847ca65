"""The screen of a staged import: upload, dry run with a preview of each file, and the import itself."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from blog.articles.internal_links import shown_urls
from blog.articles.models import Article
from blog.desk.base import require
from blog.desk.import_words import lines_for_editors
from blog.desk.imports.left_answers import may_answer, open_addresses, store_answers
from blog.desk.imports.phases import phases_of
from blog.desk.imports.upload import (
    ImportForm,
    address_of,
    may_import,
    require_import,
    show_as_imports,
    staged_or_404,
)
from blog.desk.jobs import JobProgress, return_url
from blog.documents.rendering.images import without_hero
from blog.files.folders import UnreadableError
from blog.imports.jobs import (
    answer_same_files,
    can_import,
    resume_check,
    start_check,
    start_import,
)
from blog.imports.models import ImportRun
from blog.imports.report import Outcome
from blog.imports.uploads.models import StagedFile, StagedImport
from blog.imports.uploads.previews import StagedPreview, preview_staged, staged_image
from blog.imports.uploads.reception import RefusedUploadError, received_bytes, unpack
from blog.imports.uploads.removal import discard_upload
from blog.reader.body import shown_html
from blog.reader.page_head import Metadata
from blog.reader.views.pagination import page_or_404
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

FILES_ON_A_PAGE = 100
TWINS_SHOWN = 3
State = StagedImport.State
# In the order of the filters: imported, waiting, skipped.
OUTCOMES = {
    Outcome.CREATED: gettext_lazy("New"),
    Outcome.UPDATED: pgettext_lazy("outcome", "Updated"),
    Outcome.HELD: gettext_lazy("Held"),
    Outcome.CONFLICT: gettext_lazy("Conflict"),
    Outcome.UNCHANGED: gettext_lazy("Unchanged"),
    Outcome.REJECTED: gettext_lazy("Rejected"),
    Outcome.SKIPPED: gettext_lazy("Skipped"),
}
SIGNS = {Outcome.HELD: "warn", Outcome.CONFLICT: "warn", Outcome.REJECTED: "stop"}


def counted_outcomes(counts: dict[str, int]) -> dict:
    """Return the number of files per outcome, of a dry run or an import, for the templates.

    sum: a phrase for each number that is not 0.
    """
    new, changed = (counts.get(outcome, 0) for outcome in (Outcome.CREATED, Outcome.UPDATED))
    waiting = counts.get(Outcome.HELD, 0) + counts.get(Outcome.CONFLICT, 0)
    out = counts.get(Outcome.REJECTED, 0) + counts.get(Outcome.SKIPPED, 0)
    words = (
        (new, ngettext("%d new", "%d new", new)),
        (changed, ngettext("%d updated", "%d updated", changed)),
        (waiting, ngettext("%d waiting for a decision", "%d waiting for a decision", waiting)),
        (out, ngettext("%d skipped or rejected", "%d skipped or rejected", out)),
    )
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "coming": new + changed,
        "changes_anything": bool(new + changed + waiting),
        "sum": [sentence % number for number, sentence in words if number],
    }


def _outcomes_of_dry_run(staged) -> dict:
    return counted_outcomes(dict(staged.files.order_by().values_list("outcome").annotate(Count("pk"))))


def import_page(request, site, uid):
    """Show the staged import in its current state (GET), or carry out an action (POST)."""
    show_as_imports(request, site)
    require_import(request)
    staged = staged_or_404(uid)
    if request.method == "POST":
        return _act(request, site, staged)
    return _page(request, site, staged, ImportForm.of(staged))


def phase_of(staged: StagedImport) -> str:
    """Return the state, "working" while its job is active, or "halted" if the job ended early."""
    if staged.state not in {State.CHECKING, State.IMPORTING, State.FAILED, State.STOPPED}:
        return staged.state
    return "working" if staged.is_under_way else "halted"


def _act(request, site, staged):
    if "_discard" in request.POST:
        return _discard(request, staged)
    if "_check" in request.POST:
        return _check(request, site, staged)
    if "_answers" in request.POST:
        store_answers(request, staged)
    elif "_same" in request.POST:
        answer_same_files(staged, request.user, is_same=request.POST.get("same") != "no")
    elif "_import" in request.POST:
        start_import(staged, request.user)
    return HttpResponseRedirect(address_of(staged))


def _check(request, site, staged):
    choices = {}
    if "who" in request.POST:
        form = ImportForm(request.POST)
        if not form.is_valid():
            return _page(request, site, staged, form)
        name = form.cleaned_data["source_name"] or staged.source_name
        mirror_images = form.cleaned_data["mirror_images"]
        choices = {"source_name": name, "written_by": form.written_by, "mirror_images": mirror_images}
        choices["addresses"] = form.addresses_for(staged)
        choices["categories_from"] = form.cleaned_data["categories_from"]
        choices["is_source_given"] = staged.is_source_given or name != staged.source_name
    try:
        unpack(staged)
    except RefusedUploadError as refusal:
        messages.error(request, str(refusal))
    else:
        start_check(staged, request.user, **choices)
    return HttpResponseRedirect(address_of(staged))


def _discard(request, staged):
    if discard_upload(staged, State.DISCARDED, by=request.user):
        messages.success(request, _("“%s” was discarded. Nothing was imported.") % staged.name)
        return HttpResponseRedirect(reverse("admin:import"))
    messages.warning(request, _("These files are being processed. Stop the job first."))
    return HttpResponseRedirect(address_of(staged))


def _page(request, site, staged, form):
    phase = phase_of(staged)
    progress = JobProgress.of(staged.job, request.user) if staged.job else None
    context = {"title": _("Import"), "staged": staged, "form": form, "phase": phase, "progress": progress}
    if phase == State.CHECKED and staged.asks_for_source:
        dry_run = _outcomes_of_dry_run(staged)
        context |= {"dry_run": dry_run, "question": _question(staged, dry_run)}
        return _render(request, site, "same_files.html", context)
    if phase == State.CHECKED:
        return _render(request, site, "dry_run.html", context | _checked_context(request, staged))
    if phase == State.RECEIVING:
        context |= {"received": received_bytes(staged)}
    if staged.batch:
        context |= progress_context(staged.batch, request.user)
    return _render(request, site, "status.html", context | {"can_import": can_import(staged)})


def progress_context(run: ImportRun, user) -> dict:
    """Return the context of _phases.html."""
    outcomes = counted_outcomes({outcome: getattr(run, outcome) for outcome in OUTCOMES})
    return {"phases": phases_of([run], user)[run.pk], "outcomes": outcomes}


@require_safe
def import_progress(request, key):
    """Return the HTML fragment of both phases of an import, for static/js/admin-job.js."""
    require(may_import(request) or request.user.has_perm("blog.view_importrun"))
    run = get_object_or_404(ImportRun, pk=key)
    context = progress_context(run, request.user) | {"back": return_url(request.GET)}
    return render(request, "admin/imports/_phases.html", context)


@require_POST
def resume_import(request, key):
    """Resume the check of an import."""
    require_import(request)
    resume_check(get_object_or_404(ImportRun, pk=key), request.user)
    return HttpResponseRedirect(return_url(request.POST))


def _question(staged, dry_run):
    """Return what the user is asked about the files of an earlier source."""
    same = staged.same_files
    articles = Article.objects.only("title").in_bulk([twin[0] for twin in same["twins"]])
    twins = [
        {"article": articles.get(key), "known_path": known_path, "path": path, "percent": int(100 * part)}
        for key, known_path, path, part in same["twins"][:TWINS_SHOWN]
    ]
    return {
        "number": same["number"],
        "files": same["files"],
        "imported_at": parse_datetime(same["imported_at"]) if same["imported_at"] else None,
        "twins": twins,
        "more": same["number"] - len(twins),
        "unchanged": dry_run["counts"].get(Outcome.UNCHANGED, 0),
    }


def _checked_context(request, staged):
    dry_run = _outcomes_of_dry_run(staged)
    counts = dry_run["counts"]
    outcome, words = request.GET.get("outcome", ""), request.GET.get("q", "").strip()
    rows, count = staged.files.select_related("article"), dry_run["total"]
    if outcome in OUTCOMES:
        rows, count = rows.filter(outcome=outcome), counts.get(outcome, 0)
    if words:
        rows, count = rows.filter(Q(title__icontains=words) | Q(path__icontains=words)), None
    page = page_or_404(rows, request.GET.get("page"), FILES_ON_A_PAGE, count=count)
    return {
        "dry_run": dry_run,
        "filters": [
            ("", _("All"), dry_run["total"], not outcome),
            *(
                (value, word, counts[value], value == outcome)
                for value, word in OUTCOMES.items()
                if value in counts
            ),
        ],
        "rows": [row_of(file) for file in page.object_list],
        "page": page,
        "q": words,
        "outcome": outcome,
        "left": open_addresses(staged),
        "may_answer": may_answer(request),
    }


def row_of(file: StagedFile) -> dict:
    """Return a file with its outcome and messages, worded for editors."""
    return {
        "file": file,
        "outcome": OUTCOMES.get(file.outcome, file.outcome),
        "sign": SIGNS.get(file.outcome, ""),
        "messages": [capfirst(line) for line in lines_for_editors(file.notices)],
    }


def _render(request, site, template, context):
    return TemplateResponse(request, f"admin/imports/{template}", site.each_context(request) | context)


@require_safe
def import_file(request, uid, position):
    """Show the file as the article that an import would create."""
    require_import(request)
    file = file_or_404(uid, position)
    preview = _preview(file)
    context = {"file": file, "row": row_of(file), "back": address_of(file.staged_import), "preview": preview}
    if preview.fields:
        context |= _article_context(preview)
    title = preview.fields.title if preview.fields else file.path
    context["meta"] = Metadata(title=title, path="", is_indexed=False)
    return render(request, "admin/imports/file.html", context)


@require_safe
def import_picture(request, uid, position):
    """Return an image uploaded with the file (?address=), decoded, without metadata."""
    require_import(request)
    file = file_or_404(uid, position)
    try:
        picture = staged_image(file, request.GET.get("address", ""))
    except (UnreadableError, RefusedError, OSError):
        raise Http404 from None
    return HttpResponse(picture.content, content_type=f"image/{picture.extension}")


def file_or_404(uid, position) -> StagedFile:
    files = staged_or_404(uid).files.select_related("staged_import")
    return get_object_or_404(files, position=position)


def _preview(file):
    def picture_address(address):
        arguments = [file.staged_import.uid, file.position]
        return reverse("admin:import_picture", args=arguments, query={"address": address})

    try:
        return preview_staged(file, picture_address)
    except RefusedError as error:
        return StagedPreview(refusal=text_refusal(error))
    except (UnreadableError, OSError):
        return StagedPreview(refusal=_("This file is no longer available."))


def _article_context(preview):
    urls = shown_urls(preview.rendering.html)
    body, caption = without_hero(preview.rendering.html, preview.hero)
    return {
        "body_html": shown_html(body, urls, preview.fields.language),
        "hero_caption_html": shown_html(caption, urls),
    }
