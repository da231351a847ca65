"""The hero image of an article, with its alt text and credit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.documents.image_words import ImageWords, words_of_use
from blog.documents.rendering.images import shown_images
from blog.documents.text import decode_entities, same_text
from blog.images.fields import CreditField
from blog.images.models import Image


class HeroImage(models.Model):
    """The hero image of an article. Blank values here are taken from the image."""

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
        """Alt text and credit as readers get them; empty without a hero image."""
        if self.hero_image is None:
            return ImageWords()
        own = ImageWords(self.hero_alt, self.hero_credit, self.hero_is_decorative)
        return words_of_use(own, self.hero_image.words)

    @property
    def shown_hero(self) -> Image | None:
        """The hero image if readers can load it from a URL, else None."""
        return self.hero_image if self.hero_image and self.hero_image.url else None

    @property
    def shown_hero_alt(self) -> str:
        """The alt text on pages; "" if it only repeats the title."""
        return self._unlike_title(decode_entities(self.hero_words.alt))

    def hero_alt_above(self, html: str) -> str:
        """Return the alt text above this HTML, the text without an image that repeats the hero image."""
        if self.shown_hero_alt or self.hero_is_decorative or html == self.body_html:
            return self.shown_hero_alt
        return self._unlike_title(shown_images(self.body_html)[0].alt)

    def _unlike_title(self, alt):
        return "" if same_text(alt, self.title) else alt

    def set_hero_image(self, image: Image | None, words: ImageWords) -> None:
        """Set the hero image, its alt text and its credit.

        Values that the article already takes from the same image are not copied to the article.
        """
        is_another = image != self.hero_image
        self.hero_image = image
        self.hero_is_decorative = words.is_decorative and not words.alt
        if is_another or words.alt != self.hero_words.alt:
            self.hero_alt = words.alt
        if is_another or words.credit != self.hero_words.credit:
            self.hero_credit = words.credit
