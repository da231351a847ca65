"""The screen of categories, and merging: from the list, instead of deletion, or if a name is taken."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from blog.articles.actions.category_merge import merge_categories, rename_category
from blog.articles.categories import Category, CategoryAlias
from blog.articles.links import ArticleCategory
from blog.desk.base import SafeAutocompleteSelect, require, screen, urls_of
from blog.desk.columns import change_link
from blog.desk.named_models import NamedForm, NamedModelAdmin, article_count_expression
from blog.desk.numbers import read_number
from blog.documents.slugs import slugify_name
from blog.site.slugs import free_slug


class CategoryForm(NamedForm):
    renew_slug = forms.BooleanField(
        label=gettext_lazy("Create a new slug from the new name"),
        required=False,
        help_text=gettext_lazy("The old URL redirects to the new one."),
    )

    class Meta(NamedForm.Meta):
        model = Category

    def clean(self):
        super().clean()
        is_renamed = {"name", "slug"} & set(self.changed_data) == {"name"} and not self.errors
        if is_renamed and self.cleaned_data.get("renew_slug"):
            others = Category.objects.exclude(pk=self.instance.pk)
            self.cleaned_data["slug"] = free_slug(others, slugify_name(self.cleaned_data["name"]))
        return self.cleaned_data


class MergeForm(forms.Form):
    """The choice of the target of a merge: by autocomplete or, without JavaScript, by its exact name."""

    target = forms.ModelChoiceField(
        Category.objects,
        label=gettext_lazy("Merge into"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This category no longer exists.")},
    )
    target_name = forms.CharField(label=gettext_lazy("Merge into"), required=False)

    def __init__(self, *args, merged=(), admin_site=admin.site, **kwargs):
        super().__init__(*args, **kwargs)
        self.merged = merged
        self.fields["target"].widget = SafeAutocompleteSelect(
            ArticleCategory._meta.get_field("category"), admin_site
        )
        self.fields["target"].widget.choices = self.fields["target"].choices
        self.fields["target_name"].widget.attrs["class"] = "vTextField"

    def clean(self):
        typed = self.cleaned_data.get("target_name", "").strip()
        target = Category.objects.named(typed).first() if typed else self.cleaned_data.get("target")
        if typed and not target:
            self.add_error("target", _("There is no category “%s”.") % typed)
        elif not target and not self.errors:
            self.add_error("target", _("Choose the category to keep."))
        elif target and not self.others(target):
            self.add_error("target", _("Choose a category other than the one being merged."))
        return self.cleaned_data | {"target": target}

    def others(self, target):
        return [category for category in self.merged if category != target]


def merge_address(category, into=None):
    query = {"into": into.pk} if into else None
    return reverse("admin:blog_category_merge", args=[category.pk], query=query)


class CategoryAliasInline(admin.TabularInline):
    """Aliases of a category, added by merging and renaming. Editors can only remove them."""

    model = CategoryAlias
    readonly_fields = ("name",)
    extra = max_num = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.view_category") or self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        """Whether the user may remove aliases: everyone who may change the category."""
        return request.user.has_perm("blog.change_category")

    has_delete_permission = has_change_permission


@admin.register(Category)
class CategoryAdmin(NamedModelAdmin):
    form = CategoryForm
    search_fields = ("name", "slug", "aliases__name")
    field_of_existing = "renew_slug"
    used_in = ("primary_category", "category_links__category")
    article_lookup = "categories__id__exact"
    actions = ("merge",)
    count = article_count_expression(ArticleCategory, "category")

    def get_urls(self):
        views = {"merge": ("<path:object_id>/merge/", self.merge_view)}
        return [*urls_of(self, views), *super().get_urls()]

    @admin.action(permissions=["merge"], description=gettext_lazy("Merge the selected categories into…"))
    def merge(self, request, queryset):
        """Ask for the target, then merge the selected categories into it."""
        categories = list(queryset)
        form = MergeForm(request.POST if "confirmed" in request.POST else None, merged=categories)
        if form.is_valid():
            target = form.cleaned_data["target"]
            return self._merge(request, form.others(target), target)
        return self._ask_for_target(request, categories, form)

    @method_decorator(require_safe)
    def merge_view(self, request, object_id):
        """Ask for the target of one category. The URL parameter “into” preselects it."""
        require(self.has_merge_permission(request))
        category = get_object_or_404(self.get_queryset(request), pk=read_number(unquote(object_id)))
        into = self.get_object(request, request.GET.get("into", ""))
        initial = {"target": into, "target_name": into.name} if into else {}
        return self._ask_for_target(request, [category], MergeForm(initial=initial, merged=[category]))

    def _ask_for_target(self, request, categories, form):
        context = {
            "title": _("Merge categories"),
            "categories": categories,
            "form": form,
            "media": self.media + form.media,
        }
        return screen(self, request, "admin/blog/category/merge_confirmation.html", context)

    @transaction.atomic
    def _merge(self, request, others, target):
        self.log_deletions(request, others)
        number = merge_categories(others, target)
        names = ", ".join(category.name for category in others)
        sentence = _("Merged into it: %s.") % names
        LogEntry.objects.log_actions(request.user.pk, [target], CHANGE, sentence)
        sentence = ngettext("%d article was changed.", "%d articles were changed.", number) % number
        merged = format_html(_("{} now replaces {}."), change_link(target), names)
        messages.success(request, format_html("{} {}", merged, sentence))

    def has_merge_permission(self, request):
        """Merging requires the permissions to change and to delete categories."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def get_inlines(self, request, obj):
        return [CategoryAliasInline] if obj and obj.aliases.exists() else []

    def save_model(self, request, obj, form, change):
        if change and "name" in form.changed_data:
            rename_category(obj)
        else:
            super().save_model(request, obj, form, change)

    def instead_of_deleting(self, request, row):
        links = [self.all_articles(row)]
        if self.has_merge_permission(request):
            button = '<a class="button" href="{}">{}</a>'
            links.append(format_html(button, merge_address(row), _("Merge it into another category")))
        return links

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["merging"] = self._offer_to_merge(request, context["adminform"].form) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _offer_to_merge(self, request, form):
        """Return context: the category that already has the new name, and the URL to merge into it."""
        taken = [error for error in form.errors.as_data().get("name", ()) if error.code == "taken"]
        if not taken or not self.has_merge_permission(request):
            return None
        other = taken[0].params["other"]
        return {"address": merge_address(form.instance, other), "other": other}
