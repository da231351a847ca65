"""Categories and authors."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.counts import CategoryCount
from blog.articles.models import Article
from blog.base.queries import ByCodePoint
from blog.desk.base import PublicAdmin
from blog.desk.columns import list_link
from blog.desk.deleting import UsedByArticles


def used_by(link_model, field):
    """Return an expression that counts the articles of a row, of any status, but not in the trash."""
    links = link_model.objects.filter(article__trashed_at=None, **{field: OuterRef("pk")})
    links = links.order_by().values(field)
    number = links.annotate(number=Count("article", distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def _without_counts(deleted):
    """Return Django's nested list of rows to delete without CategoryCount rows."""
    counts = f"{capfirst(CategoryCount._meta.verbose_name)}:"
    kept = (_without_counts(row) if isinstance(row, list) else row for row in deleted)
    return [row for row in kept if row and not str(row).startswith(counts)]


class NamedAdmin(UsedByArticles, PublicAdmin):
    """The base of the admin of categories and authors, with a column for the number of their articles."""

    ordering = (ByCodePoint("folded_name"),)
    search_fields = ("name", "slug")
    article_lookup = ""
    count = None

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=self.count)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}

    def view_on_site(self, row):
        """Return the public URL, or None without published articles."""
        return (row.articles.published().exists() and row.get_absolute_url()) or None

    @admin.display(description=gettext_lazy("Articles"), ordering="article_count")
    def number_of_articles(self, row):
        if not row.article_count:
            return None
        return list_link(Article, row.article_count, **{self.article_lookup: row.pk})

    def instead_of_deleting(self, request, row):
        return [self.all_articles(row)]

    def get_deleted_objects(self, objs, request):
        """Leave out the stored counts, which are deleted along with a category."""
        deleted, *rest = super().get_deleted_objects(objs, request)
        return _without_counts(deleted), *rest

    def all_articles(self, row):
        return list_link(Article, _("Show them in the list of articles"), **{self.article_lookup: row.pk})
