"""Undoing an import: first what that does, with numbers and samples; then a job that does it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import jobs
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.series import Series
from blog.desk.composed import AdminPart
from blog.images.models import Image
from blog.imports.models import ImportEntry, ImportRun
from blog.imports.undo import plan_undo
from blog.jobs.models import Job

KIND = "undo_import"
KEPT_SHOWN = 100
Undo = ImportEntry.Undo


class ImportUndo(AdminPart):
    """Undoing an import."""

    def routes(self):
        return {"undo": ("<path:object_id>/undo/", self.undo)}

    def undo(self, request, object_id):
        """Show by GET what undoing the import does; start it by POST."""
        batch = self.model_admin.visible_batch(request, object_id)
        if not self.model_admin.has_undo_permission(request):
            raise PermissionDenied
        address = reverse("admin:blog_importrun_change", args=[batch.pk])
        if batch.undone_at or _is_running(latest_undo(batch)):
            self.message_user(request, _("This import is undone already, or about to be."), messages.WARNING)
            return HttpResponseRedirect(address)
        if request.method == "POST":
            self._start(request, batch)
            return HttpResponseRedirect(address)
        return self.render(request, "admin/blog/importrun/undo.html", {"batch": batch} | _plan(batch))

    def _start(self, request, batch):
        jobs.start(KIND, request.user, batch=batch.pk)
        self.model_admin.log_change(request, batch, _("Undo of the import."))
        self.message_user(
            request, _("The import is being undone. You may leave this page."), messages.SUCCESS
        )


def latest_undo(batch: ImportRun) -> Job | None:
    return Job.objects.filter(kind=KIND, arguments__batch=batch.pk).select_related("started_by").first()


def _is_running(job):
    return job is not None and job.is_active


def _plan(batch):
    plan = plan_undo(batch)
    taken = sum(plan.numbers[undo] for undo in Undo if undo != Undo.KEPT)
    title = ngettext("Undo what %d file brought?", "Undo what %d files brought?", taken) % taken
    return {
        "title": title if taken else _("There is nothing to undo"),
        "taken": taken,
        "parts": [
            (_sentence(undo, plan.numbers[undo]), plan.samples[undo])
            for undo in Undo
            if undo != Undo.KEPT and plan.numbers[undo]
        ],
        "brought": _brought(plan),
        "kept": plan.kept[:KEPT_SHOWN],
        "kept_sentence": _sentence(Undo.KEPT, len(plan.kept)),
        "more_kept": max(0, len(plan.kept) - KEPT_SHOWN),
    }


def _sentence(undo, number):
    sentences = {
        Undo.DELETED: ngettext(
            "%d new article is deleted for good, with its file. Nobody has touched it since.",
            "%d new articles are deleted for good, with their files. Nobody has touched them since.",
            number,
        ),
        Undo.RESTORED: ngettext(
            "%d changed article goes back to what it was before, and so does its file.",
            "%d changed articles go back to what they were before, and so do their files.",
            number,
        ),
        Undo.WITHDRAWN: ngettext(
            "%d file that waits for a decision is withdrawn; its article stays as it is.",
            "%d files that wait for a decision are withdrawn; their articles stay as they are.",
            number,
        ),
        Undo.KEPT: ngettext("%d article stays as it is", "%d articles stay as they are", number),
    }
    return sentences[undo] % number


def _brought(plan):
    """Return in words what goes with the articles because only they use it."""
    sentences = {
        Category: lambda number: ngettext("%d category", "%d categories", number),
        Author: lambda number: ngettext("%d author", "%d authors", number),
        Series: lambda number: ngettext("%d series", "%d series", number),
        Image: lambda number: ngettext("%d picture", "%d pictures", number),
    }
    return [sentences[model](number) % number for model, number in plan.created_rows.items() if number]
