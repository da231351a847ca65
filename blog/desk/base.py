"""The base of the admin of public models: saving and deleting invalidates the page cache."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.desk.choosing import ChoosesRows


class PublicAdmin(ChoosesRows, admin.ModelAdmin):
    """Invalidates the page cache once per request, after the commit."""

    list_per_page = 50

    class Media:
        js = ("admin/js/urlify.js", "js/admin-slugs.js")  # in this order: ours overrides the first

    @admin.display(description=_("Address"), ordering="slug")
    def address(self, row):
        return row.slug

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        page_cache.invalidate_on_commit()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        page_cache.invalidate_on_commit()


# Tags of messages that are shown as a toast, without and with a button for undo.
TOAST, WITH_UNDO = "toast", "toast undo"
