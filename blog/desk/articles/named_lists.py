"""Scopes: strings that name a list of articles in forms, such as an import or a filtered list."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.articles.undoable import SCOPE_LENGTH
from blog.desk.articles.list import ListedArticles
from blog.desk.columns import short_day
from blog.desk.numbers import read_number
from blog.imports.articles import articles_of_import
from blog.imports.models import ImportRun

BATCH = "batch:"  # followed by the primary key of an import
ARTICLE = "article:"  # followed by the primary key of an article
ALL = "all"  # the list without filters
PAGING = ("p", "all", "order", "shared")  # parameters that do not filter articles


def scope_of_batch(batch: ImportRun) -> str:
    return f"{BATCH}{batch.pk}"


def scope_of_article(article: Article) -> str:
    """Return the scope of the import that created the article, or of the article only."""
    run = ImportRun.objects.filter(source_files__article=article).only("pk").first()
    return scope_of_batch(run) if run else f"{ARTICLE}{article.pk}"


def scope_of_list(query: QueryDict) -> str:
    """Return the scope of a list for its query string; "" if it is longer than SCOPE_LENGTH."""
    query = query.copy()
    for name in PAGING:
        query.pop(name, None)
    scope = query.urlencode() or ALL
    return scope if len(scope) <= SCOPE_LENGTH else ""


def articles_in(scope: str, request, articles_admin):
    """Return a queryset of the articles in a scope. Raises Http404 if the scope is invalid."""
    if not scope:  # must not mean all articles
        raise Http404
    if scope.startswith(BATCH):
        return articles_of_import(_batch(scope.removeprefix(BATCH)))
    if scope.startswith(ARTICLE):
        return Article.objects.in_use().filter(pk=read_number(scope.removeprefix(ARTICLE)))
    return _listed(request, articles_admin, QueryDict("" if scope == ALL else scope))


def address_of(scope: str) -> str:
    """Return the URL of the screen that shows the articles of a scope."""
    if scope.startswith(BATCH):
        return reverse("admin:blog_importrun_change", args=[scope.removeprefix(BATCH)])
    if scope.startswith(ARTICLE):
        return reverse("admin:blog_article_proof", args=[scope.removeprefix(ARTICLE)])
    return reverse("admin:blog_article_changelist") + ("" if scope == ALL else f"?{scope}")


def link_to(scope: str) -> tuple[str, str]:
    """Return the URL and the name of the screen that shows the articles of a scope."""
    return address_of(scope), _name_of(scope)


def _name_of(scope):
    if scope.startswith(BATCH):
        return _("Import of %(day)s") % {"day": short_day(_batch(scope.removeprefix(BATCH)).started_at)}
    if scope.startswith(ARTICLE):
        return Article.objects.filter(pk=scope.removeprefix(ARTICLE)).values_list("title", flat=True).first()
    return _("Articles")


def _batch(number):
    return get_object_or_404(ImportRun, pk=read_number(number))


def _listed(request, articles_admin, query):
    original = request.GET
    request.GET = query
    try:
        return ListedArticles.of(request, articles_admin)
    except IncorrectLookupParameters:
        raise Http404 from None
    finally:
        request.GET = original
