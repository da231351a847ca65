"""Images: stored files, and remote images.

A text refers to an image by its URL. A link (BodyImage, PageImage) stores which image is shown for that
URL. Hero image and logo are foreign keys. So an image can get another file while texts keep the old URL,
and the uses of an image can be queried.

Alt text and credit belong to a use: hero_alt, hero_credit and hero_is_decorative of the article, credit and
is_decorative of the link. The alt text of an image in a text is stored in the Markdown. Empty values are
taken from the image. An import writes the values of a file to the use.

A remote image is *mirrored* once its row has a file. Its source stays.
"""

import itertools
from functools import lru_cache

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.base.models import PublicModel
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.addresses import REMOTE, is_public_image
from blog.documents.image_words import Credit, ImageWords, words_of_use
from blog.documents.rendering.values import ResolvedImage
from blog.images import files, renditions

ADDRESS_LENGTH = 2000  # characters; browsers and proxies accept URLs of this length
CREDIT_LENGTH = 300
UPLOAD_NAME_LENGTH = 255


# Cached because lists need it for every card, mostly of the same images.
_is_public = lru_cache(4096)(is_public_image)


class ImageQuerySet(models.QuerySet):
    def stored_at(self, address):
        """Return the image whose file has this URL, or None. Other sites' URLs cost no query."""
        return self.stored_at_each([address]).get(address)

    def stored_at_each(self, addresses) -> dict:
        """Return {URL: image} for URLs of image files, the oldest image if several share a file."""
        names = {address: name for address in set(addresses) if (name := renditions.stored_name(address))}
        images = {}
        for batch in itertools.batched(set(names.values()), ROWS_AT_ONCE):
            images |= {image.file.name: image for image in self.filter(file__in=batch).order_by("-pk")}
        return {address: images[name] for address, name in names.items() if name in images}

    def remote(self):
        """Return the remote images that are not mirrored."""
        at_web_address = Q(*(("source__startswith", beginning) for beginning in REMOTE), _connector=Q.OR)
        return self.filter(at_web_address, file="")

    def mirrored(self, addresses) -> dict:
        """Return {URL: image} for the remote URLs that are mirrored, the oldest image of each."""
        wanted = {address: full_address(address) for address in addresses if address.startswith(REMOTE)}
        images = {}
        sources = {spelling for full in wanted.values() for spelling in spellings(full)}
        for batch in itertools.batched(sources, ROWS_AT_ONCE):
            for image in self.filter(source__in=batch).exclude(file="").order_by("-pk"):
                images[full_address(image.source)] = image
        return {address: images[full] for address, full in wanted.items() if full in images}


def full_address(address: str) -> str:
    """Return a remote URL with its scheme, which texts may omit."""
    return f"https:{address}" if address.startswith("//") else address


def spellings(address: str) -> tuple[str, ...]:
    """Return the forms of a full remote URL in texts: with and without scheme."""
    return (address, address.removeprefix("https:")) if address.startswith("https:") else (address,)


class Image(PublicModel):
    """An image with alt text and credit: a stored file, or a remote URL (source)."""

    file = models.ImageField(_("file"), upload_to=files.upload_path, blank=True, max_length=200)
    source = models.CharField(
        _("source"),
        max_length=ADDRESS_LENGTH,
        blank=True,
        help_text=_("The URL given in the article's file."),
    )
    upload_name = models.CharField(
        _("uploaded file"), max_length=UPLOAD_NAME_LENGTH, blank=True, editable=False
    )
    alt = models.TextField(
        _("alt text"), blank=True, help_text=_("Describes the image for people who cannot see it.")
    )
    caption = models.TextField(_("caption"), blank=True)
    credit_creator = models.CharField(_("creator"), max_length=CREDIT_LENGTH, blank=True)
    credit_url = models.URLField(_("creator's page"), max_length=ADDRESS_LENGTH, blank=True)
    credit_source = models.CharField(_("credit source"), max_length=CREDIT_LENGTH, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    # The digest of the imported bytes; "" if the image was not imported, or before originals were kept.
    original = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    # xgettext:no-python-format -- a plain percent sign
    focal_x = models.PositiveSmallIntegerField(_("focal point, % from the left"), default=50)
    # xgettext:no-python-format
    focal_y = models.PositiveSmallIntegerField(_("focal point, % from the top"), default=50)
    created_at = models.DateTimeField(auto_now_add=True)
    is_replaced = models.BooleanField(default=False, editable=False)  # an editor has uploaded another file
    # Null if an editor created the row, or if its origin is unknown.
    created_by_import = models.ForeignKey(
        "blog.ImportRun", models.SET_NULL, null=True, editable=False, related_name="+"
    )

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
        return (
            self.alt[:80]
            or self.upload_name
            or self.source.rpartition("/")[2].partition("?")[0]
            or self.file.name
        )

    def save(self, *args, **kwargs):
        """Save the image. If readers see a change, recompute words_digest of its articles."""
        before = None if self._state.adding else Image.objects.filter(pk=self.pk).first()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if before and before.public_values != self.public_values:
                self.hero_of.digest_words()
                self.articles.digest_words()

    @property
    def public_values(self) -> tuple:
        """The values that readers can see."""
        return self.file.name, self.source, self.is_replaced, self.words, self.caption

    @property
    def url(self) -> str:
        """The URL for pages; "" if there is no file and source is not a public URL."""
        if self.file:
            return self.file.url
        return self.source if _is_public(self.source) else ""

    @property
    def srcset(self) -> str:
        """The srcset attribute with the renditions of the image; "" if it has none."""
        return renditions.srcset(self.file.name, self.width) if self.file else ""

    @property
    def remote_srcset(self) -> str:
        """The srcset attribute with other widths of a remote image; "" if its site offers none."""
        return "" if self.file else renditions.remote_srcset(self.url)

    @property
    def is_shown_whole(self) -> bool:
        """Whether to show the image uncropped. Portrait and small images look bad when cropped."""
        return bool(self.width and self.height) and (self.height > self.width or self.width < 800)

    @property
    def credit(self) -> Credit:
        return Credit(self.credit_creator, self.credit_url, self.credit_source)

    @property
    def words(self) -> ImageWords:
        """Alt text and credit of the image itself, which its uses can override."""
        return ImageWords(self.alt, self.credit)

    def as_resolved(self, own: ImageWords | None = None) -> ResolvedImage | None:
        """Return the image as the renderer needs it, or None without a URL: then only alt text is shown.

        own: alt text and credit of this use.
        """
        words = words_of_use(own or ImageWords(), self.words)
        return ResolvedImage(self.url, self.width, self.height, words) if self.url else None


def store_image(data: bytes, upload_name: str = "") -> Image:
    """Store an image file and return its Image, or the existing Image of the same file.

    upload_name: the name of the uploaded file. Raises ImageError if the bytes are not accepted as an image.
    """
    return get_or_create_image(files.store_file(data), upload_name)


def get_or_create_image(image: files.StoredImage, upload_name: str = "") -> Image:
    """Return the oldest Image row of a stored file, or create one."""
    known = Image.objects.filter(file=image.name).order_by("pk").first()
    return known or Image.objects.create(
        file=image.name,
        width=image.width,
        height=image.height,
        digest=image.digest,
        upload_name=upload_name[:UPLOAD_NAME_LENGTH],
    )
