"""Images and their credits."""

import itertools
from functools import lru_cache

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.documents import Credit, Rendering, ResolvedImage, is_public_image
from blog.media import images, renditions
from blog.models.parameters import ROWS_AT_ONCE
from blog.models.public import PublicModel
from blog.sandbox import calls

ADDRESS_LENGTH = 2000  # what browsers and proxies carry without a word
CREDIT_LENGTH = 300


# Asked for each card of a list, with the same few answers.
_is_public = lru_cache(4096)(is_public_image)


class ImageQuerySet(models.QuerySet):
    def stored_at(self, address):
        """Return the image whose file has this address, or None; an address not of ours costs no query."""
        return self.stored_at_each([address]).get(address)

    def stored_at_each(self, addresses) -> dict:
        """Return the images whose files have these addresses, by address. Of several, it is the oldest."""
        names = {address: name for address in set(addresses) if (name := renditions.stored_name(address))}
        images = {}
        for some in itertools.batched(set(names.values()), ROWS_AT_ONCE):
            images |= {image.file.name: image for image in self.filter(file__in=some).order_by("-pk")}
        return {address: images[name] for address, name in names.items() if name in images}


class Image(PublicModel):
    """An image with what has to be said of it: a file of ours, or a remote address until it is mirrored."""

    file = models.ImageField(_("file"), upload_to=images.upload_path, blank=True, max_length=200)
    source = models.CharField(
        _("source"),
        max_length=ADDRESS_LENGTH,
        blank=True,
        help_text=_("The address that the article's file gives."),
    )
    alt = models.TextField(
        _("alternative text"), blank=True, help_text=_("What the picture shows, for those who do not see it.")
    )
    caption = models.TextField(_("caption"), blank=True)
    credit_creator = models.CharField(_("creator"), max_length=CREDIT_LENGTH, blank=True)
    credit_url = models.URLField(_("creator's page"), max_length=ADDRESS_LENGTH, blank=True)
    credit_source = models.CharField(_("credit source"), max_length=CREDIT_LENGTH, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    # xgettext:no-python-format -- the percent sign is a percent sign
    focal_x = models.PositiveSmallIntegerField(_("focal point, % from the left"), default=50)
    # xgettext:no-python-format
    focal_y = models.PositiveSmallIntegerField(_("focal point, % from the top"), default=50)
    created_at = models.DateTimeField(auto_now_add=True)

    shown_when_new = False

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(name="image_has_file_or_source", condition=~Q(file="") | ~Q(source="")),
            models.CheckConstraint(
                name="image_focal_point_in_percent", condition=Q(focal_x__lte=100) & Q(focal_y__lte=100)
            ),
        ]
        indexes = [models.Index(fields=["source"], name="image_source")]

    def __str__(self):
        return self.alt[:80] or self.source.rpartition("/")[2].partition("?")[0] or self.file.name

    @property
    def url(self) -> str:
        """The address that a page uses; empty where an image was not found, or lies on a private machine."""
        if self.file:
            return self.file.url
        return self.source if _is_public(self.source) else ""

    @property
    def srcset(self) -> str:
        """The same image in other widths, for browsers to choose from; empty if it has one width only."""
        return renditions.srcset(self.file.name, self.width) if self.file else ""

    @property
    def is_shown_whole(self) -> bool:
        """Whether it is upright or small: cut to the width of a page, it would be a slice or a blur."""
        return bool(self.width and self.height) and (self.height > self.width or self.width < 800)

    @property
    def credit(self) -> Credit:
        return Credit(self.credit_creator, self.credit_url, self.credit_source)

    def as_resolved(self) -> ResolvedImage | None:
        """Return what the renderer needs to show it, or None: then its alternative text stands there."""
        return ResolvedImage(self.url, self.width, self.height) if self.url else None


def asked_images(rendering: Rendering) -> tuple[str, ...]:
    """Return the addresses of images that a text asks for, as the renderer looks them up, once each."""
    return tuple(dict.fromkeys(address.strip() for address in rendering.images))


def resolved_images(images: dict[str, Image]) -> dict[str, ResolvedImage | None]:
    """Return what the renderer shows of these images, each by the address that it has in the text."""
    return {address: image.as_resolved() for address, image in images.items()}


def render_text(text: str, *, title: str, images: dict[str, Image] | None = None) -> Rendering:
    """Return what render_markdown() makes of a text, in a limited process. Raises RefusedError.

    images: the images, by their address in the text, that are known to stand there. Which others of ours
    the text shows is known once it is rendered: then it is rendered again with them.
    """
    known = images or {}
    rendering = calls.render(text, title=title, images=resolved_images(known))
    others = Image.objects.stored_at_each(set(asked_images(rendering)) - known.keys())
    return calls.render(text, title=title, images=resolved_images(known | others)) if others else rendering


def store_image(data: bytes) -> Image:
    """Return the image of these bytes: the stored one if it is known already. Raises PictureError."""
    return image_of(images.store_file(data))


def image_of(image: images.StoredImage) -> Image:
    """Return the image of a stored image, the oldest if there are several; without one, a new one."""
    known = Image.objects.filter(file=image.name).order_by("pk").first()
    return known or Image.objects.create(
        file=image.name, width=image.width, height=image.height, digest=image.digest
    )
