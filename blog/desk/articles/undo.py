"""Undo the latest action after a confirmation, or a bulk fix at once unless it would end approvals."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from blog.articles.actions.base import SkipReason
from blog.articles.actions.undo import UndoResult, latest_undoable, plan_undo, stop_job_of, undo
from blog.articles.dates import zone_name
from blog.articles.undoable import UNDOABLE_HOURS, UndoableAction
from blog.desk.articles.costs import format_left_out, left_out, undo_question
from blog.desk.articles.selection import RESULT_MESSAGES, format_titles, groups
from blog.desk.base import TOAST, AdminPart
from blog.desk.numbers import read_number
from blog.review.approval_costs import ChangeCost, undo_cost
from blog.review.jobs import is_undone_by_job, needs_job, start_undo, undo_fix


class UndoPart(AdminPart):
    """Undoing the user's latest action or a bulk fix, which requires the permission to publish."""

    def routes(self):
        return {
            "undo": ("undo/", self.undo_action),
            "undo_bulk_fix": ("undo-bulk-fix/", self.undo_fix),
        }

    def undo_action(self, request):
        """Undo the latest action: GET asks for confirmation, POST undoes it."""
        number = read_number(request.POST.get("number", ""))
        if number and needs_job(number):
            return self.undo_fix(request)
        self.model_admin.require_publisher(request)
        if request.method == "POST" and stop_job_of(request.user, number):
            return self._wait(request)
        action = latest_undoable(request.user)
        if request.method == "POST":
            is_latest = action is not None and action.pk == number
            cost = undo_cost(action) if is_latest else ChangeCost(0)
            skipped = left_out(request.POST, cost)
            if skipped is None:
                return self._ask(request, action, cost)
            if is_undone_by_job(number):
                job = start_undo(request.user, number, skipped)
                return self._tell_of_job(request, has_started=job is not None)
            self._report(request, undo(request.user, number, skipped) if is_latest else None, len(skipped))
            return HttpResponseRedirect(self.return_url(request))
        if action and (cost := undo_cost(action)).endings:
            return self._ask(request, action, cost)
        undoing = plan_undo(action) if action else None
        context = {
            "title": _("Undo"),
            "undoing": undoing,
            "groups": groups(undoing) if undoing else [],
            "is_trash": undoing is not None and any(article.trashed_at for article in undoing.changed),
            "zone": zone_name(),
            "hours": UNDOABLE_HOURS,
            "list_url": self.list_url(request),
        }
        return self.render(request, "admin/blog/article/undo.html", context)

    @method_decorator(require_POST)
    def undo_fix(self, request):
        """Undo a bulk fix in the articles whose content is still what the fix wrote."""
        self.model_admin.require_publisher(request)
        number = read_number(request.POST.get("number", ""))
        if stop_job_of(request.user, number):
            return self._wait(request)
        action = UndoableAction.objects.bulk_fixes().filter(pk=number).first()
        cost = undo_cost(action) if action else ChangeCost(0)
        skipped = left_out(request.POST, cost)
        if skipped is None:
            return self._ask(request, action, cost)
        undoing = undo_fix(request.user, number, skipped)
        if not isinstance(undoing, UndoResult):
            return self._tell_of_job(request, has_started=undoing is not None)
        self._report(request, undoing, len(skipped))
        return HttpResponseRedirect(self.return_url(request))

    def _tell_of_job(self, request, *, has_started):
        if has_started:
            messages.success(request, _("The undo is running. You can leave this page."))
        else:
            messages.warning(request, _("This has already been undone, or is being undone."))
        return HttpResponseRedirect(self.return_url(request))

    def _wait(self, request):
        told = _("This action was still running. It stops after the current articles; undo it then.")
        messages.warning(request, told)
        return HttpResponseRedirect(self.return_url(request))

    def _ask(self, request, action, cost):
        """Ask whether to leave out the articles whose approvals would end."""
        context = undo_question(action, cost) | {"back": self.return_url(request)}
        return self.render(request, "admin/blog/article/cost.html", context)

    def _report(self, request, undoing, skipped=0):
        if undoing is None:
            message = ngettext(
                "Nothing to undo. You can undo only your latest action, within one hour.",
                "Nothing to undo. You can undo only your latest action, within %(hours)d hours.",
                UNDOABLE_HOURS,
            )
            messages.warning(request, message % {"hours": UNDOABLE_HOURS})
            return
        if undoing.changed:
            message = _("Undone: %(what)s") % {"what": undoing.action.sentence}
            messages.success(request, message, extra_tags=TOAST)
        if skipped:
            messages.info(request, format_left_out(skipped), extra_tags=TOAST)
        for reason, articles in undoing.skipped.items():
            message = format_html("{} {}", RESULT_MESSAGES[reason] % len(articles), format_titles(articles))
            messages.warning(request, message)
        if undoing.missing_count:
            messages.warning(request, RESULT_MESSAGES[SkipReason.GONE] % undoing.missing_count)

    def return_url(self, request) -> str:
        """Return the URL in the form's field `next` if it is in the admin, otherwise the URL of the list."""
        url = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
        is_in_admin = is_ours and url.startswith(reverse("admin:index"))
        return url if is_in_admin else self.list_url(request)
