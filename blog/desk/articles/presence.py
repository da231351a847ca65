"""Show which other editors have the same article open. Nothing is locked."""

from django.contrib.admin.utils import unquote
from django.db import DatabaseError, transaction
from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.desk.base import AdminPart, require
from blog.desk.models import LEFT, OPENED, SEEN, Presence


class PresencePart(AdminPart):
    """The messages about other editors, and the view to which open pages report."""

    def routes(self):
        return {"presence": ("<path:object_id>/presence/", self.report)}

    def form_context(self, request, row):
        return {"others": self._others(request, row)}

    def _others(self, request, article):
        """Return a message for each other editor; None if the page is read-only."""
        if article is None or not self.model_admin.has_change_permission(request, article):
            return None
        if request.method == "GET":
            _note(article, request.user, OPENED)
        return _sentences(article, request.user)

    @method_decorator(require_POST)
    def report(self, request, object_id):
        """Record that a page is still open or was left. Return who else has the article open, as JSON."""
        article = self.model_admin.get_object(request, unquote(object_id))
        require(self.model_admin.has_change_permission(request, article))
        if article is None:
            raise Http404
        _note(article, request.user, LEFT if "left" in request.POST else SEEN)
        return JsonResponse({"others": _sentences(article, request.user)})


def _note(article, user, lasting):
    """Store the presence. Database errors are ignored: they must not prevent opening an article."""
    try:
        with transaction.atomic():
            Presence.objects.touch(article, user, lasting)
            Presence.objects.forget()
    except DatabaseError:
        pass


def _sentences(article, user):
    message = _("%(name)s has had this article open since %(time)s.")
    return [
        message
        % {
            "name": presence.user.get_full_name() or presence.user.get_username(),
            "time": _time(presence.since),
        }
        for presence in Presence.objects.others(article, user)
    ]


def _time(moment):
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "DATETIME_FORMAT")
