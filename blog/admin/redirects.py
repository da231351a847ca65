"""Old addresses."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.columns import change_link
from blog.admin.public import PublicAdmin
from blog.forms import RedirectForm
from blog.models import Redirect
from blog.querysets import ByCodePoint


@admin.register(Redirect)
class RedirectAdmin(PublicAdmin):
    form = RedirectForm
    ordering = (ByCodePoint("path"),)
    list_display = ("path", "leads_to", "created_at")
    list_filter = ("is_gone",)
    list_select_related = ("article", "category")
    search_fields = ("path", "article__title", "category__name")
    autocomplete_fields = ("article", "category")

    @admin.display(description=gettext_lazy("Leads to"))
    def leads_to(self, redirect):
        return change_link(redirect.target) if redirect.target else _("nowhere: gone for good")
