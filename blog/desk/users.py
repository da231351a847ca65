"""Users, groups and followers, in lists that accept only the parameters of their filters.

Only users with the permission to view followers see addresses.
"""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User

from blog.desk.lists import AcceptsOwnFilters
from blog.extensions.followers.followers import Follower

admin.site.unregister((Group, User))


@admin.register(Group)
class GroupAdmin(AcceptsOwnFilters, auth_admin.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(AcceptsOwnFilters, auth_admin.UserAdmin):
    pass


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
