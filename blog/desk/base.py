"""Base classes of admin screens.

- PublicAdmin: saves and deletions expire the page cache, once per request.
- ChoosesRows: autocomplete fields for related rows.
- OwnedInline: inline rows with the permissions of their parent row.
- SavedCopies: after a save, a cookie tells the browser which local draft to delete
  (static/js/admin-copies.js creates them).
"""

import re

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.desk.forms import NamedRowsFormSet
from blog.desk.lists import AcceptsOwnFilters
from blog.desk.numbers import read_numbers


class SafeAutocompleteSelect(AutocompleteSelect):
    """Django's autocomplete widget, but an invalid primary key selects nothing instead of raising."""

    def optgroups(self, name, value, attrs=None):
        numbers = read_numbers(map(str, value))
        if numbers:
            return super().optgroups(name, numbers, attrs)
        # Django would compose a query for no rows.
        nothing = self.create_option(name, "", "", selected=False, index=0)
        return [(None, [] if self.is_required else [nothing], 0)]


class ChoosesRows:
    """A mixin for a ModelAdmin or an inline: its autocomplete_fields use SafeAutocompleteSelect."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", SafeAutocompleteSelect(db_field, self.admin_site, using=kwargs.get("using"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PublicAdmin(AcceptsOwnFilters, ChoosesRows, admin.ModelAdmin):
    """A ModelAdmin that expires the page cache once per request, after the commit."""

    list_per_page = 50

    class Media:
        js = ("admin/js/urlify.js", "js/admin-slugs.js")  # in this order: ours overrides the first

    @admin.display(description=_("Slug"), ordering="slug")
    def address(self, row):
        return row.slug

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        page_cache.invalidate_on_commit()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        page_cache.invalidate_on_commit()


# Message tags: shown as a toast, without and with an Undo button.
TOAST, WITH_UNDO = "toast", "toast undo"


TOKEN = re.compile(r"[0-9a-f]{16}")
SECONDS = 24 * 3600  # lifetime of the cookie, which the next admin page reads


class SavedCopies(admin.ModelAdmin):
    """After a save, set a cookie with the token of the form's local draft, submitted as `_copy`."""

    def response_add(self, request, obj, post_url_continue=None):
        return _with_cookie(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return _with_cookie(request, super().response_change(request, obj))


def _with_cookie(request, response):
    token = request.POST.get("_copy", "")
    if TOKEN.fullmatch(token):
        response.set_cookie(
            f"saved-{token}",
            "1",
            max_age=SECONDS,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class OwnedInline(ChoosesRows, admin.TabularInline):
    """An inline with the permissions that the user has on its parent row."""

    formset = NamedRowsFormSet
    extra = 0

    def has_add_permission(self, request, obj):
        return self._parent_admin.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._parent_admin.has_change_permission(request, obj)

    has_delete_permission = has_change_permission

    def has_view_permission(self, request, obj=None):
        return self._parent_admin.has_view_permission(request, obj)

    @property
    def _parent_admin(self):
        return self.admin_site.get_model_admin(self.parent_model)
