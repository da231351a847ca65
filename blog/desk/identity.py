"""The screen and form of the site identity."""

from django import forms
from django.contrib import admin
from django.core.validators import URLValidator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from blog.desk.base import OwnedInline, PublicAdmin, require
from blog.desk.forms import ExactAddress, ExactLine, ExactModelForm, ExactText, LinesField
from blog.site.identity import SINGLETON_PK, FooterLink, NavigationCategory, Network, SiteIdentity
from blog.site.look import LOOK_FIELDS

MOST_NETWORKS = 3


class SiteIdentityForm(ExactModelForm):
    """The form of the site identity. The look and the logo are on the screen *Appearance*."""

    networks = forms.MultipleChoiceField(
        label=capfirst(SiteIdentity._meta.get_field("networks").verbose_name),
        choices=Network,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Up to three, linked at the end of articles, next to the button that copies the link."),
    )

    class Meta:
        model = SiteIdentity
        fields = (
            *("name", "tagline", "description", "publisher", "publisher_url", "email", "profiles"),
            *("networks", "reply_email"),
        )
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

    def clean_networks(self):
        if len(self.cleaned_data["networks"]) > MOST_NETWORKS:
            raise forms.ValidationError(_("Choose three networks at most."))
        return self.cleaned_data["networks"]


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
    readonly_fields = ("look_link",)
    WORDS = ("name", "tagline", "description")
    SHARING = ("networks", "reply_email")
    PUBLISHER = ("publisher", "publisher_url", "email", "profiles")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteIdentity.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        require(self.has_view_or_change_permission(request))
        exists = SiteIdentity.objects.exists()
        page, arguments = ("change", [SINGLETON_PK]) if exists else ("add", [])
        return HttpResponseRedirect(reverse(f"admin:blog_siteidentity_{page}", args=arguments))

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": self.WORDS}),
            (_("Look"), {"fields": ("look_link",)}),
            (_("Publisher"), {"fields": self.PUBLISHER}),
            (_("The end of an article"), {"fields": self.SHARING}),
        ]

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"title": capfirst(self.opts.verbose_name), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_queryset(self, request):
        # Deferred fields are not saved: a look that somebody else has just stored stays.
        return super().get_queryset(request).defer("logo", *LOOK_FIELDS)

    @admin.display(description=_("Colours, titles, logo"))
    def look_link(self, identity):
        return format_html('<a href="{}">{}</a>', reverse("admin:appearance"), _("Appearance"))
