"""Links of an author to pages elsewhere."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.articles.names import Author
from blog.base.placed import Placed
from blog.images.models import ADDRESS_LENGTH

MAILTO = "mailto:"


def validate_outward_link(address: str) -> None:
    """Raise ValidationError unless this is a whole URL with https or http, or mailto: and an address."""
    try:
        if address.startswith(MAILTO):
            validate_email(address.removeprefix(MAILTO))
        else:
            URLValidator(["https", "http"])(address)
    except ValidationError:
        raise ValidationError(_("Give an address with https://, http:// or mailto:.")) from None


class AuthorLink(Placed):
    """A link on an author's page, such as a profile on another site or an e-mail address."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=100)
    address = models.CharField(_("address"), max_length=ADDRESS_LENGTH, validators=[validate_outward_link])

    class Meta:
        ordering = ["position", "pk"]
        default_permissions = ()  # who may change the author may change its links
        verbose_name = _("link of the author")
        verbose_name_plural = _("links of the author")

    def __str__(self):
        return self.label

    def siblings(self):
        return self.author.links
