"""The form of the site identity."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from blog.desk.forms import ExactAddress, ExactLine, ExactModelForm, ExactText, LinesField
from blog.desk.images.forms import IMAGE_TYPES, stored_upload
from blog.images.models import image_of
from blog.site.identity import SiteIdentity


class SiteIdentityForm(ExactModelForm):
    """The form of the site identity. The logo is re-encoded like every image, so it cannot be an SVG."""

    upload = forms.FileField(
        label=_("New logo"),
        required=False,
        help_text=_(
            "JPEG, PNG, GIF, WebP or AVIF. It stands beside the name, on light and on dark ground, "
            "and goes to search engines as the publisher's."
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
                "Addresses of the publisher's pages on other sites, one a line; for search engines."
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
            self.instance.logo = image_of(image) if image else None
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None
        return self.cleaned_data
