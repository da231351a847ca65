"""Categories and authors."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.columns import change_link, list_link
from blog.admin.public import PublicAdmin
from blog.forms import AuthorForm, CategoryForm
from blog.listing import ByCodePoint
from blog.merging import merge_categories, rename_category
from blog.models import Article, ArticleAuthor, ArticleCategory, Author, Category, CategoryAlias


def used_by(link_model, field):
    """Return an expression: how many articles hold a row, published or not, but not in the trash."""
    links = link_model.objects.filter(article__trashed_at=None, **{field: OuterRef("pk")})
    links = links.order_by().values(field)
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
        return (row.articles.published().exists() and row.get_absolute_url()) or None

    @admin.display(description=gettext_lazy("Articles"), ordering="article_count")
    def number_of_articles(self, row):
        if not row.article_count:
            return None
        return list_link(Article, row.article_count, **{self.article_lookup: row.pk})


class CategoryAliasInline(admin.TabularInline):
    """The names of former times: kept by merging and renaming, taken away here when a file means another."""

    model = CategoryAlias
    readonly_fields = ("name",)
    extra = max_num = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.view_category") or self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        """Other names are part of their category: who may change that may take them away."""
        return request.user.has_perm("blog.change_category")

    has_delete_permission = has_change_permission


class MergeForm(forms.Form):
    target = forms.ModelChoiceField(Category.objects, label=gettext_lazy("Merge into"))


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    form = CategoryForm
    list_display = ("name", "slug", "number_of_articles", "has_description")
    list_filter = (("description", admin.EmptyFieldListFilter),)
    search_fields = ("name", "slug", "aliases__name")
    article_lookup = "categories__id__exact"
    count = used_by(ArticleCategory, "category")
    actions = ("merge",)

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

    def has_merge_permission(self, request):
        """Merging changes one category and deletes the others."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(permissions=["merge"], description=gettext_lazy("Merge the selected categories into…"))
    def merge(self, request, queryset):
        """Ask which category takes the place of the others, then merge."""
        categories = list(queryset)
        form = MergeForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            target = form.cleaned_data["target"]
            others = [category for category in categories if category != target]
            if others:
                return self._merge(request, others, target)
            form.add_error("target", _("Choose a category that is to stay and is not the only one selected."))
        context = {"title": _("Merge categories"), "opts": self.opts, "categories": categories, "form": form}
        return TemplateResponse(
            request,
            "admin/blog/category/merge_confirmation.html",
            self.admin_site.each_context(request) | context,
        )

    @transaction.atomic
    def _merge(self, request, others, target):
        self.log_deletions(request, others)
        number = merge_categories(others, target)
        names = ", ".join(category.name for category in others)
        sentence = _("Merged into it: %s.") % names
        LogEntry.objects.log_actions(request.user.pk, [target], CHANGE, sentence)
        sentence = ngettext("%d article was changed.", "%d articles were changed.", number) % number
        merged = format_html(_("{} now stands for {}."), change_link(target), names)
        self.message_user(request, format_html("{} {}", merged, sentence), messages.SUCCESS)


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    form = AuthorForm
    list_display = ("name", "slug", "number_of_articles", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    article_lookup = "authors__id__exact"
    count = used_by(ArticleAuthor, "author")

    def get_readonly_fields(self, request, obj=None):
        """Users are for those to choose from who may see them."""
        return () if request.user.has_perm("auth.view_user") else ("user",)
