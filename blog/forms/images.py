"""What images are uploaded and described with."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.documents import check_image_address, is_public_image
from blog.forms.fields import ExactAddress, ExactLine, ExactModelForm, ExactText
from blog.media.images import ImageError, store_file
from blog.models import Image
from blog.models.image import ADDRESS_LENGTH
from blog.upload_limits import MAX_IMAGE_BYTES, in_megabytes

IMAGE_TYPES = {"accept": "image/jpeg,image/png,image/gif,image/webp,image/avif"}


class ImageForm(ExactModelForm):
    """An image's form. Whatever is uploaded is decoded and written anew; nothing else becomes its file."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=format_lazy(
            _(
                "JPEG, PNG, GIF, WebP or AVIF, up to {megabytes} MB. "
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

    stored_there = None  # the image of ours that is shown at the address, if that was typed

    def clean_source(self):
        """Take no address that the importer would not take. One that is stored already is not shown."""
        source = _address_that_fits(self.cleaned_data["source"])
        if "source" not in self.changed_data:
            return source
        self.stored_there = Image.objects.stored_at(source)
        if not self.stored_there and (reason := check_image_address(source)):
            raise forms.ValidationError(
                _("No picture is shown from there: %(reason)s."), params={"reason": gettext(reason)}
            )
        return source

    def clean(self):
        super().clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            self._take(stored_upload(self, upload))
        elif self.stored_there and not self.instance.file:
            self._take(self.stored_there)
        if not (upload or self.instance.file or self._has_address()):
            self.add_error("upload", _("Choose a file, or give the address of a picture elsewhere."))
        return self.cleaned_data

    def _has_address(self):
        """Whether there is an image at the source. Of an imported one that was not found, a path is kept."""
        source = self.cleaned_data.get("source")
        return bool(source) and ("source" not in self.changed_data or is_public_image(source))

    def _take(self, image):
        """Let the image have the file of this image, or of another image."""
        if image:
            self.instance.file = image.file.name if isinstance(image, Image) else image.name
            self.instance.width, self.instance.height = image.width, image.height
            self.instance.digest = image.digest


def stored_upload(form, upload):
    """Return the stored image of what was uploaded; None, and the reason in the form, if it is refused."""
    try:
        if upload.size > MAX_IMAGE_BYTES:
            raise ImageError(_("The file is larger than %d MB.") % in_megabytes(MAX_IMAGE_BYTES))
        return store_file(upload.read())
    except ImageError as error:
        form.add_error("upload", str(error))
        return None


def _address_that_fits(address):
    """Return the address, unless a database could not index it: there bytes count, not characters."""
    if len(address.encode("utf-8", "surrogatepass")) > ADDRESS_LENGTH:
        raise forms.ValidationError(
            _("The address is longer than %(limit)s bytes."), params={"limit": ADDRESS_LENGTH}
        )
    return address
