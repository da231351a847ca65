"""Deleting rows that articles use: the page lists these articles and says what to do instead."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk.columns import change_link

ARTICLES_NAMED = 10
ROWS_NAMED = 20


class UsedByArticles:
    """A mixin for a ModelAdmin: lists the articles that use a row, instead of the rows of link tables."""

    def articles_using(self, row):
        """Return the articles, of any status, that prevent deleting the row."""
        raise NotImplementedError

    def instead_of_deleting(self, request, row):
        """Return links to alternatives to deleting a row in use, one per line."""
        return []

    def get_deleted_objects(self, objs, request):
        *rest, protected = super().get_deleted_objects(objs, request)
        return *rest, (protected and self._uses(request, objs)) or protected

    def _uses(self, request, rows):
        """Return each row in use with some of its articles, as a nested list for Django's templates."""
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
