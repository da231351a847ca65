"""Compare two duplicate articles side by side."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.articles.versions.contents import DATES, article_contents, with_contents
from blog.articles.versions.differences import differences
from blog.desk.comparison.words import rows_of
from blog.desk.composed import AdminPart

# Fields not compared: they differ between any two articles.
OF_EACH = ("slug", "status", *DATES)


class DuplicateComparison(AdminPart):
    """The comparison of two articles, which requires the permission to view articles."""

    def routes(self):
        return {"alike": ("alike/<int:one>/<int:other>/", self.compare)}

    @method_decorator(require_safe)
    def compare(self, request, one, other):
        if not self.model_admin.has_view_or_change_permission(request):
            raise PermissionDenied
        found = with_contents(Article.objects.all()).in_bulk([one, other])
        if len(found) < len({one, other}):
            raise Http404
        sides = [found[one], found[other]]
        diff = differences(*map(article_contents, sides))
        context = {
            "title": _("Compare two articles"),
            "sides": sides,
            "rows": rows_of(field for field in diff.fields if field.name not in OF_EACH),
            "found": diff,
        }
        return self.render(request, "admin/blog/article/duplicate_comparison.html", context)
