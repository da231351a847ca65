"""The hero image of an article, and what readers are told of it there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.documents.image_words import ImageWords, words_of_use
from blog.documents.text import decode_entities, same_text
from blog.images.fields import CreditField
from blog.images.models import Image


class HeroImage(models.Model):
    """The base of Article with its hero image. Words that are empty here are those of the image itself."""

    hero_image = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="hero_of", verbose_name=_("hero image")
    )
    hero_alt = models.TextField(_("hero image alt text"), blank=True)
    hero_credit = CreditField(_("hero image credit"))
    hero_is_decorative = models.BooleanField(_("decorative image"), default=False)

    class Meta:
        abstract = True

    @property
    def hero_words(self) -> ImageWords:
        """What readers are told of the hero image; nothing without one."""
        if self.hero_image is None:
            return ImageWords()
        own = ImageWords(self.hero_alt, self.hero_credit, self.hero_is_decorative)
        return words_of_use(own, self.hero_image.words)

    @property
    def shown_hero(self) -> Image | None:
        """The hero image, if it has a URL at which readers see it."""
        return self.hero_image if self.hero_image and self.hero_image.url else None

    @property
    def shown_hero_alt(self) -> str:
        """The description as pages have it; "" if it only repeats the title, which describes nothing."""
        alt = decode_entities(self.hero_words.alt)
        return "" if same_text(alt, self.title) else alt

    def set_hero_image(self, image: Image | None, words: ImageWords) -> None:
        """Set the hero image and what readers are told of it.

        What the image itself says of the same use already stays the image's to say.
        """
        is_another = image != self.hero_image
        self.hero_image = image
        self.hero_is_decorative = words.is_decorative and not words.alt
        if is_another or words.alt != self.hero_words.alt:
            self.hero_alt = words.alt
        if is_another or words.credit != self.hero_words.credit:
            self.hero_credit = words.credit
