"""The screen with the first steps of each role: Writers, Editors, and operators of the site.

A step is a tuple: title, text, URL of the screen where it is done, and whether somebody, or this user, has
done it.
"""

from django.contrib.auth import get_user_model
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog import extend
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


@require_safe
def first_steps_page(request, site):
    """Show the steps of the user's role. Superusers see those of all roles."""
    user = request.user
    roles = []
    if user.is_superuser:
        roles.append((_("If you run the site"), [*_operator_steps(), *_added_steps("operator", user)]))
    if user.has_perm("blog.publish_article"):
        roles.append((_("As an Editor"), [*_editor_steps(user), *_added_steps("editor", user)]))
    if user.has_perm("blog.add_article") and (user.is_superuser or not roles):
        roles.append((_("As a Writer"), [*_writer_steps(user), *_added_steps("writer", user)]))
    context = site.each_context(request) | {"title": _("First steps"), "roles": roles}
    return TemplateResponse(request, "admin/first_steps.html", context)


def _added_steps(role, user):
    """Return the steps that extensions add for a role."""
    return [
        (step.title, step.text, reverse(step.url_name), step.is_done(user))
        for step in extend.first_steps
        if step.role == role
    ]


def _writer_steps(user):
    articles = _list_url(state=QueueState.DRAFT.value)
    return [
        (
            _("Create your author page"),
            _("Enter the name for your bylines on “Your account”. New articles get it as their author."),
            reverse("admin:account"),
            Author.objects.filter(user=user).exists(),
        ),
        (
            _("Write an article"),
            _("Save as often as you like: nothing is public before an Editor publishes it."),
            reverse("admin:blog_article_add"),
            Version.objects.filter(by=user).exists(),
        ),
        (
            _("Submit it"),
            _("“Submit…” on the page of the article tells the Editors that it is ready."),
            articles,
            Submission.objects.filter(by=user, kind=Submission.Kind.SUBMITTED).exists(),
        ),
        (
            _("Follow your articles"),
            _("The dashboard shows what was returned to you, the notes, and what others have changed."),
            reverse("admin:index"),
            False,
        ),
    ]


def _editor_steps(user):
    return [
        (
            _("Import the files"),
            _("Drop a folder or a zip archive. You see what would happen first, and nothing is public yet."),
            reverse("admin:import"),
            ImportRun.objects.exists(),
        ),
        (
            _("Decide once for many"),
            _("The page of an import lists the findings that most of its articles share, each with its fix."),
            reverse("admin:blog_importrun_changelist"),
            False,
        ),
        (
            _("Decide on people"),
            _("Each person who is quoted is shown with all roles. Remove invented ones from all articles."),
            reverse("admin:people"),
            PersonDecision.objects.exists(),
        ),
        (
            _("Review and approve"),
            _("Read an article, resolve its marks, write notes to colleagues, and approve it."),
            _list_url(state=QueueState.CHECK.value),
            Approval.objects.filter(by=user).exists(),
        ),
        (
            _("Publish or schedule"),
            _("Select approved articles in the list."),
            _list_url(state=QueueState.CHECKED.value),
            Article.objects.filter(status=Article.Status.PUBLISHED).exists(),
        ),
    ]


def _operator_steps():
    return [
        (
            _("Name the site"),
            _("Its name, publisher and e-mail address are shown on all pages."),
            reverse("admin:blog_siteidentity_changelist"),
            SiteIdentity.objects.exists(),
        ),
        (
            _("Choose its appearance"),
            _("Typeface, colours and layout, with a preview."),
            reverse("admin:appearance"),
            False,
        ),
        (
            _("Add the pages that the law asks for"),
            _("Such as a legal notice and a privacy policy. Link them in the footer."),
            reverse("admin:blog_page_changelist"),
            Page.objects.exists(),
        ),
        (
            _("Give colleagues accounts"),
            _("Add a user with staff status, and choose the group Writer or Editor."),
            reverse("admin:auth_user_changelist"),
            get_user_model().objects.count() > 1 or Invitation.objects.valid().exists(),
        ),
        (
            _("See that jobs run"),
            _("Imports and checks run in the background. Failed jobs are listed with their reason."),
            reverse("admin:jobs"),
            False,
        ),
    ]


def _list_url(**query):
    return reverse("admin:blog_article_changelist", query=query)
