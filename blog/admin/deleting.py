"""Deleting rows that articles use: the page says which articles use them, and what to do instead."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.admin.columns import change_link
from blog.models import Article

ARTICLES_NAMED = 10
ROWS_NAMED = 20


class UsedByArticles:
    """A mixin for a ModelAdmin: names the articles in use where Django would name the linking rows."""

    def articles_using(self, row):
        """Return the articles, in whatever state, that stand in the way of deleting the row."""
        raise NotImplementedError

    def instead_of_deleting(self, request, row):
        """Return what else to do with a row in use: links, a line each."""
        return []

    def get_deleted_objects(self, objs, request):
        *rest, protected = super().get_deleted_objects(objs, request)
        return *rest, (protected and self._uses(request, objs)) or protected

    def _uses(self, request, rows):
        """Return a nested list, as Django's templates show it: each row in use, and some of its articles."""
        uses = []
        for row in rows:
            articles = Article.objects.filter(pk__in=self.articles_using(row).values("pk"))
            number = articles.count()
            if number and len(uses) < 2 * ROWS_NAMED:
                sentence = ngettext(
                    "“{}” stands in {} article, so it cannot be deleted.",
                    "“{}” stands in {} articles, so it cannot be deleted.",
                    number,
                )
                links = [*self._links(request, articles, number), *self.instead_of_deleting(request, row)]
                uses += [format_html(sentence, row, number), links]
        return uses

    def _links(self, request, articles, number):
        links = [self._link(request, article) for article in articles.only("title")[:ARTICLES_NAMED]]
        others = number - len(links)
        return [*links, _("and %d more") % others] if others else links

    def _link(self, request, article):
        may_see = self.admin_site.get_model_admin(Article).has_view_permission(request)
        title = format_html("<bdi>{}</bdi>", article)
        return change_link(article, title) if may_see else title
