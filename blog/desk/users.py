"""Users and groups, in lists that accept only the parameters of their filters."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User

from blog.desk.lists import AcceptsOwnFilters

admin.site.unregister((Group, User))


@admin.register(Group)
class GroupAdmin(AcceptsOwnFilters, auth_admin.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(AcceptsOwnFilters, auth_admin.UserAdmin):
    pass
