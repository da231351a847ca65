"""Plain pages: about, imprint, privacy … They stand at the root of the site, under one word."""

import hashlib
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.documents import RENDER_VERSION, Rendering
from blog.models.addresses import address_of
from blog.models.image import Image, asked_images, render_text
from blog.models.links import PageImage
from blog.models.querysets import PageQuerySet
from blog.models.redirect import Redirect
from blog.models.slugs import SlugField
from blog.models.versions import saved_or_as_before

TITLE_LENGTH = 300
# What the web server answers before any address of ours is looked at, and what may come to be one.
RESERVED = {"api", "cards", "media", "search", "static", "tags"}


class StalePageError(Exception):
    """Somebody else saved the page since this copy of it was read."""


def validate_free_address(slug: str) -> None:
    """Refuse a slug whose page nobody would see, or that stands where other addresses begin."""
    if slug in reserved_slugs() or not _leads_to_a_page(slug):
        raise ValidationError(_("“%(slug)s” is taken by the site itself."), params={"slug": slug})


def reserved_slugs() -> set[str]:
    """Return the first word of each address that is not a plain page's."""
    return RESERVED | {word for word in _first_words(get_resolver().url_patterns) if word}


def _first_words(patterns):
    for pattern in patterns:
        route = str(pattern.pattern)
        if not route and hasattr(pattern, "url_patterns"):
            yield from _first_words(pattern.url_patterns)
        else:
            yield route.lstrip("^").partition("/")[0]


def _leads_to_a_page(slug):
    try:
        return resolve(f"/{slug}/").view_name == "blog:page_detail"
    except Resolver404:
        return False


class Page(models.Model):
    """A page that is no article: it stands in no list and no feed, and says when it was last changed."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = SlugField(
        _("slug"),
        validators=[validate_free_address],
        help_text=_("The page's address: “about” stands at /about/."),
    )
    body = models.TextField(_("text"), blank=True)
    meta_description = models.TextField(_("meta description"), blank=True)
    language = models.CharField(
        _("language"), max_length=35, blank=True, help_text=_("A tag such as en or pt-BR; empty: the site's.")
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Readers see it, and footer links to it are shown.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    body_html = models.TextField(editable=False, blank=True)
    render_version = models.PositiveIntegerField(editable=False, default=0)
    content_digest = models.CharField(max_length=64, editable=False, blank=True)

    DERIVED_FIELDS = ("body_html", "render_version", "content_digest")

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.CheckConstraint(name="page_has_title_and_slug", condition=~Q(title="") & ~Q(slug="")),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, rendering: Rendering | None = None, **kwargs):
        """Derive, save, and keep the old address alive if readers may know it.

        rendering is what render() returns, where that is known already. Raises StalePageError when the row
        was saved elsewhere since this copy of it was read, RefusedError when the text takes too much.
        """
        self.derive(rendering)
        with saved_or_as_before(self):
            stored = None if self._state.adding else self._claim_next_version()
            super().save(*args, **kwargs)
            PageImage.objects.keep_in_step([self])
            self._settle_address(stored)
            page_cache.invalidate_on_commit()

    def get_absolute_url(self):
        return address_of("page_detail", self.slug)

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        page_cache.invalidate_on_commit()
        return deleted

    def render(self) -> Rendering:
        """Return the rendering of this text, for derive() and save(). Raises RefusedError."""
        return render_text(self.body, title=self.title, images=self.images_by_address)

    def derive(self, rendering: Rendering | None = None) -> None:
        """Make every derived field afresh; updated_at moves only when the words have changed."""
        rendering = rendering or self.render()
        self.image_addresses = asked_images(rendering)
        self.body_html = rendering.html
        self.render_version = RENDER_VERSION
        words = "\0".join((self.title, self.meta_description, self.body))
        digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
        if self.updated_at is None or (self.content_digest and digest != self.content_digest):
            self.updated_at = timezone.now()
        self.content_digest = digest

    @cached_property
    def images_by_address(self) -> dict[str, Image]:
        """The images of the text that are stored here, by their address in the text."""
        if self._state.adding:
            return {}
        return {link.source: link.image for link in self.body_image_links.select_related("image")}

    def _claim_next_version(self):
        stored = Page.objects.select_for_update().only("version", "slug", "is_published").get(pk=self.pk)
        if stored.version != self.version:
            raise StalePageError(f"“{self.title}” was saved by somebody else in the meantime.")
        self.version += 1
        return stored

    def _settle_address(self, stored):
        """Keep the old address alive; end what leads on from where the page stands now."""
        if stored and stored.is_published and stored.slug != self.slug:
            Redirect.objects.moved(stored, self)
        elif self.is_published and not (stored and stored.is_published):
            Redirect.objects.end_at([self])
