"""The admin site: the bar at the top of every page, and the home page."""

from dataclasses import dataclass

from django.contrib import admin
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from blog.admin.desk.account import account_page
from blog.admin.desk.activity import activity_file, activity_page, lately
from blog.admin.desk.home import count_articles, newest_batches
from blog.admin.desk.import_previews import import_file, import_picture
from blog.admin.desk.importing import import_page
from blog.admin.desk.jobs import do_jobs_wait_in_vain, job_progress, jobs_page, stop_job
from blog.admin.desk.labels import labels_file, labels_page
from blog.admin.desk.uploading import import_form, import_part, may_import
from blog.models import Article, Category, HeldUpdate, Image, ImportBatch
from blog.models.preferences import uses_letter_keys

# The links of the bar besides home, each shown to users with permission, and their shortcut keys.
LISTS = (
    (_("Articles"), Article, "g a"),
    (_("Categories"), Category, ""),
    (_("Pictures"), Image, ""),
    (_("Batches"), ImportBatch, ""),
    (_("Updates"), HeldUpdate, ""),
)


@dataclass(frozen=True)
class Place:
    """A link of the bar. current is the value of aria-current on this page, or empty."""

    name: str
    url: str
    keys: str = ""
    current: str = ""


class DeskSite(admin.AdminSite):
    """Django's admin site with a bar instead of breadcrumbs and sidebar."""

    enable_nav_sidebar = False

    def get_urls(self):
        own = {
            "account": ("account/", self.account),
            "activity": ("activity/", self.activity),
            "activity_file": ("activity/csv/", self.activity_file),
            "import": ("import/", self.import_form),
            "import_page": ("import/<uuid:uid>/", self.import_page),
            "import_part": ("import/<uuid:uid>/part/", self.import_part),
            "import_file": ("import/<uuid:uid>/<int:position>/", self.import_file),
            "import_picture": ("import/<uuid:uid>/<int:position>/picture/", self.import_picture),
            "jobs": ("jobs/", self.jobs),
            "job_progress": ("jobs/<int:key>/progress/", job_progress),
            "labels": ("labels/", self.labels),
            "labels_file": ("labels/csv/", self.labels_file),
            "stop_job": ("jobs/<int:key>/stop/", stop_job),
        }
        return [
            *(path(route, self.admin_view(view), name=name) for name, (route, view) in own.items()),
            *super().get_urls(),
        ]

    def account(self, request):
        return account_page(request, self.each_context(request))

    def activity(self, request):
        return activity_page(request, self)

    def activity_file(self, request):
        return activity_file(request, self)

    @csrf_exempt  # they check the token themselves, after the permission
    def import_form(self, request):
        return import_form(request, self)

    @csrf_exempt
    def import_part(self, request, uid):
        return import_part(request, uid)

    def import_page(self, request, uid):
        return import_page(request, self, uid)

    def import_file(self, request, uid, position):
        return import_file(request, uid, position)

    def import_picture(self, request, uid, position):
        return import_picture(request, uid, position)

    def labels(self, request):
        return labels_page(request, self)

    def labels_file(self, request):
        return labels_file(request, self)

    def jobs(self, request):
        return jobs_page(request, self)

    def index(self, request, extra_context=None):
        home = {
            "tally": self._tally(request),
            "lately": lately(request, self),
            "batches": newest_batches() if self._may_see(request, ImportBatch) else [],
            "jobs_wait_in_vain": do_jobs_wait_in_vain(request.user),
        }
        return super().index(request, home | (extra_context or {}))

    def each_context(self, request):
        context = super().each_context(request)
        if not context["has_permission"]:
            return context
        return context | {
            "places": self.places(request),
            "letter_keys": uses_letter_keys(request.user),
            "can_search": self._may_see(request, Article),
        }

    def places(self, request) -> list[Place]:
        """Return the links of the bar that this user may follow."""
        home = reverse("admin:index")
        here = "page" if request.path == home else ""
        lists = [
            (name, reverse(f"admin:blog_{model._meta.model_name}_changelist"), keys)
            for name, model, keys in LISTS
            if self._may_see(request, model)
        ]
        if self._may_see(request, Article):
            lists.append((_("Labels"), reverse("admin:labels"), ""))
            lists.append((_("Log"), reverse("admin:activity"), ""))
        if may_import(request):
            lists.append((_("Import"), reverse("admin:import"), "g i"))
        return [
            Place(_("Desk"), home, "g d", here),
            *(Place(name, url, keys, current_place(request.path, url)) for name, url, keys in lists),
        ]

    def _tally(self, request):
        if not self._may_see(request, Article):
            return {}
        return count_articles(timezone.now()) | {"updates": self._waiting_updates(request)}

    def _waiting_updates(self, request) -> int | None:
        """Return how many files wait for a decision; None for users who may not decide."""
        if not self._may_see(request, HeldUpdate):
            return None
        return self.get_model_admin(HeldUpdate).get_queryset(request).order_by().count()

    def _may_see(self, request, model):
        return self.get_model_admin(model).has_view_permission(request)


def current_place(path: str, url: str) -> str:
    """Return the aria-current of the link to url on the page at path: "page", "true" or ""."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""
