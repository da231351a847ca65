"""The base of articles and pages: a text, the fields derived from it, and optimistic locking."""

import hashlib
from dataclasses import replace
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.base.compressed import CompressedTextField
from blog.documents.image_words import ImageWords
from blog.documents.rendering.values import RENDER_VERSION, Rendering, ResolvedImage
from blog.documents.typography import typeset, without_backticks
from blog.images.models import Image
from blog.sandbox import calls
from blog.sandbox.child import Task


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
