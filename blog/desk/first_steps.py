"""The screen with the first steps of each role: Writers, Editors, and operators of the site."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.authors import Author
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.articles.submissions import Submission
from blog.articles.versions.models import Version
from blog.desk.invitations.models import Invitation
from blog.imports.models import ImportRun
from blog.review.models import Approval, PersonDecision
from blog.site.identity import SiteIdentity
from blog.site.pages import Page


@dataclass(frozen=True)
class Step:
    """A step, and the screen where it is done. is_done: whether somebody, or this user, has done it."""

    title: str
    text: str
    url: str
    is_done: bool = False


@dataclass(frozen=True)
class Role:
    title: str
    steps: list[Step]


@require_safe
def first_steps_page(request, site):
    """Show the steps of the user's role. Superusers see those of all roles."""
    user = request.user
    roles = []
    if user.is_superuser:
        roles.append(Role(_("If you run the site"), _operator_steps()))
    if user.has_perm("blog.publish_article"):
        roles.append(Role(_("As an Editor"), _editor_steps(user)))
    if user.has_perm("blog.add_article") and (user.is_superuser or not roles):
        roles.append(Role(_("As a Writer"), _writer_steps(user)))
    context = site.each_context(request) | {"title": _("First steps"), "roles": roles}
    return TemplateResponse(request, "admin/first_steps.html", context)


def _writer_steps(user):
    articles = _list_url(state=QueueState.DRAFT.value)
    return [
        Step(
            _("Create your author page"),
            _("Enter the name for your bylines on “Your account”. New articles get it as their author."),
            reverse("admin:account"),
            Author.objects.filter(user=user).exists(),
        ),
        Step(
            _("Write an article"),
            _("Save as often as you like: nothing is public before an Editor publishes it."),
            reverse("admin:blog_article_add"),
            Version.objects.filter(by=user).exists(),
        ),
        Step(
            _("Submit it"),
            _("“Submit…” on the page of the article tells the Editors that it is ready."),
            articles,
            Submission.objects.filter(by=user, kind=Submission.Kind.SUBMITTED).exists(),
        ),
        Step(
            _("Follow your articles"),
            _("The dashboard shows what was returned to you, the notes, and what others have changed."),
            reverse("admin:index"),
        ),
    ]


def _editor_steps(user):
    return [
        Step(
            _("Import the files"),
            _("Drop a folder or a zip archive. You see what would happen first, and nothing is public yet."),
            reverse("admin:import"),
            ImportRun.objects.exists(),
        ),
        Step(
            _("Decide once for many"),
            _("The page of an import lists the findings that most of its articles share, each with its fix."),
            reverse("admin:blog_importrun_changelist"),
        ),
        Step(
            _("Decide on people"),
            _("Each person who is quoted is shown with all roles. Remove invented ones from all articles."),
            reverse("admin:people"),
            PersonDecision.objects.exists(),
        ),
        Step(
            _("Review and approve"),
            _("Read an article, resolve its marks, write notes to colleagues, and approve it."),
            _list_url(state=QueueState.CHECK.value),
            Approval.objects.filter(by=user).exists(),
        ),
        Step(
            _("Publish or schedule"),
            _("Select approved articles in the list. The calendar shows days on which nothing is planned."),
            _list_url(state=QueueState.CHECKED.value),
            Article.objects.filter(status=Article.Status.PUBLISHED).exists(),
        ),
    ]


def _operator_steps():
    return [
        Step(
            _("Name the site"),
            _("Its name, publisher and e-mail address are shown on all pages."),
            reverse("admin:blog_siteidentity_changelist"),
            SiteIdentity.objects.exists(),
        ),
        Step(
            _("Choose its appearance"),
            _("Typeface, colours and layout, with a preview."),
            reverse("admin:appearance"),
        ),
        Step(
            _("Add the pages that the law asks for"),
            _("Such as a legal notice and a privacy policy. Link them in the footer."),
            reverse("admin:blog_page_changelist"),
            Page.objects.exists(),
        ),
        Step(
            _("Give colleagues accounts"),
            _("Add a user with staff status, and choose the group Writer or Editor."),
            reverse("admin:auth_user_changelist"),
            get_user_model().objects.count() > 1 or Invitation.objects.valid().exists(),
        ),
        Step(
            _("See that jobs run"),
            _("Imports and checks run in the background. Failed jobs are listed with their reason."),
            reverse("admin:jobs"),
        ),
    ]


def _list_url(**query):
    return reverse("admin:blog_article_changelist", query=query)
