"""Categories and authors."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.authors import AuthorLink
from blog.articles.category_merge import rename_category
from blog.articles.counts import ByCodePoint, CategoryCount
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.names import Author, Category, CategoryAlias
from blog.desk.base import PublicAdmin
from blog.desk.categories import CategoryMerge, merge_address
from blog.desk.columns import list_link, thumbnail
from blog.desk.composed import ComposedAdmin
from blog.desk.deleting import UsedByArticles
from blog.desk.names_forms import AuthorForm, CategoryForm
from blog.desk.parts import PartInline


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


class CategoryAliasInline(admin.TabularInline):
    """Aliases of a category, added by merging and renaming. Editors can only remove them."""

    model = CategoryAlias
    readonly_fields = ("name",)
    extra = max_num = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.view_category") or self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        """Whoever may change the category may remove its aliases."""
        return request.user.has_perm("blog.change_category")

    has_delete_permission = has_change_permission


@admin.register(Category)
class CategoryAdmin(ComposedAdmin, NamedAdmin):
    form = CategoryForm
    list_display = ("name", "address", "number_of_articles", "has_description")
    list_filter = (("description", admin.EmptyFieldListFilter),)
    search_fields = ("name", "slug", "aliases__name")
    article_lookup = "categories__id__exact"
    count = used_by(ArticleCategory, "category")

    def make_parts(self):
        return (CategoryMerge(self),)

    def has_merge_permission(self, request):
        """Merging requires the permissions to change and to delete categories."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def get_inlines(self, request, obj):
        return [CategoryAliasInline] if obj and obj.aliases.exists() else []

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name != "renew_slug"]

    @admin.display(description=gettext_lazy("Described"), boolean=True)
    def has_description(self, category):
        return bool(category.description)

    def save_model(self, request, obj, form, change):
        if change and "name" in form.changed_data:
            rename_category(obj)
        else:
            super().save_model(request, obj, form, change)

    def articles_using(self, row):
        return Article.objects.filter(Q(primary_category=row) | Q(category_links__category=row))

    def instead_of_deleting(self, request, row):
        links = [self.all_articles(row)]
        if self.has_merge_permission(request):
            way_out = '<a class="button" href="{}">{}</a>'
            links.append(format_html(way_out, merge_address(row), _("Merge it into another category")))
        return links

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["merging"] = self._offer_to_merge(request, context["adminform"].form) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _offer_to_merge(self, request, form):
        """Return the link to merge the category into the one that has the new name already, and that one."""
        taken = [error for error in form.errors.as_data().get("name", ()) if error.code == "taken"]
        if not taken or not self.has_merge_permission(request):
            return None
        other = taken[0].params["other"]
        return {"address": merge_address(form.instance, other), "other": other}


class AuthorLinkInline(PartInline):
    model = AuthorLink
    fields = ("label", "address", "position")
    extra = 1  # without JavaScript, no more can be added


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    form = AuthorForm
    inlines = (AuthorLinkInline,)
    fieldsets = (
        (None, {"fields": ["name", "slug", "bio", "url", "user"]}),
        (gettext_lazy("Picture"), {"fields": ["picture_preview", "picture"]}),
    )
    list_display = ("name", "address", "number_of_articles", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("picture", "user")
    article_lookup = "authors__id__exact"
    count = used_by(ArticleAuthor, "author")

    def articles_using(self, row):
        return Article.objects.filter(author_links__author=row)

    def get_readonly_fields(self, request, obj=None):
        """Only those who may view users can choose the user of an author."""
        return ("picture_preview", *(() if request.user.has_perm("auth.view_user") else ("user",)))

    @admin.display(description=gettext_lazy("Picture"))
    def picture_preview(self, author):
        return thumbnail(author.picture) if author.picture else _("None chosen.")
