"""Undo the latest action, or a bulk fix. Both ask first if approvals would end."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import SkipReason
from blog.articles.actions.undo import latest_undoable, plan_undo, stop_job_of, undo
from blog.articles.dates import zone_name
from blog.articles.undoable import UNDOABLE_HOURS, UndoableAction
from blog.desk.articles.costs import format_left_out, left_out, undo_question
from blog.desk.articles.selection import RESULT_MESSAGES, format_titles, groups
from blog.desk.base import TOAST, AdminPart
from blog.desk.numbers import read_number
from blog.review.approval_costs import ChangeCost, undo_cost
from blog.review.jobs import is_being_undone, needs_job, start_undo


class UndoPart(AdminPart):
    """Undoing the user's latest action or a bulk fix, which requires the permission to publish."""

    def routes(self):
        return {"undo": ("undo/", self.undo_action)}

    def undo_action(self, request):
        """GET asks before the latest action is undone. POST undoes it, or a bulk fix.

        A bulk fix is undone in the articles whose content is still what it wrote.
        """
        self.model_admin.require_publisher(request)
        if request.method != "POST":
            return self._preview(request)
        number = read_number(request.POST.get("number", ""))
        if stop_job_of(request.user, number):
            told = _("This action was still running. It stops after the current articles; undo it then.")
            messages.warning(request, told)
            return HttpResponseRedirect(self.return_url(request))
        action = UndoableAction.objects.undoable(request.user, number).first()
        cost = undo_cost(action) if action else ChangeCost(0)
        skipped = left_out(request.POST, cost)
        if skipped is None:
            return self._ask(request, action, cost)
        self._undo(request, action, number, skipped)
        return HttpResponseRedirect(self.return_url(request))

    def _undo(self, request, action, number, skipped):
        if action and is_being_undone(action):
            messages.warning(request, _("This has already been undone, or is being undone."))
        elif action and needs_job(action):
            start_undo(request.user, action, skipped)
            messages.success(request, _("The undo is running. You can leave this page."))
        else:
            self._report(request, undo(request.user, number, skipped), len(skipped))

    def _preview(self, request):
        action = latest_undoable(request.user)
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
