"""The images and filters of the contact sheet, as its screen shows them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.models import Article
from blog.images.models import Image
from blog.images.renditions import remote_srcset
from blog.review.contact_sheet import Concern, ContactSheet, SheetImage, stored_images

CHOICES_SHOWN = 3  # alt texts of one image; the others are folded
LINKS_SHOWN = 20  # articles of one image
OPEN, WITHOUT = "open", "none"  # filters besides Concern: not looked at, and without a concern
CONCERNS = {
    Concern.UNFETCHED: gettext_lazy("Could not be fetched"),
    Concern.UNDESCRIBED: gettext_lazy("No alt text"),
    Concern.SEVERAL: gettext_lazy("Several alt texts"),
    Concern.TITLE: gettext_lazy("Repeats the title"),
    Concern.SPEECH: gettext_lazy("Reports speech"),
    Concern.FIGURE: gettext_lazy("Says a number"),
    Concern.PREFIX: gettext_lazy("Starts with “Image of”"),
    Concern.CREDIT: gettext_lazy("No credit"),
}
SENTENCES = {
    Concern.UNFETCHED: gettext_lazy("Alt text cannot be compared with the image"),
    Concern.UNDESCRIBED: gettext_lazy("No alt text"),
    Concern.TITLE: gettext_lazy("Alt text repeats the title"),
    Concern.SPEECH: gettext_lazy("Says more than an image can show: speech"),
    Concern.FIGURE: gettext_lazy("Says more than an image can show: a number"),
    Concern.PREFIX: gettext_lazy("Starts with “Image of”; screen readers say that already"),
    Concern.CREDIT: gettext_lazy("No credit, but other images have one"),
}


@dataclass(frozen=True)
class AltTextChoice:
    """One of several alt texts of an image, with its number of articles."""

    alt: str
    number: int
    repeats_title: bool


@dataclass(frozen=True)
class Filter:
    """A filter of the sheet, with its number of images."""

    value: str
    name: str
    number: int


@dataclass(frozen=True)
class Row:
    """An image on the screen. links: the first of its articles, as (key, title)."""

    number: int
    image: SheetImage
    stored: Image | None
    links: list[tuple[int, str]]

    @property
    def seen(self) -> str:
        """The value of the field that states which alt texts the user has seen."""
        return f"{self.image.key}:{self.image.state}"

    @property
    def url(self) -> str:
        """The URL of the image; "" if it cannot be shown: the CSP blocks http: URLs."""
        url = self.stored.url if self.stored else self.image.address
        is_shown = url.startswith("https://") or (self.stored and self.stored.file)
        return url if is_shown and not self.image.failure else ""

    @property
    def srcset(self) -> str:
        if self.stored and self.stored.file:
            return self.stored.srcset
        return remote_srcset(self.url) if self.url else ""

    @property
    def host(self) -> str:
        try:
            return urlsplit(self.image.address).hostname or ""
        except ValueError:
            return ""

    @property
    def size(self) -> str:
        stored = self.stored
        return f"{stored.width} \u00d7 {stored.height}" if stored and stored.width else _("size unknown")

    @property
    def more_links(self) -> int:
        return max(0, self.image.number - len(self.links))

    @property
    def concern(self) -> str:
        """The finding in words; "" without one."""
        concern = self.image.concern
        if concern == Concern.SEVERAL:
            number = len(self.image.alt_texts)
            message = ngettext("%d alt text; which one?", "%d alt texts for one image; which one?", number)
            return message % number
        return str(SENTENCES[concern]) if concern else ""

    @property
    def choices(self) -> list[AltTextChoice]:
        """The alt texts, if there are several and an editor has not looked at them."""
        alts = self.image.alt_texts
        if len(alts) < 2 or self.image.look:
            return []
        titles = self.image.repeated_titles
        return [AltTextChoice(alt, number, alt in titles) for alt, number in alts if alt]

    @property
    def first_choices(self) -> list[AltTextChoice]:
        return self.choices[:CHOICES_SHOWN]

    @property
    def further_choices(self) -> list[AltTextChoice]:
        return self.choices[CHOICES_SHOWN:]

    @property
    def can_be_decorative(self) -> bool:
        """Whether readers would get an empty alt text, rather than the alt text of the stored image."""
        is_in_text = any(not use.is_hero for use in self.image.uses)
        return self.image.is_decorative or not (is_in_text and self.stored and self.stored.alt)


def sheet_filters(sheet: ContactSheet) -> list[Filter]:
    """Return the filters that match images of the sheet. The first matches all images."""
    found = [Filter("", _("All"), len(sheet.images))]
    if 0 < sheet.looked_at < len(sheet.images):
        found.append(Filter(OPEN, _("Not looked at"), len(sheet.images) - sheet.looked_at))
    concerns = [image.concern for image in sheet.images]
    found += [Filter(each.value, str(CONCERNS[each]), concerns.count(each)) for each in Concern]
    if number := concerns.count(None):
        found.append(Filter(WITHOUT, _("No finding"), number))
    return [each for each in found if each.number]


def is_shown(image: SheetImage, show: str) -> bool:
    if show == OPEN:
        return image.look is None
    return not show or (image.concern or WITHOUT) == show


def sheet_rows(page) -> list[Row]:
    images = list(page.object_list)
    stored = stored_images(images)
    links = {image.key: sorted(image.articles)[:LINKS_SHOWN] for image in images}
    keys = {key for some in links.values() for key in some}
    titles = dict(Article.objects.filter(pk__in=keys).order_by().values_list("pk", "title"))
    return [
        Row(number, image, stored.get(image.key), [(key, titles[key]) for key in links[image.key]])
        for number, image in enumerate(images, page.start_index())
    ]
