"""The form of an image, and storing uploads."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.desk.forms import ExactAddress, ExactLine, ExactModelForm, ExactText
from blog.documents.addresses import check_image_address, is_public_image
from blog.documents.limits import in_megabytes
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.files import ImageError, image_too_large, store_file
from blog.images.models import ADDRESS_LENGTH, UPLOAD_NAME_LENGTH, Image

IMAGE_TYPES = {"accept": "image/jpeg,image/png,image/gif,image/webp,image/avif,image/svg+xml"}


class ImageForm(ExactModelForm):
    """The form of an image. Uploads are always decoded, and stored without metadata."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=format_lazy(
            _(
                "JPEG, PNG, GIF, WebP, AVIF or SVG, up to {megabytes} MB. "
                "It is stored upright and without metadata."
            ),
            megabytes=in_megabytes(MAX_IMAGE_BYTES),
        ),
        widget=forms.FileInput(attrs=IMAGE_TYPES),
    )

    class Meta:
        model = Image
        fields = (
            *("source", "alt", "caption", "focal_x", "focal_y"),
            *("credit_creator", "credit_url", "credit_source"),
        )
        field_classes = {
            **dict.fromkeys(["source", "credit_creator", "credit_source"], ExactLine),
            **dict.fromkeys(["alt", "caption"], ExactText),
            "credit_url": ExactAddress,
        }
        widgets = dict.fromkeys(
            ["alt", "caption"], forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
        )

    stored_there = None  # the stored image whose URL was entered as source

    def clean_source(self):
        """Reject URLs that the importer would reject. An unchanged value is accepted."""
        source = self.cleaned_data["source"]
        if len(source.encode("utf-8", "surrogatepass")) > ADDRESS_LENGTH:  # too many for its database index
            raise forms.ValidationError(
                _("The URL is longer than %(limit)s bytes."), params={"limit": ADDRESS_LENGTH}
            )
        if "source" not in self.changed_data:
            return source
        self.stored_there = Image.objects.stored_at(source)
        if not self.stored_there and (reason := check_image_address(source)):
            raise forms.ValidationError(
                _("Images cannot be loaded from this URL: %(reason)s."), params={"reason": gettext(reason)}
            )
        return source

    def clean(self):
        super().clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            self._copy_file(stored_upload(self, upload))
            self.instance.upload_name = upload.name[:UPLOAD_NAME_LENGTH]
        elif self.stored_there and not self.instance.file:
            self._copy_file(self.stored_there)
        if not (upload or self.instance.file or self._has_address()):
            self.add_error("upload", _("Choose a file, or enter the URL of an image on another site."))
        if self.instance.pk:
            self.instance.is_replaced |= "upload" in self.changed_data
        return self.cleaned_data

    def _has_address(self):
        """Whether source is set and, if edited, a public URL. An imported source may also be a path."""
        source = self.cleaned_data.get("source")
        return bool(source) and ("source" not in self.changed_data or is_public_image(source))

    def _copy_file(self, image):
        """Copy the file, size and digest of a stored image to the form's image."""
        if image:
            self.instance.file = image.file.name if isinstance(image, Image) else image.name
            self.instance.width, self.instance.height = image.width, image.height
            self.instance.digest, self.instance.original = image.digest, ""


def stored_upload(form, upload):
    """Store an upload and return the StoredImage. If it is rejected, add a form error and return None."""
    try:
        if upload.size > MAX_IMAGE_BYTES:
            raise ImageError(image_too_large())
        return store_file(upload.read())
    except ImageError as error:
        form.add_error("upload", str(error))
        return None
