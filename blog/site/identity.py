"""The site identity: name, publisher, look, logo, navigation and footer links; earlier looks.

site_identity() returns the values that readers see: those from the admin, and settings where these are
blank. The admin's values are in a single row (a constraint). They are not cached between requests, so that
all processes show the same values. Changing the look stores the one that it replaces.
"""

import json
from collections import namedtuple
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from blog.base.models import OrderedModel, PublicModel, UserDecision
from blog.base.queries import CompiledQuery
from blog.documents.rendering.values import ResolvedImage
from blog.images.models import Image
from blog.site.addresses import address_of, is_outward
from blog.site.look import LOOK_FIELDS, Look, LookFields, look_of
from blog.site.pages import Page

ADDRESS_LENGTH = 2000
SINGLETON_PK = 1


class Network(models.TextChoices):
    """Where readers can share an article by a link."""

    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    LINKEDIN = "linkedin", "LinkedIn"
    X = "x", "X"
    FACEBOOK = "facebook", "Facebook"
    WHATSAPP = "whatsapp", "WhatsApp"
    REDDIT = "reddit", "Reddit"
    EMAIL = "email", _("E-mail")


def default_networks() -> list[str]:
    return [Network.MASTODON, Network.BLUESKY, Network.LINKEDIN]


class SiteIdentity(LookFields, PublicModel):
    """The site's name, description, publisher and look, in a single row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLETON_PK, editable=False)
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("Leave blank to use the configured site name."),
    )
    tagline = models.CharField(
        _("tagline"),
        max_length=300,
        blank=True,
        help_text=_("A line below the name. Leave blank to use the configured tagline."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("For search engines. Leave blank to use the tagline.")
    )
    logo = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="logo_of", verbose_name=_("logo")
    )
    publisher = models.CharField(
        _("publisher"),
        max_length=200,
        blank=True,
        help_text=_(
            "The person or organisation responsible for the site."
            " Leave blank to use the configured publisher, or else the site name."
        ),
    )
    publisher_url = models.URLField(
        _("publisher's page"),
        max_length=ADDRESS_LENGTH,
        blank=True,
        help_text=_("Leave blank to use the home page."),
    )
    email = models.EmailField(_("e-mail address"), blank=True, help_text=_("Shown in the footer."))
    profiles = models.JSONField(_("profiles on other sites"), default=list, blank=True)
    networks = models.JSONField(_("networks"), default=default_networks, blank=True)
    reply_email = models.EmailField(
        _("e-mail address for replies"),
        blank=True,
        help_text=_("For “Reply by e-mail” below articles that are not discussed elsewhere."),
    )

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        constraints = [models.CheckConstraint(name="site_identity_is_one_row", condition=Q(id=SINGLETON_PK))]

    def __str__(self):
        return self.name or settings.SITE_NAME


class NavigationCategory(OrderedModel):
    """A category in the masthead."""

    site = models.ForeignKey(
        SiteIdentity, models.CASCADE, related_name="navigation_categories", default=SINGLETON_PK
    )
    category = models.OneToOneField(
        "blog.Category", models.CASCADE, related_name="navigation_category", verbose_name=_("category")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category in the masthead")
        verbose_name_plural = _("categories in the masthead (by default, the most used ones)")

    def __str__(self):
        return self.category.name


def is_link(address: str) -> bool:
    """Whether this is a path of this site, or a URL with a safe scheme (http, https, mailto)."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return is_path or is_outward(address)


def validate_link(address: str) -> None:
    if not is_link(address):
        raise ValidationError(
            _("Enter a path such as /archive/, or a URL that begins with https://, http:// or mailto:.")
        )


class FooterLink(OrderedModel):
    """A footer link to a URL or a page. A link to a page is shown only while the page is published."""

    site = models.ForeignKey(SiteIdentity, models.CASCADE, related_name="footer_links", default=SINGLETON_PK)
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("Leave blank to use the page title.")
    )
    page = models.ForeignKey(
        Page, models.CASCADE, null=True, blank=True, related_name="footer_links", verbose_name=_("page")
    )
    address = models.CharField(
        _("or a URL"), max_length=ADDRESS_LENGTH, blank=True, validators=[validate_link]
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("link in the footer")
        verbose_name_plural = _("links in the footer")
        constraints = [
            models.CheckConstraint(
                name="footer_link_leads_to_one_thing",
                violation_error_message=_("Choose a page, or enter a label and a URL."),
                condition=Q(page__isnull=False, address="")
                | Q(page__isnull=True) & ~Q(address="") & ~Q(label=""),
            ),
        ]

    def __str__(self):
        return self.label or self.page.shown_title


@dataclass(frozen=True, slots=True)
class ShownLink:
    label: str
    address: str

    @property
    def is_outward(self) -> bool:
        return is_outward(self.address)


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """The site identity as readers see it."""

    name: str
    tagline: str = ""
    description: str = ""
    logo: ResolvedImage | None = None
    look: Look = field(default_factory=Look)
    publisher: str = ""
    publisher_url: str = ""
    email: str = ""
    profiles: tuple[str, ...] = ()
    networks: tuple[str, ...] = tuple(default_networks())
    reply_email: str = ""
    links: tuple[ShownLink, ...] = ()
    has_own_categories: bool = False


_of_this_request: ContextVar[list[PublicIdentity] | None] = ContextVar("site_identity", default=None)


@contextmanager
def site_identity_cached(identity: PublicIdentity | None = None):
    """Run the block with site_identity() cached, so that it queries once. Every request has its own block.

    identity: returned instead of the stored identity, for a preview.
    """
    token = _of_this_request.set([identity] if identity else [])
    try:
        yield
    finally:
        _of_this_request.reset(token)


def site_identity() -> PublicIdentity:
    """Return the site identity as readers see it: one query, or none if cached for this request."""
    cached = _of_this_request.get()
    if cached:
        return cached[0]
    identity = _read_identity()
    if cached is not None:
        cached.append(identity)
    return identity


def _read_identity():
    rows = [_Row(*row) for row in _rows_with_links.rows(SiteIdentity.objects)]
    row = rows[0] if rows else _Row()
    name = row.name or settings.SITE_NAME
    tagline = row.tagline or settings.SITE_TAGLINE
    return PublicIdentity(
        name=name,
        tagline=tagline,
        description=row.description or tagline,
        logo=row.shown_logo,
        look=row.look,
        publisher=row.publisher or settings.SITE_PUBLISHER or name,
        publisher_url=row.publisher_url,
        email=row.email,
        profiles=tuple(json.loads(row.profiles or "[]")),
        networks=tuple(json.loads(row.networks) if rows else default_networks()),
        reply_email=row.reply_email,
        links=tuple(_links(rows)),
        has_own_categories=bool(row.has_categories),
    )


_COLUMNS = (
    *("name", "tagline", "description", "publisher", "publisher_url", "email", "profiles"),
    *("networks", "reply_email"),
    *("logo", "logo__file", "logo__source", "logo__width", "logo__height", "has_categories"),
    *LOOK_FIELDS,
    *("footer_links__label", "footer_links__address"),
    *("footer_links__page__title", "footer_links__page__language"),
    *("footer_links__page__slug", "footer_links__page__is_published"),
)


class _Row(namedtuple("_Row", _COLUMNS, defaults=[""] * len(_COLUMNS))):
    """A row of _rows_with_links(), as the database returns it. Without a stored identity, all is empty."""

    @property
    def shown_logo(self) -> ResolvedImage | None:
        image = Image(
            file=self.logo__file, source=self.logo__source, width=self.logo__width, height=self.logo__height
        )
        return image.as_resolved() if self.logo else None

    @property
    def look(self) -> Look:
        return look_of(*(getattr(self, name) for name in LOOK_FIELDS))

    @property
    def title_of_page(self) -> str:
        return Page(
            title=self.footer_links__page__title, language=self.footer_links__page__language
        ).shown_title


@CompiledQuery
def _rows_with_links(identities):
    """Return the site identity joined with its footer links, one row per link, in one query."""
    has_categories = Exists(NavigationCategory.objects.filter(site=OuterRef("pk")))
    rows = identities.annotate(has_categories=has_categories)
    return rows.order_by("footer_links__position", "footer_links__pk").values_list(*_COLUMNS)


def _links(rows):
    for row in rows:
        if row.footer_links__page__is_published:
            if address := address_of("page_detail", row.footer_links__page__slug):
                yield ShownLink(row.footer_links__label or row.title_of_page, address)
        elif row.footer_links__address and is_link(row.footer_links__address):  # not validated without a form
            yield ShownLink(row.footer_links__label, row.footer_links__address)


class EarlierLook(LookFields, UserDecision):
    """A look that was replaced, with the user who replaced it and the time."""

    stored_name = "EarlierLook"

    logo = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="+")
    had_logo = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]
        verbose_name = _("earlier look")

    def __str__(self):
        return f"{self.get_manner_display()}, {self.get_face_display()}, {self.accent}"

    @property
    def lost_its_logo(self) -> bool:
        """Whether the image that was the logo has been deleted since."""
        return self.had_logo and not self.logo_id


@transaction.atomic
def change_look(values: dict, logo: Image | None, user) -> list[str]:
    """Store a look, and the one that it replaces. Return the names of the fields that changed.

    values: {field: value} for all LOOK_FIELDS.
    """
    SiteIdentity.objects.get_or_create(pk=SINGLETON_PK)
    site = SiteIdentity.objects.select_for_update().get(pk=SINGLETON_PK)
    before = {name: getattr(site, name) for name in LOOK_FIELDS}
    changed = [name for name in LOOK_FIELDS if values[name] != before[name]]
    if (logo and logo.pk) != site.logo_id:
        changed.append("logo")
    if changed:
        EarlierLook(**before, logo_id=site.logo_id, had_logo=bool(site.logo_id), by=user).save()
        for name in LOOK_FIELDS:
            setattr(site, name, values[name])
        site.logo = logo
        site.save(update_fields=[*LOOK_FIELDS, "logo"])
    return changed


def restore_look(earlier: EarlierLook, user) -> list[str]:
    """Store an earlier look again. Return the names of the fields that changed."""
    return change_look({name: getattr(earlier, name) for name in LOOK_FIELDS}, earlier.logo, user)
