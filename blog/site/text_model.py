"""The base of articles and plain pages: a text, the fields derived from it, and optimistic locking."""

import hashlib
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.documents.image_words import ImageWords
from blog.documents.rendering.figures import ResolvedImage
from blog.documents.rendering.markdown import RENDER_VERSION, Rendering
from blog.documents.typography import typeset_quotes
from blog.images.models import Image
from blog.sandbox import calls


class StaleError(Exception):
    """The row was saved by somebody else after this instance was read."""


class RenderedText(models.Model):
    """A row with a title and a Markdown body, fields derived from these, and a version that counts saves."""

    lock_version = models.PositiveIntegerField(default=1, editable=False)
    body_html = models.TextField(editable=False, blank=True)
    render_version = models.PositiveIntegerField(editable=False, default=0)
    content_digest = models.CharField(max_length=64, editable=False, blank=True)

    DERIVED_FIELDS = ("body_html", "render_version", "content_digest")
    CONTENT_FIELDS: tuple[str, ...]  # what readers see, in the order in which the digest has it
    STORED_FIELDS: tuple[str, ...]  # what save() reads of the stored row
    STALE: type[StaleError]

    image_addresses: tuple[str, ...] | None = None  # in the text, once it was derived
    image_text_overrides: dict[str, ImageWords] = {}  # of stored images in the text, by their address there

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
        """Compute every derived field from the text. Nothing else sets these fields.

        rendering: the result of render_markdown() for this text, title and these images, if known already.
        updated_at changes only if what readers see has changed. Raises RefusedError if the text takes too
        much time or memory to render; then no field is changed.
        """
        rendering = rendering or self.render()
        self.image_addresses = asked_images(rendering)
        self.body_html = rendering.html
        self.render_version = RENDER_VERSION
        self.set_from_rendering(rendering)
        self.update_words_digest()

    def update_words_digest(self) -> None:
        """Update the digest of what readers see, and the date of the last change if it is another one.

        derive() does it; this alone will do where nothing has changed that is rendered.
        """
        digest = self._digest_content()
        if self.updated_at is None or (self.content_digest and digest != self.content_digest):
            self.updated_at = timezone.now()
        self.content_digest = digest

    @property
    def shown_title(self) -> str:
        """The title with the quotation marks of its language."""
        return self.with_typographic_quotes(self.title)

    def with_typographic_quotes(self, text: str) -> str:
        """Return a line of plain text as readers see it: with the quotation marks of its language."""
        return typeset_quotes(text, self.language or settings.LANGUAGE_CODE)

    def set_from_rendering(self, rendering: Rendering) -> None:
        """Hook for subclasses: set further fields from the rendering."""

    @cached_property
    def images_by_address(self) -> dict[str, Image]:
        """The stored images that the text shows, by their address in the text."""
        if self._state.adding:
            return {}
        return {link.source: link.image for link in self.body_image_links.select_related("image")}

    def claim_next_version(self):
        """Lock the stored row, count up this instance's version, and return the stored row. Raises STALE."""
        rows = type(self).objects.select_for_update().only("lock_version", *self.STORED_FIELDS)
        stored = rows.get(pk=self.pk)
        if stored.lock_version != self.lock_version:
            raise self.STALE(f"“{self.title}” was saved by somebody else in the meantime.")
        self.lock_version += 1
        return stored

    def _digest_content(self):
        content = "\0".join(getattr(self, field) for field in self.CONTENT_FIELDS)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def asked_images(rendering: Rendering) -> tuple[str, ...]:
    """Return the addresses of the images in a text, as the renderer looks them up, without duplicates."""
    return tuple(dict.fromkeys(address.strip() for address in rendering.images))


def resolved_images(
    images: dict[str, Image], image_text_overrides: dict[str, ImageWords]
) -> dict[str, ResolvedImage | None]:
    """Convert {address in the text: image} to the form that the renderer takes."""
    return {
        address: image.as_resolved(image_text_overrides.get(address)) for address, image in images.items()
    }


def render_text(
    text: str,
    *,
    title: str,
    images: dict[str, Image] | None = None,
    image_text_overrides: dict[str, ImageWords] | None = None,
) -> Rendering:
    """Render Markdown in a sandbox process. Raises RefusedError.

    images, image_text_overrides: known images, and the text of each use that differs, by URL in the text.
    Rendering shows which other stored images the text has. If there are any, it is rendered again with them.
    """
    known, image_text_overrides = images or {}, image_text_overrides or {}
    rendering = calls.render(text, title=title, images=resolved_images(known, image_text_overrides))
    others = Image.objects.stored_at_each(set(asked_images(rendering)) - known.keys())
    if not others:
        return rendering
    return calls.render(text, title=title, images=resolved_images(known | others, image_text_overrides))
