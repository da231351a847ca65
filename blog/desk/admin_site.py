"""The admin site: URLs, top bar and dashboard."""

from functools import partial, wraps
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth.views import PasswordResetCompleteView, PasswordResetDoneView
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from blog import extend, extension_apps
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.articles.submissions import Submission
from blog.base.queries import CompiledQuery
from blog.desk.account import account_page
from blog.desk.activity_page import activity_file, activity_page
from blog.desk.appearance import appearance_page, appearance_preview, appearance_style
from blog.desk.bookmark import bookmark_of
from blog.desk.dashboard import (
    dashboard_counts,
    newest_imports,
    own_articles,
    people_in_most_articles,
    proposed_authors,
    recent_acts,
    shared_findings,
)
from blog.desk.first_steps import first_steps_page
from blog.desk.imports.import_page import (
    import_file,
    import_page,
    import_picture,
    import_progress,
    resume_import,
)
from blog.desk.imports.upload import import_form, import_part, may_import
from blog.desk.invitations.pages import (
    invitations_page,
    join_page,
    resend_invitation,
    withdraw_invitation,
)
from blog.desk.jobs import count_failed_jobs, has_stalled_jobs, job_progress, jobs_page, stop_job
from blog.desk.models import uses_letter_keys
from blog.desk.numbers import read_number
from blog.desk.password_reset import ConfirmView, RequestView
from blog.desk.people import people_page
from blog.desk.second_step.factors import has_few_recovery_codes
from blog.desk.second_step.login import log_in_page, target_of
from blog.desk.second_step.urls import views_for
from blog.imports.models import HeldUpdate, ImportRun
from blog.mail.messages import mail_is_configured, requires_mail
from blog.review.models import Approval, Person
from blog.sandbox.pool import on_behalf_of
from blog.site.custom_templates import failures

# Options of Django's views for resetting a password.
DONE = {"template_name": "admin/password_reset/done.html", "title": _("Check your e-mail")}
COMPLETE = {"template_name": "admin/password_reset/complete.html", "title": _("Your password was changed")}
# The numbers in the top bar of every screen.
_TO_CHECK = CompiledQuery(
    lambda articles, now: articles.in_queue(QueueState.CHECK, now).order_by().values_list("pk")
)
_TO_DECIDE = CompiledQuery(lambda people: people.to_decide().order_by().values_list("pk"))


class GalleyAdminSite(admin.AdminSite):
    """Django's admin site with a top bar instead of breadcrumbs and sidebar."""

    enable_nav_sidebar = False

    def get_urls(self):
        own = {
            "account": ("account/", partial(account_page, site=self)),
            "activity": ("activity/", partial(activity_page, site=self)),
            "appearance": ("appearance/", partial(appearance_page, site=self)),
            "appearance_preview": ("appearance/preview/", appearance_preview),
            "appearance_style": ("appearance/style.css", appearance_style),
            "first_steps": ("first-steps/", partial(first_steps_page, site=self)),
            "continue_reviewing": ("continue/", self.continue_reviewing),
            "activity_file": ("activity/csv/", partial(activity_file, site=self)),
            # The views of uploads check the token themselves, after the permission.
            "import": ("import/", csrf_exempt(partial(import_form, site=self))),
            "import_page": ("import/<uuid:uid>/", partial(import_page, site=self)),
            "import_part": ("import/<uuid:uid>/part/", csrf_exempt(import_part)),
            "import_file": ("import/<uuid:uid>/<int:position>/", import_file),
            "import_picture": ("import/<uuid:uid>/<int:position>/picture/", import_picture),
            "import_progress": ("import/progress/<int:key>/", import_progress),
            "import_resume": ("import/resume/<int:key>/", resume_import),
            "invitations": ("invitations/", partial(invitations_page, site=self)),
            "resend_invitation": ("invitations/<int:key>/send/", resend_invitation),
            "withdraw_invitation": ("invitations/<int:key>/withdraw/", withdraw_invitation),
            "jobs": ("jobs/", partial(jobs_page, site=self)),
            "people": ("people/", partial(people_page, site=self)),
            "job_progress": ("jobs/<int:key>/progress/", job_progress),
            "stop_job": ("jobs/<int:key>/stop/", stop_job),
        }
        of_strangers = {
            "join": ("join/<str:token>/", partial(join_page, site=self)),
            "password_reset": ("password-reset/", self.password_reset(RequestView)),
            "password_reset_done": (
                "password-reset/sent/",
                self.password_reset(PasswordResetDoneView, **DONE),
            ),
            "password_reset_complete": (
                "password-reset/done/",
                self.password_reset(PasswordResetCompleteView, **COMPLETE),
            ),
            "password_reset_confirm": (
                "password-reset/<uidb64>/<token>/",
                self.password_reset(ConfirmView),
            ),
        }
        of_log_in, before_log_in = views_for(self)
        own, of_strangers = own | of_log_in, of_strangers | before_log_in
        return [
            *(path(route, self.admin_view(view), name=name) for name, (route, view) in own.items()),
            *(path(route, view, name=name) for name, (route, view) in of_strangers.items()),
            *extension_apps.desk_urls(self.admin_view),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        """Return Django's view, limited to the user's share of the sandbox's processes."""

        @wraps(view)
        def shared(request, *args, **kwargs):
            with on_behalf_of(request.user.pk):
                return view(request, *args, **kwargs)

        return super().admin_view(shared, cacheable)

    def password_reset(self, view, **options):
        """Return one of Django's views for resetting a password, in the frame of the admin."""

        @requires_mail
        def framed(request, **kwargs):
            return view.as_view(extra_context=self.each_context(request), **options)(request, **kwargs)

        return framed

    def login(self, request, extra_context=None):
        target = target_of(request)
        if request.standing.must_set_up and request.standing.is_admitted:
            return HttpResponseRedirect(reverse("admin:security_set_up", query={"next": target}))
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(target)
        return log_in_page(request, self)

    def password_change(self, request, extra_context=None):
        """Show our screen instead of Django's, which sends no letter."""
        return HttpResponseRedirect(reverse("admin:account"))

    def index(self, request, extra_context=None):
        now = timezone.now()
        sees_articles, sees_imports = (self._may_see(request, model) for model in (Article, ImportRun))
        decides = self._may_see(request, HeldUpdate)
        may_change_site = request.user.has_perm("blog.change_siteidentity")
        decides_on_people = request.user.has_perm("blog.decide_person")
        acts = Approval.objects if can_review(request.user) else Submission.objects
        home = {
            "tally": dashboard_counts(request.user, now, decides=decides) if sees_articles else None,
            "own_articles": own_articles(request.user) if is_writer(request.user) else None,
            "bookmark": bookmark_of(request.user, now) if can_review(request.user) else None,
            "decisions": extend.decisions_of(request.user),
            "shared_findings": shared_findings() if sees_imports else [],
            "people_to_decide": people_in_most_articles() if decides_on_people else [],
            "proposed_authors": proposed_authors() if request.user.has_perm("blog.change_author") else [],
            "recent_acts": recent_acts(request, self),
            "imports": newest_imports(request.user) if sees_imports else [],
            "offers_first_steps": not acts.filter(by=request.user).exists(),
            "has_stalled_jobs": has_stalled_jobs(request.user),
            "failed_jobs": count_failed_jobs(request.user),
            "failing_templates": failures() if may_change_site else [],
            "has_few_recovery_codes": has_few_recovery_codes(request.user),
        }
        return super().index(request, home | (extra_context or {}))

    def get_app_list(self, request, app_label=None):
        """Return Django's list, composed when first used: all screens get it, the dashboard shows it."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def each_context(self, request):
        context = super().each_context(request)
        if not context["has_permission"]:
            return context
        return context | {
            "nav_links": self.nav_links(request),
            "needs_second_step_from": None if request.standing.must_set_up else request.standing.needed_from,
            "letter_keys": uses_letter_keys(request.user),
            "can_search": self._may_see(request, Article),
            "can_add_article": self.get_model_admin(Article).has_add_permission(request),
            "extension_links": extend.links_at("dashboard", request.user),
            "can_invite": mail_is_configured() and request.user.has_perm("blog.add_invitation"),
        }

    def nav_links(self, request) -> list[dict]:
        """Return the links in the top bar that this user has permission for.

        current: the value of aria-current, or "". number: how many open tasks are there. A view may set
        request.belongs_to to the URL of the screen that its own screen belongs to.
        """
        home = reverse("admin:index")
        here = "page" if request.path == home else ""
        dashboard = {"name": _("Dashboard"), "url": home, "keys": "g d", "current": here}
        return [dashboard, *self._links(request)]

    def _links(self, request):
        if self._may_see(request, Article):
            list_url = reverse("admin:blog_article_changelist", query={"state": QueueState.CHECK.value})
            to_check = _TO_CHECK.count(Article.objects, timezone.now())
            yield _link(request, _("Articles"), list_url, "g a", to_check)
        yield from _links_of_extensions(request, "after_articles")
        if self._may_see(request, ImportRun):
            yield _link(request, _("Imports"), reverse("admin:blog_importrun_changelist"), "g i")
        elif may_import(request):
            yield _link(request, _("Import"), reverse("admin:import"), "g i")
        if request.user.has_perm("blog.decide_person"):
            to_decide = _TO_DECIDE.count(Person.objects)
            yield _link(request, _("People"), reverse("admin:people"), number=to_decide)
        yield from _links_of_extensions(request, "bar")

    def continue_reviewing(self, request):
        """Redirect to the mark where this user stopped reviewing, or to the list after the last article.

        batch in the query string: the primary key of an import to stay in.
        """
        batch = read_number(request.GET.get("batch", ""))
        may_review = can_review(request.user)
        bookmark = bookmark_of(request.user, timezone.now(), batch) if may_review else None
        if bookmark is None:
            return HttpResponseRedirect(reverse("admin:blog_article_changelist"))
        return HttpResponseRedirect(bookmark.url)

    def _may_see(self, request, model):
        return self.get_model_admin(model).has_view_permission(request)


def is_writer(user) -> bool:
    """Whether the user may change new articles, but not publish them."""
    return user.has_perm("blog.change_article") and not user.has_perm("blog.publish_article")


def can_review(user) -> bool:
    """Whether the user may resolve marks or approve articles."""
    return user.has_perm("blog.settle_mark") or user.has_perm("blog.review_article")


def _links_of_extensions(request, place):
    for link in extend.links_at(place, request.user):
        number = extend.answer_of(link.number, request.user, default=None)
        yield _link(request, str(link.label), reverse(link.url_name), link.keys, number)


def _link(request, name, url, keys="", number=None):
    here = urlsplit(getattr(request, "belongs_to", request.path)).path
    there = urlsplit(url).path
    is_page = here == there == request.path
    current = "page" if is_page else "true" if here.startswith(there) else ""
    return {"name": name, "url": url, "keys": keys, "current": current, "number": number}
