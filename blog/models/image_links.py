"""Which stored images the texts show: the links that say so, and the one place that keeps them in step.

The permissions on an image, and its list of uses, ask these links.
"""

import itertools
from collections import defaultdict

from django.db import models

from blog.models.batching import ROWS_AT_ONCE


class ImageLinkQuerySet(models.QuerySet):
    """Links of articles, or of pages, to the stored images that stand for addresses in their texts."""

    def keep_in_step(self, rows) -> None:
        """Let each row, stored and derived, have a link for each stored image that its text asks for.

        A link that is there leads where it did: when an image gets another file, texts that name the old one
        show the new one. Links of addresses that the text no longer holds go.
        """
        rows = list(rows)
        before = self._links_of(rows)
        images = self._images_at(
            address for row in rows for address in row.image_addresses if address not in before[row.pk]
        )
        gone, new = [], []
        for row in rows:
            links = before[row.pk]
            known = {address: link.image for address, link in links.items()}
            wanted = self.new_links(row, images | known | row.__dict__.get("images_by_address", {}))
            kept = {
                link.source
                for link in wanted
                if link.source in links and links[link.source].image_id == link.image_id
            }
            gone += [link.pk for address, link in links.items() if address not in kept]
            new += [link for link in wanted if link.source not in kept]
            row.__dict__.pop("images_by_address", None)  # what it keeps of them
        for some in itertools.batched(gone, ROWS_AT_ONCE):
            self.filter(pk__in=some).delete()
        self.bulk_create(new)

    def new_links(self, row, images) -> list:
        """Return a link, not stored yet, for each address in the row's text that one of these images has."""
        return [
            self.model(**{row._meta.model_name: row}, image=images[address], source=address)
            for address in row.image_addresses
            if address in images
        ]

    def _links_of(self, rows):
        holder = rows[0]._meta.model_name if rows else ""
        links = defaultdict(dict)
        for some in itertools.batched(rows, ROWS_AT_ONCE):
            for link in self.filter(**{f"{holder}__in": some}).select_related("image"):
                links[getattr(link, f"{holder}_id")][link.source] = link
        return links

    def _images_at(self, addresses):
        return self.model._meta.get_field("image").related_model.objects.stored_at_each(addresses)
