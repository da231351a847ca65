"""Two articles that are nearly the same, beside each other: what one says otherwise than the other."""

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

# What differs between any two articles, and says nothing of how alike they are.
OF_EACH = ("slug", "status", *DATES)


class Alike(AdminPart):
    """The comparison of two articles, for those who may see articles."""

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
        what_differs = differences(*map(article_contents, sides))
        context = {
            "title": _("Two articles compared"),
            "sides": sides,
            "rows": rows_of(field for field in what_differs.fields if field.name not in OF_EACH),
            "found": what_differs,
        }
        return self.render(request, "admin/blog/article/duplicate_comparison.html", context)
