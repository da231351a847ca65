"""The screen Git. Superusers set the repository up; editors see it, pull, pause and decide."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from blog.desk.base import require
from blog.extend import ImportNote
from blog.extensions.git_source import credentials
from blog.extensions.git_source.forms import RepositoryForm
from blog.extensions.git_source.jobs import active_pull, start_pull
from blog.extensions.git_source.models import SINGLETON_PK, GoneFile, Repository
from blog.extensions.git_source.problems import PullError
from blog.extensions.git_source.pull import test_connection
from blog.extensions.git_source.shown import Shown
from blog.extensions.git_source.webhook import new_secret
from blog.files.git import has_git
from blog.imports.models import ImportRun

PERMISSION = "blog.decide_heldupdate"


@never_cache
@permission_required(PERMISSION, raise_exception=True)
def show(request):
    """Show the screen, or do what a button says."""
    repository = Repository.current()
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act in SET_UP:
        require(request.user.is_superuser)
        return SET_UP[act](request, repository)
    if act in ACTS and repository:
        ACTS[act](request, repository)
        return HttpResponseRedirect(reverse("admin:git_source_screen"))
    return _page(request, repository)


def _page(request, repository, **context):
    request.belongs_to = reverse("admin:blog_importrun_changelist")
    may_change = request.user.is_superuser
    form = context.pop("form", None) or RepositoryForm(instance=repository, may_change=may_change)
    is_stored = bool(repository and not repository._state.adding)
    context = {
        "title": _("Git"),
        "form": form,
        "repository": repository if is_stored else None,
        "shown": Shown(repository) if is_stored else None,
        "may_change": may_change,
        "has_git": has_git(),
        "is_fixed": form.fields["url"].disabled and may_change,
        "public_key": credentials.public_key(),
        "asks": request.GET.get("ask", "") if may_change else "",
        **context,
    }
    each = admin.site.each_context(request)
    return TemplateResponse(request, "git_source/screen.html", each | context)


def _save(request, repository):
    """Store the form. The first time, the secret of the webhook is shown."""
    form = RepositoryForm(request.POST, instance=repository or Repository(pk=SINGLETON_PK), may_change=True)
    if not form.is_valid():
        return _page(request, Repository.current(), form=form)
    stored = form.save()
    messages.success(request, _("The repository was saved."))
    if not stored.secret_at:
        return _page(request, stored, secret=new_secret(stored))
    return HttpResponseRedirect(reverse("admin:git_source_screen"))


def _test(request, repository):
    """Say whether what was entered can be reached. Only the token is stored."""
    typed = repository or Repository(pk=SINGLETON_PK)
    form = RepositoryForm(request.POST, instance=typed, may_change=True)
    repository = Repository.current()  # as stored
    if not form.is_valid():
        return _page(request, repository, form=form)
    form.store_token()
    try:
        number = test_connection(form.place)
    except PullError as error:
        return _page(request, repository, form=form, unreached=error.sentence)
    return _page(request, repository, form=form, reached=_reached(number, form.place.folder))


def _reached(number, folder) -> str:
    if number is None:
        return _("Reached. The first pull counts the files.")
    words = ngettext("Reached, %(number)d Markdown file", "Reached, %(number)d Markdown files", number)
    where = _(" in %(folder)s") % {"folder": folder} if folder else ""
    return words % {"number": number} + where


def _secret(request, repository):
    return _page(request, repository, secret=new_secret(repository), is_new_secret=True)


def _disconnect(request, repository):
    _stop(request, repository)
    Repository.objects.all().delete()
    GoneFile.objects.all().delete()
    credentials.forget()
    messages.success(request, _("The repository is disconnected. Articles and imports stay."))
    return HttpResponseRedirect(reverse("admin:git_source_screen"))


def _pull(request, repository):
    start_pull(request.user)


def _import_rewritten(request, repository):
    if repository.tip:
        start_pull(request.user, confirmed=repository.tip)


def _stop(request, repository):
    if job := active_pull():
        job.request_stop(request.user)


SET_UP = {"save": _save, "test": _test, "secret": _secret, "disconnect": _disconnect}
ACTS = {
    "pull": _pull,
    "import": _import_rewritten,
    "stop": _stop,
    "pause": lambda request, repository: repository.pause(request.user),
    "go_on": lambda request, repository: repository.go_on(),
}


def import_notes(keys) -> dict[int, ImportNote]:
    """Say of which imports the files came from Git."""
    pulled = ImportRun.objects.filter(pk__in=keys, way=ImportRun.Way.GIT).values_list("pk", flat=True)
    return dict.fromkeys(pulled, ImportNote(_("from Git")))


def gone_file(page) -> dict | None:
    """Return what the edit page says if the file of its article was deleted in the repository."""
    article = page.get("original")
    row = GoneFile.objects.filter(article=article.pk).first() if article else None
    return {"gone": row} if row else None
