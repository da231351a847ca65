"""Rows that readers see on some page."""

from django.contrib import admin

from blog import page_cache
from blog.admin.choosing import ChoosesRows


class PublicAdmin(ChoosesRows, admin.ModelAdmin):
    """Tells the readers' pages of whatever is saved or deleted here, once, when all of it is stored."""

    list_per_page = 50

    class Media:
        js = ("admin/js/urlify.js", "js/admin-slugs.js")  # in this order: ours takes the place of the first

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        page_cache.invalidate_on_commit()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        page_cache.invalidate_on_commit()
