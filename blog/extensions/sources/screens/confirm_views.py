"""Confirm together the claims that are on the page they link to, of an article or of an import."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.articles.models import Article
from blog.desk.base import WITH_UNDO, require
from blog.extensions.sources.confirming import MOST_AT_ONCE, confirm, confirmable, confirmed_message
from blog.extensions.sources.screens.list_views import desk_page, may_edit
from blog.extensions.sources.screens.shown import shown_evidence
from blog.imports.articles import articles_of_import
from blog.imports.models import ImportRun


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_in_article(request, pk):
    require(may_edit(request))
    article = Article.objects.in_use().filter(pk=pk).first()
    if article is None:
        raise Http404
    return _confirm(request, [article.pk], article.title, reverse("admin:blog_article_proof", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_in_import(request, pk):
    require(may_edit(request))
    run = ImportRun.objects.filter(pk=pk).first()
    if run is None:
        raise Http404
    keys = articles_of_import(run).filter(trashed_at=None).values_list("pk", flat=True)
    name = run.file_name or run.source_name
    return _confirm(request, list(keys), name, reverse("admin:blog_importrun_change", args=[pk]))


def _confirm(request, keys, name, back):
    if request.method == "POST":
        number = confirm(keys, set(request.POST.getlist("claim")), request.user)
        messages.success(request, confirmed_message(number), extra_tags=WITH_UNDO)
        return HttpResponseRedirect(back)
    rows = confirmable(keys)
    titles = dict(Article.objects.filter(pk__in={row.article for row in rows}).values_list("pk", "title"))
    context = {
        "title": _("Confirm claims"),
        "name": name,
        "rows": [(row, titles[row.article], shown_evidence(row.evidence)) for row in rows],
        "is_cut": len(rows) == MOST_AT_ONCE,
        "back": back,
    }
    return desk_page(request, "sources/confirm.html", context)
