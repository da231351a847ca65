"""Categories and authors."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from blog.admin.columns import list_link
from blog.admin.public import PublicAdmin
from blog.forms import AuthorForm, CategoryForm
from blog.models import Article, ArticleAuthor, ArticleCategory, Author, Category
from blog.querysets import ByCodePoint


def used_by(link_model, field):
    """Return an expression: how many articles hold a row, published or not."""
    links = link_model.objects.filter(**{field: OuterRef("pk")}).order_by().values(field)
    number = links.annotate(number=Count("article", distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


class NamedAdmin(PublicAdmin):
    """Rows that files call by name, with the number of articles that hold them."""

    ordering = (ByCodePoint("folded_name"),)
    search_fields = ("name", "slug")
    article_lookup = ""
    count = None

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=self.count)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}

    def view_on_site(self, row):
        """Return its address, if readers find an article there."""
        return row.get_absolute_url() if row.articles.published().exists() else None

    @admin.display(description=_("Articles"), ordering="article_count")
    def article_links(self, row):
        if not row.article_count:
            return None
        return list_link(Article, row.article_count, **{self.article_lookup: row.pk})


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    form = CategoryForm
    list_display = ("name", "slug", "article_links", "has_description")
    list_filter = (("description", admin.EmptyFieldListFilter),)
    article_lookup = "categories__id__exact"
    count = used_by(ArticleCategory, "category")

    @admin.display(description=_("Described"), boolean=True)
    def has_description(self, category):
        return bool(category.description)


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    form = AuthorForm
    list_display = ("name", "slug", "article_links", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    article_lookup = "authors__id__exact"
    count = used_by(ArticleAuthor, "author")
