"""Querysets of rendered texts, and of pages."""

import itertools
from collections.abc import Callable

from django.db import models, transaction

from blog import page_cache
from blog.base.compressed import CompressedTextField
from blog.base.queries import ROWS_AT_ONCE, update_values
from blog.documents.rendering.values import RENDER_VERSION, Rendering
from blog.images.links import PageImage
from blog.images.models import Image
from blog.sandbox.refusals import RefusedError
from blog.sandbox.workers import Workers
from blog.site.text_model import asked_images, render_task

ROWS_DERIVED_AT_ONCE = 100
RENDERED_AT_ONCE = 10  # per call to a process
FEW_ROWS = 10  # up to this many rows, no worker processes are started


def _is_complete(row, answer, stored):
    """Whether the rendering shows all stored images of a text."""
    if not isinstance(answer, Rendering):
        return False
    return stored.isdisjoint(set(asked_images(answer)) - row.images_by_address.keys())


def raise_refusal(_row, error: RefusedError):
    raise error


class DerivedQuerySet(models.QuerySet):
    """Rows with derived fields (RenderedText)."""

    def rendered_by_another_version(self):
        return self.exclude(render_version=RENDER_VERSION)

    def locked(self, keys):
        """Return the rows with these keys, locked in the order of blog/base/locking.py."""
        return self.model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")

    def derive(
        self,
        on_refusal: Callable[[models.Model, RefusedError], None] = raise_refusal,
        *,
        on_batch: Callable[[int], None] | None = None,
    ) -> int:
        """Recompute the derived fields in transactions of 100 rows. Return the number of recomputed rows.

        Lock versions and dates do not change, because nobody has edited anything. A row whose text takes too
        much time or memory to render keeps its old values and is passed to on_refusal(). Without on_refusal,
        RefusedError is raised. on_batch is called after each transaction with the number of rows done.
        """
        count = done = 0
        with Workers() as workers:
            for keys in itertools.batched(
                self.order_by("pk").values_list("pk", flat=True), ROWS_DERIVED_AT_ONCE
            ):
                with transaction.atomic():
                    rows = list(self.model.objects.locked(keys).fetch_mode(models.FETCH_PEERS))
                    rows = [
                        row for row in self._rendered(rows, workers) if self._is_derived(*row, on_refusal)
                    ]
                    rows = [row for row, _ in rows]
                    count += len(rows)
                    self._write(rows, self.model.DERIVED_FIELDS)
                    self.IMAGE_LINKS.objects.synchronize(rows)
                    self.after_deriving(keys)
                    page_cache.invalidate_on_commit()
                done += len(keys)
                if on_batch:
                    on_batch(done)
        return count

    def _rendered(self, rows, workers):
        """Return (row, its rendering) pairs. The rendering is None if the row must be rendered by itself."""
        if len(rows) <= FEW_ROWS:
            return [(row, None) for row in rows]
        self._fetch_images(rows)
        tasks = [render_task(row) for row in rows]
        chunks = [workers.submit(list(some)) for some in itertools.batched(tasks, RENDERED_AT_ONCE)]
        answers = list(itertools.chain.from_iterable(chunk.result() for chunk in chunks))
        asked = {
            address for answer in answers if isinstance(answer, Rendering) for address in asked_images(answer)
        }
        stored = Image.objects.stored_at_each(asked).keys()
        return [
            (row, answer if _is_complete(row, answer, stored) else None)
            for row, answer in zip(rows, answers, strict=True)
        ]

    def _fetch_images(self, rows):
        """Set images_by_address of the rows with one query, and the overrides of rows without images."""
        images = {row.pk: {} for row in rows}
        owner = self.model._meta.model_name
        links = self.IMAGE_LINKS.objects.filter(**{f"{owner}__in": images}).select_related("image")
        for link in links:
            images[getattr(link, f"{owner}_id")][link.source] = link.image
        for row in rows:
            row.images_by_address = images[row.pk]
            if not images[row.pk]:
                row.image_text_overrides = {}

    def _write(self, rows, names):
        """Write fields of rows. bulk_update() would need much memory for long texts."""
        long = [name for name in names if isinstance(self.model._meta.get_field(name), CompressedTextField)]
        update_values(self.model, long, ([*(getattr(row, name) for name in long), row.pk] for row in rows))
        self.model.objects.bulk_update(rows, [name for name in names if name not in long])

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
                rows = [row for row in rows if self._is_derived(row, None, on_refusal)]
                self.model.objects.bulk_update(rows, self.model.IMAGE_FIELDS)
                self.IMAGE_LINKS.objects.synchronize(rows)
                page_cache.invalidate_on_commit()

    def _is_derived(self, row, rendering, on_refusal):
        try:
            row.derive(rendering)
        except RefusedError as error:
            on_refusal(row, error)
            return False
        return True

    def after_deriving(self, keys):
        """Update data that depends on the derived fields of the rows with these keys. For subclasses."""


class PageQuerySet(DerivedQuerySet):
    """Pages of any status. Queries for readers must start from published()."""

    IMAGE_LINKS = PageImage

    def published(self):
        return self.filter(is_published=True)

    with_public_page = published  # each published row has a page
