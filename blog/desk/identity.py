"""The site identity, and plain pages."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from blog.desk.base import PartInline, PublicAdmin
from blog.desk.identity_forms import SiteIdentityForm
from blog.site.identity import THE_ROW, FooterLink, NavigationCategory, SiteIdentity


class NavigationCategoryInline(PartInline):
    model = NavigationCategory
    fields = ("category", "position")
    autocomplete_fields = ("category",)


class FooterLinkInline(PartInline):
    model = FooterLink
    fields = ("label", "page", "address", "position")
    autocomplete_fields = ("page",)


@admin.register(SiteIdentity)
class SiteIdentityAdmin(PublicAdmin):
    """The admin of the single row: the list redirects to it; it cannot be added or deleted."""

    form = SiteIdentityForm
    inlines = (NavigationCategoryInline, FooterLinkInline)
    readonly_fields = ("logo_preview",)
    WORDS = ("name", "tagline", "description")
    LOGO = ("upload", "logo_preview", "remove_logo")
    PUBLISHER = ("publisher", "publisher_url", "email", "profiles")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteIdentity.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        exists = SiteIdentity.objects.exists()
        page, arguments = ("change", [THE_ROW]) if exists else ("add", [])
        return HttpResponseRedirect(reverse(f"admin:blog_siteidentity_{page}", args=arguments))

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": self.WORDS}),
            (_("Logo"), {"fields": self.LOGO if obj and obj.logo else self.LOGO[:1]}),
            (_("Publisher"), {"fields": self.PUBLISHER}),
        ]

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"title": capfirst(self.opts.verbose_name), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Logo"))
    def logo_preview(self, identity):
        return (
            format_html('<img class="preview" src="{}" alt="">', identity.logo.url) if identity.logo else None
        )
