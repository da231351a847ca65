"""Compare two duplicate articles side by side."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.articles.versions.contents import DATES, article_contents, with_contents
from blog.articles.versions.differences import differences
from blog.desk.comparison.words import rows_of
from blog.desk.screens import screen

# Fields not compared: they differ between any two articles.
OF_EACH = ("slug", "status", *DATES)


@require_safe
def compare_duplicates(request, one, other, *, model_admin):
    """Show the comparison of two articles, which requires the permission to view articles."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    articles = with_contents(Article.objects.all()).in_bulk([one, other])
    if len(articles) < len({one, other}):
        raise Http404
    sides = [articles[one], articles[other]]
    diff = differences(*map(article_contents, sides))
    context = {
        "title": _("Compare two articles"),
        "sides": sides,
        "rows": rows_of(field for field in diff.fields if field.name not in OF_EACH),
        "found": diff,
    }
    return screen(model_admin, request, "admin/blog/article/duplicate_comparison.html", context)
