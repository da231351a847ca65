"""Links from texts to the stored images in them, updated with each save of a text.

Permissions on an image, and the list of its uses, are read from these links.
"""

import itertools
from collections import defaultdict

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.base.queries import ROWS_AT_ONCE
from blog.documents.image_words import ImageWords
from blog.images.fields import CreditField
from blog.images.models import ADDRESS_LENGTH, Image


class ImageLinkQuerySet(models.QuerySet):
    """Links from articles, or from pages, to the stored images in their texts."""

    def synchronize(self, rows) -> None:
        """Create and delete links to match the images in the rows' texts.

        The rows must be saved and derived. An existing link keeps its image: if the image gets another file,
        texts with the old file's URL show the new file. The link also keeps its credit, unless the row has
        another credit in image_text_overrides. Links for URLs that are not in the text are deleted.
        """
        rows = list(rows)
        before = self._links_of(rows)
        images = Image.objects.stored_at_each(
            address for row in rows for address in row.image_addresses if address not in before[row.pk]
        )
        removed, new = [], []
        for row in rows:
            links = before[row.pk]
            row.__dict__.setdefault(
                "image_text_overrides",
                {address: link.image_text_overrides for address, link in links.items()},
            )
            known = {address: link.image for address, link in links.items()}
            wanted = self.new_links(row, images | known | row.__dict__.get("images_by_address", {}))
            shown_before = {
                source: (link.image_id, link.image_text_overrides) for source, link in links.items()
            }
            kept = {
                link.source
                for link in wanted
                if shown_before.get(link.source) == (link.image_id, link.image_text_overrides)
            }
            removed += [link.pk for address, link in links.items() if address not in kept]
            new += [link for link in wanted if link.source not in kept]
            for name in ("images_by_address", "image_text_overrides"):  # cached properties of the old links
                row.__dict__.pop(name, None)
        for batch in itertools.batched(removed, ROWS_AT_ONCE):
            self.filter(pk__in=batch).delete()
        self.bulk_create(new)

    def new_links(self, row, images) -> list:
        """Return unsaved links for the URLs in the row's text that are in `images`, {URL: image}."""
        return [
            row.image_link(address, images[address]) for address in row.image_addresses if address in images
        ]

    def _links_of(self, rows):
        holder = rows[0]._meta.model_name if rows else ""
        links = defaultdict(dict)
        for batch in itertools.batched(rows, ROWS_AT_ONCE):
            for link in self.filter(**{f"{holder}__in": batch}).select_related("image"):
                links[getattr(link, f"{holder}_id")][link.source] = link
        return links


class BodyImage(models.Model):
    """The stored image for a URL (source) in an article's text, with its credit there.

    The alt text is in the text itself.
    """

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="body_image_links")
    image = models.ForeignKey(Image, models.PROTECT, related_name="body_image_links")
    source = models.CharField(max_length=ADDRESS_LENGTH)
    credit = CreditField(_("credit"))
    is_decorative = models.BooleanField(_("decorative"), default=False)

    objects = ImageLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "source"], name="body_image_once_a_source")]

    def __str__(self):
        return self.source

    @property
    def image_text_overrides(self) -> ImageWords:
        return ImageWords(credit=self.credit, is_decorative=self.is_decorative)


class PageImage(models.Model):
    """The stored image for a URL (source) in a page's text."""

    page = models.ForeignKey("blog.Page", models.CASCADE, related_name="body_image_links")
    image = models.ForeignKey(Image, models.PROTECT, related_name="page_image_links")
    source = models.CharField(max_length=ADDRESS_LENGTH)

    image_text_overrides = ImageWords()

    objects = ImageLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["page", "source"], name="page_image_once_a_source")]

    def __str__(self):
        return self.source
