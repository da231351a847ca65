"""Standalone pages such as about, imprint and privacy, at /<slug>/."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, get_resolver, resolve
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.base.models import saved_or_as_before
from blog.documents.rendering.values import Rendering
from blog.images.links import PageImage
from blog.site.addresses import address_of
from blog.site.live_pages import top_patterns
from blog.site.querysets import PageQuerySet
from blog.site.redirects import Redirect
from blog.site.slugs import SlugField
from blog.site.text_model import RenderedText, StaleError

TITLE_LENGTH = 300
# Paths that the web server answers itself, and names reserved for later versions.
RESERVED = {"api", "cards", "media", "search", "static"}


class StalePageError(StaleError):
    """Raised when saving a page that somebody else saved after this instance was read."""


def validate_free_address(slug: str) -> None:
    """Raise ValidationError if a page with this slug would collide with another URL of the site."""
    if slug in reserved_slugs() or not _leads_to_a_page(slug):
        raise ValidationError(_("“%(slug)s” is reserved."), params={"slug": slug})


def reserved_slugs() -> set[str]:
    """Return the first path segment of every URL pattern, and RESERVED."""
    routes = (str(each.pattern) for each in top_patterns(get_resolver().url_patterns))
    return RESERVED | {route.lstrip("^").partition("/")[0] for route in routes} - {""}


def _leads_to_a_page(slug):
    try:
        return resolve(f"/{slug}/").view_name == "blog:page_detail"
    except Resolver404:
        return False


class Page(RenderedText):
    """A standalone page: not in lists or feeds, and dated by its last change."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = SlugField(
        _("slug"),
        validators=[validate_free_address],
        help_text=_("The page's slug: “about” gives /about/."),
    )
    body = models.TextField(_("text"), blank=True)
    meta_description = models.TextField(_("meta description"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("A language tag such as en or pt-BR. Leave blank for the site's language."),
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Readers can see the page, and the footer links to it.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), editable=False)
    created_by_import = models.ForeignKey(
        "blog.ImportRun", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    CONTENT_FIELDS = ("title", "meta_description", "body")
    STORED_FIELDS = ("slug", "is_published")
    STALE = StalePageError

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
        """Compute the derived fields, save, and redirect a changed URL if readers may know the old one.

        rendering: the result of render(), if already known. Raises StalePageError if somebody else saved the
        row after this instance was read, RefusedError if the text takes too much time or memory to render.
        """
        self.derive(rendering)
        with saved_or_as_before(self):
            stored = None if self._state.adding else self.claim_next_version()
            super().save(*args, **kwargs)
            PageImage.objects.synchronize([self])
            self._update_redirects(stored)
            page_cache.invalidate_on_commit()

    def get_absolute_url(self):
        return address_of("page_detail", self.slug)

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        page_cache.invalidate_on_commit()
        return deleted

    def image_link(self, address, image) -> PageImage:
        return PageImage(page=self, image=image, source=address)

    def _update_redirects(self, stored):
        """Redirect the old path to the new one, and delete redirects from the new one."""
        if stored and stored.is_published and stored.slug != self.slug:
            Redirect.objects.moved(stored, self)
        elif self.is_published and not (stored and stored.is_published):
            Redirect.objects.delete_at([self])
