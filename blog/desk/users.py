"""Users and groups, in lists that accept only the parameters of their filters."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User

from blog.desk.lists import AcceptsOwnFilters
from blog.desk.second_step.confirmation import ask_again
from blog.desk.second_step.letters import tell_of_password

admin.site.unregister((Group, User))


@admin.register(Group)
class GroupAdmin(AcceptsOwnFilters, auth_admin.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(AcceptsOwnFilters, auth_admin.UserAdmin):
    """Django's, which asks “Is it you?” before accounts get a password or more rights."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        asked = self._ask_again(request)
        return asked or super().changeform_view(request, object_id, form_url, extra_context)

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 -- Django's name
        if asked := self._ask_again(request):
            return asked
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            tell_of_password(self.get_object(request, unquote(id)))
        return response

    def _ask_again(self, request):
        may_save = self.has_change_permission(request) or self.has_add_permission(request)
        return ask_again(request) if request.method == "POST" and may_save else None
