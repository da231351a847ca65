"""Undo of an import, and its restore: a confirmation with numbers and samples, then a job."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import jobs
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.series import Series
from blog.desk.base import require, screen
from blog.images.models import Image
from blog.imports.models import ImportEntry, ImportRun
from blog.imports.restore import is_restorable, plan_restore
from blog.imports.undo import plan_undo
from blog.jobs.models import Job

UNDO, RESTORE = "undo_import", "restore_import"
KEPT_SHOWN = 100
Undo = ImportEntry.Undo


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
