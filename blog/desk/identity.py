"""The screen and form of the site identity."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import URLValidator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from blog.desk.base import OwnedInline, PublicAdmin
from blog.desk.forms import ExactAddress, ExactLine, ExactModelForm, ExactText, LinesField
from blog.desk.images.forms import IMAGE_TYPES, stored_upload
from blog.images.models import image_of
from blog.site.identity import SINGLETON_PK, FooterLink, NavigationCategory, SiteIdentity


class SiteIdentityForm(ExactModelForm):
    """The form of the site identity. The logo is re-encoded like every image."""

    upload = forms.FileField(
        label=_("New logo"),
        required=False,
        help_text=_(
            "JPEG, PNG, GIF, WebP, AVIF or SVG. Shown next to the site name on light and dark backgrounds, "
            "and given to search engines as the publisher's logo."
        ),
        widget=forms.FileInput(attrs=IMAGE_TYPES),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = SiteIdentity
        fields = ("name", "tagline", "description", "publisher", "publisher_url", "email", "profiles")
        field_classes = {
            **dict.fromkeys(["name", "tagline", "publisher"], ExactLine),
            "description": ExactText,
            "publisher_url": ExactAddress,
            "profiles": LinesField,
        }
        widgets = {
            **dict.fromkeys(["name", "tagline", "publisher"], forms.TextInput(attrs={"class": "vTextField"})),
            "description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {
            "profiles": _(
                "URLs of the publisher's pages on other sites, one per line. Given to search engines."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "profiles" in self.fields:  # not in a read-only form
            self.fields["profiles"].widget.attrs["class"] = "vLargeTextField"

    def clean_profiles(self):
        check = URLValidator(["http", "https"])
        for address in self.cleaned_data["profiles"]:
            check(address)
        return self.cleaned_data["profiles"]

    def clean(self):
        super().clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            image = stored_upload(self, upload)
            self.instance.logo = image_of(image, upload.name) if image else None
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None
        return self.cleaned_data


class NavigationCategoryInline(OwnedInline):
    model = NavigationCategory
    fields = ("category", "position")
    autocomplete_fields = ("category",)


class FooterLinkInline(OwnedInline):
    model = FooterLink
    fields = ("label", "page", "address", "position")
    autocomplete_fields = ("page",)


@admin.register(SiteIdentity)
class SiteIdentityAdmin(PublicAdmin):
    """The admin of the single row. The list redirects to the row, which cannot be deleted."""

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
        page, arguments = ("change", [SINGLETON_PK]) if exists else ("add", [])
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
