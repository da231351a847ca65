"""The base of articles and pages: a text, the fields derived from it, and optimistic locking; querysets."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from blog import page_cache
from blog.base.compressed import CompressedTextField
from blog.base.queries import ROWS_AT_ONCE, update_values
from blog.documents.image_words import ImageWords
from blog.documents.rendering.figures import ResolvedImage
from blog.documents.rendering.markdown import RENDER_VERSION, Rendering
from blog.documents.typography import typeset, without_backticks
from blog.images.models import Image
from blog.sandbox import calls
from blog.sandbox.child import Task
from blog.sandbox.refusals import RefusedError
from blog.sandbox.workers import Workers


class StaleError(Exception):
    """Raised when saving a row that somebody else saved after this instance was read."""


class RenderedText(models.Model):
    """A row with title and Markdown body, fields derived from these, and a lock version that counts saves."""

    lock_version = models.PositiveIntegerField(default=1, editable=False)
    body_html = CompressedTextField(editable=False, blank=True)
    render_version = models.PositiveIntegerField(editable=False, default=0)
    content_digest = models.CharField(max_length=64, editable=False, blank=True)

    DERIVED_FIELDS = ("body_html", "render_version", "content_digest")
    IMAGE_FIELDS: tuple[str, ...] = ("body_html",)  # derived fields that change with the stored images
    CONTENT_FIELDS: tuple[str, ...]  # what readers see, in the order of the digest
    STORED_FIELDS: tuple[str, ...]  # what save() reads from the stored row
    STALE: type[StaleError]

    image_addresses: tuple[str, ...] | None = None  # URLs of images in the text; None until derive()
    image_text_overrides: dict[str, ImageWords] = {}  # {URL in the text: values of this use}

    class Meta:
        abstract = True

    def render(self) -> Rendering:
        """Return the rendering of this text, for derive() and save(). Raises RefusedError."""
        return render_text(
            self.body,
            title=self.title,
            images=self.images_by_address,
            image_text_overrides=self.image_text_overrides,
        )

    def derive(self, rendering: Rendering | None = None) -> None:
        """Compute all derived fields from the text. Only this method sets them.

        rendering: of the current title, text and images, if already known.
        updated_at changes only if readers see a change. Raises RefusedError if the text takes too much time
        or memory to render. Then no field is changed.
        """
        rendering = rendering or self.render()
        self.image_addresses = asked_images(rendering)
        self.body_html = rendering.html
        self.render_version = RENDER_VERSION
        self.set_from_rendering(rendering)
        self.update_words_digest()

    def update_words_digest(self) -> None:
        """Update the digest of what readers see and, if it has changed, the date of the last change.

        Called by derive(). If no rendered field has changed, call only this method.
        """
        content = "\0".join(getattr(self, field) for field in self.CONTENT_FIELDS)
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        if self.updated_at is None or (self.content_digest and digest != self.content_digest):
            self.updated_at = timezone.now()
        self.content_digest = digest

    @property
    def shown_title(self) -> str:
        """The title with the quotation marks of its language."""
        return self.with_typographic_quotes(self.title)

    @property
    def plain_title(self) -> str:
        """The title to show where there is no HTML, such as in <title>, feeds and share cards."""
        return without_backticks(self.shown_title)

    def with_typographic_quotes(self, text: str) -> str:
        """Return a line of plain text with the quotation marks of its language."""
        return typeset(text, self.language or settings.LANGUAGE_CODE)

    def set_from_rendering(self, rendering: Rendering) -> None:
        """Set more fields from the rendering. A hook for subclasses."""

    @cached_property
    def images_by_address(self) -> dict[str, Image]:
        """Stored images that the text shows: {URL in the text: image}."""
        if self._state.adding:
            return {}
        return {link.source: link.image for link in self.body_image_links.select_related("image")}

    def claim_next_version(self):
        """Lock the stored row, increment this instance's lock_version, return the row. Raises STALE."""
        rows = type(self).objects.select_for_update(no_key=True).only("lock_version", *self.STORED_FIELDS)
        stored = rows.get(pk=self.pk)
        if stored.lock_version != self.lock_version:
            raise self.STALE(f"“{self.title}” was saved by somebody else in the meantime.")
        self.lock_version += 1
        return stored


def asked_images(rendering: Rendering) -> tuple[str, ...]:
    """Return the image URLs of a text, in the renderer's form and without duplicates."""
    return tuple(dict.fromkeys(address.strip() for address in rendering.images))


def resolved_images(
    images: dict[str, Image], image_text_overrides: dict[str, ImageWords]
) -> dict[str, ResolvedImage | None]:
    """Convert {URL in the text: image} to the renderer's form."""
    return {
        address: image.as_resolved(image_text_overrides.get(address)) for address, image in images.items()
    }


def render_task(row: RenderedText) -> Task:
    """Return the task to render the text of a row; see calls.render()."""
    images = resolved_images(row.images_by_address, row.image_text_overrides)
    with_highlighting, without = (
        Task("render", (row.body, row.title, images, highlight), calls.TEXT_SECONDS)
        for highlight in (True, False)
    )
    return replace(with_highlighting, fallback=without)


def render_text(
    text: str,
    *,
    title: str,
    images: dict[str, Image] | None = None,
    image_text_overrides: dict[str, ImageWords] | None = None,
) -> Rendering:
    """Render Markdown in a sandbox process. Raises RefusedError.

    images: {URL in the text: known image}. image_text_overrides: {URL in the text: alt text and credit}. If
    the first rendering finds other stored images, the text is rendered again with them.
    """
    known, image_text_overrides = images or {}, image_text_overrides or {}
    rendering = calls.render(text, title=title, images=resolved_images(known, image_text_overrides))
    others = Image.objects.stored_at_each(set(asked_images(rendering)) - known.keys())
    if not others:
        return rendering
    return calls.render(text, title=title, images=resolved_images(known | others, image_text_overrides))


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
