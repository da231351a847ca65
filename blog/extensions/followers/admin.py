"""The list of followers. Only users with the permission to view followers see addresses."""

from django.contrib import admin

from blog.desk.lists import AcceptsOwnFilters
from blog.extensions.followers.followers import Follower


@admin.register(Follower)
class FollowerAdmin(AcceptsOwnFilters, admin.ModelAdmin):
    """Shows and deletes followers. Only they themselves add and change rows, since each has to consent."""

    list_display = ("address", "frequency", "confirmed_at")
    list_filter = ("frequency",)
    list_per_page = 50
    search_fields = ("address",)
    fields = ("address", "frequency", "confirmed_at")
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
