"""Merging categories: as an action of the list, instead of deleting one, or when a new name is taken."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from blog.articles.category_merge import merge_categories
from blog.articles.links import ArticleCategory
from blog.articles.names import Category
from blog.desk.choosing import RowSelect
from blog.desk.columns import change_link
from blog.desk.composed import AdminPart


class MergeForm(forms.Form):
    """Asks into which category to merge: by autocomplete or, without JavaScript, by its exact name."""

    target = forms.ModelChoiceField(
        Category.objects,
        label=gettext_lazy("Merge into"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This category is not there any more.")},
    )
    target_name = forms.CharField(label=gettext_lazy("Merge into"), required=False)

    def __init__(self, *args, merged=(), admin_site=admin.site, **kwargs):
        super().__init__(*args, **kwargs)
        self.merged = merged
        self.fields["target"].widget = RowSelect(ArticleCategory._meta.get_field("category"), admin_site)
        self.fields["target"].widget.choices = self.fields["target"].choices
        self.fields["target_name"].widget.attrs["class"] = "vTextField"

    def clean(self):
        typed = self.cleaned_data.get("target_name", "").strip()
        target = Category.objects.named(typed).first() if typed else self.cleaned_data.get("target")
        if typed and not target:
            self.add_error("target", _("There is no category “%s”.") % typed)
        elif not target and not self.errors:
            self.add_error("target", _("Choose the category that is to stay."))
        elif target and not self.others(target):
            self.add_error("target", _("Choose another category than the one that is to be merged."))
        return self.cleaned_data | {"target": target}

    def others(self, target):
        return [category for category in self.merged if category != target]


class CategoryMerge(AdminPart):
    """Merging categories, from the list and from the page of one."""

    def routes(self):
        return {"merge": ("<path:object_id>/merge/", self.merge_one)}

    def actions(self):
        return (self.merge,)

    @admin.action(permissions=["merge"], description=gettext_lazy("Merge the selected categories into…"))
    def merge(self, request, queryset):
        """Ask into which category to merge the selected ones, then merge."""
        categories = list(queryset)
        form = MergeForm(request.POST if "confirmed" in request.POST else None, merged=categories)
        if form.is_valid():
            target = form.cleaned_data["target"]
            return self._merge(request, form.others(target), target)
        return self._ask_for_target(request, categories, form)

    @method_decorator(require_safe)
    def merge_one(self, request, object_id):
        """Ask the same for one category. The URL parameter “into” preselects the target."""
        if not self.model_admin.has_merge_permission(request):
            raise PermissionDenied
        category = self.model_admin.get_object(request, unquote(object_id))
        if category is None:
            raise Http404
        into = self.model_admin.get_object(request, request.GET.get("into", ""))
        initial = {"target": into, "target_name": into.name} if into else {}
        return self._ask_for_target(request, [category], MergeForm(initial=initial, merged=[category]))

    def _ask_for_target(self, request, categories, form):
        context = {
            "title": _("Merge categories"),
            "categories": categories,
            "form": form,
            "media": self.model_admin.media + form.media,
        }
        return self.render(request, "admin/blog/category/merge_confirmation.html", context)

    @transaction.atomic
    def _merge(self, request, others, target):
        self.model_admin.log_deletions(request, others)
        number = merge_categories(others, target)
        names = ", ".join(category.name for category in others)
        sentence = _("Merged into it: %s.") % names
        LogEntry.objects.log_actions(request.user.pk, [target], CHANGE, sentence)
        sentence = ngettext("%d article was changed.", "%d articles were changed.", number) % number
        merged = format_html(_("{} now stands for {}."), change_link(target), names)
        self.message_user(request, format_html("{} {}", merged, sentence), messages.SUCCESS)


def merge_address(category, into=None):
    query = {"into": into.pk} if into else None
    return reverse("admin:blog_category_merge", args=[category.pk], query=query)
