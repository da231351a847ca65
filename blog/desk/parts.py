"""Inlines of rows that are a part of another row."""

from django.contrib import admin

from blog.desk.choosing import ChoosesRows
from blog.desk.formsets import NamedRowsFormSet


class PartInline(ChoosesRows, admin.TabularInline):
    """An inline whose permissions are those on the row that it belongs to."""

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
