"""What many articles have in common, mended in all at once, or said to be as it should be."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from blog.admin.article_list.publishing import TITLES_SHOWN, TOAST, WITH_UNDO
from blog.admin.article_list.publishing_words import AFTERWARDS
from blog.admin.desk.scopes import articles_in
from blog.desk_actions import Reason
from blog.documents.findings import FIX_NAMES, KINDS, FindingKind, Fix, fixes_for
from blog.mending import MOST_IN_REQUEST, Fixing, let_stay, mend, start_mending
from blog.models import Article

MOST_KEYS = 1000  # articles in one form


class MendsMany:
    """A mixin for the ModelAdmin of articles. To change many requires the right to publish."""

    def get_urls(self):
        views = {"mend": self.mend_view, "may-stay": self.stay_view}
        ours = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"blog_article_{name.replace('-', '_')}")
            for name, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    @method_decorator(require_POST)
    def mend_view(self, request):
        """Apply a fix to all articles of a list; ask before, if readers see some of them."""
        self.require_publisher(request)
        fixing = _read_fixing(request.POST)
        articles = fixing.articles(articles_in(fixing.scope, request, self))
        seen = dict(articles.order_by().values_list("pk", "version"))
        public = articles.published().order_by().count()
        if public and request.POST.get("confirmed") != str(public):
            return self._ask_before_mending(request, fixing, articles, len(seen), public)
        if len(seen) > MOST_IN_REQUEST:
            self._start_mending(request, fixing, seen)
        else:
            self._tell_mended(request, mend(request.user, fixing, seen))
        return HttpResponseRedirect(self.undo.return_url(request))

    def _ask_before_mending(self, request, fixing, articles, number, public):
        shown = ngettext("Readers see %d of them.", "Readers see %d of them.", public) % public
        context = {
            "title": ngettext("Change %d article?", "Change %d articles?", number) % number,
            "name": _(KINDS[fixing.finding].name),
            "button": _(FIX_NAMES[fixing.fix]),
            "shown": shown,
            "titles": articles.published().newest_first().values_list("title", flat=True)[:TITLES_SHOWN],
            "more": max(0, public - TITLES_SHOWN),
            "public": public,
            "fixing": fixing,
            "back": self.undo.return_url(request),
        }
        return self.undo.render(request, "admin/blog/article/mending_confirmation.html", context)

    def _start_mending(self, request, fixing, seen):
        start_mending(request.user, fixing, seen)
        told = ngettext(
            "%d article is being changed. You may leave this page.",
            "%d articles are being changed. You may leave this page.",
            len(seen),
        )
        self.message_user(request, told % len(seen), messages.SUCCESS)

    def _tell_mended(self, request, sorting):
        if sorting.ready:
            self.message_user(request, sorting.sentence, messages.SUCCESS, extra_tags=WITH_UNDO)
        else:
            self.message_user(request, _("There was nothing to change."), messages.WARNING)
        if changed := sorting.left.get(Reason.CHANGED):
            self.message_user(request, AFTERWARDS[Reason.CHANGED] % len(changed), messages.WARNING)

    @method_decorator(require_POST)
    def stay_view(self, request):
        """Let articles be as alike as they are: settle that finding in each of them."""
        if not request.user.has_perm("blog.settle_mark"):
            raise PermissionDenied
        kind, keys = request.POST.get("finding", ""), request.POST.get("articles", "").split()[:MOST_KEYS]
        articles = Article.objects.in_use().filter(pk__in=map(_read_number, keys))
        number = let_stay(request.user, kind, articles)
        if number:
            told = ngettext("%d article may stay as it is.", "%d articles may stay as they are.", number)
            self.message_user(request, told % number, messages.SUCCESS, extra_tags=WITH_UNDO)
        else:
            self.message_user(
                request, _("There was nothing to decide any more."), messages.SUCCESS, extra_tags=TOAST
            )
        return HttpResponseRedirect(self.undo.return_url(request))


def _read_number(text) -> int:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def _read_fixing(data) -> Fixing:
    """Return what a form asks for. Raises Http404 for what no page offers."""
    finding, fix = data.get("finding", ""), data.get("fix", "")
    if finding not in FindingKind or fix not in Fix or Fix(fix) not in fixes_for(FindingKind(finding)):
        raise Http404
    return Fixing(data.get("scope", ""), FindingKind(finding), Fix(fix))
