"""Querysets of rendered texts, and of pages."""

import itertools
from collections.abc import Callable

from django.db import models, transaction

from blog import page_cache
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.rendering.markdown import RENDER_VERSION
from blog.images.links import PageImage
from blog.sandbox.refusals import RefusedError


class DerivedQuerySet(models.QuerySet):
    """Rows with derived fields (RenderedText)."""

    def rendered_by_another_version(self):
        return self.exclude(render_version=RENDER_VERSION)

    def locked(self, keys):
        """Return the rows with these keys, locked in the order of blog/base/locking.py."""
        return self.model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")

    def derive(self, on_refusal: Callable[[models.Model, RefusedError], None] | None = None) -> int:
        """Recompute the derived fields of each row, in transactions of 100; return the number of rows.

        Lock versions and dates do not change, because nobody has edited anything. A row whose text takes too
        much time or memory to render keeps its old values and is passed to on_refusal(). Without on_refusal,
        RefusedError is raised.
        """
        count = 0
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                rows = self.model.objects.locked(keys)
                rows = rows.fetch_mode(models.FETCH_PEERS)
                rows = [row for row in rows if self._is_derived(row, on_refusal)]
                count += len(rows)
                self.model.objects.bulk_update(rows, self.model.DERIVED_FIELDS)
                self.IMAGE_LINKS.objects.synchronize(rows)
                self.after_deriving(keys)
                page_cache.invalidate_on_commit()
        return count

    def show_images(
        self,
        images: dict[int, dict],
        on_refusal: Callable[[models.Model, RefusedError], None],
    ) -> None:
        """Show stored images in texts. images: {primary key of a row: {URL in its text: Image}}.

        Only the HTML changes, not text, dates and lock versions, because nobody has edited anything. The
        words_digest of an article changes if an image brings alt text or a credit (blog/articles/digests.py).
        """
        for keys in itertools.batched(images, ROWS_AT_ONCE):
            with transaction.atomic():
                rows = list(self.model.objects.locked(keys))
                for row in rows:
                    row.images_by_address = images[row.pk] | row.images_by_address
                rows = [row for row in rows if self._is_derived(row, on_refusal)]
                self.model.objects.bulk_update(rows, self.model.IMAGE_FIELDS)
                self.IMAGE_LINKS.objects.synchronize(rows)
                page_cache.invalidate_on_commit()

    def _is_derived(self, row, on_refusal):
        try:
            row.derive()
        except RefusedError as error:
            if on_refusal is None:
                raise
            on_refusal(row, error)
            return False
        return True

    def after_deriving(self, keys):
        """Update data that depends on the derived fields of these rows. A hook; keys are primary keys."""


class PageQuerySet(DerivedQuerySet):
    """Pages of any status. Queries for readers must start from published()."""

    IMAGE_LINKS = PageImage

    def published(self):
        return self.filter(is_published=True)

    with_public_page = published  # each published row has a page
