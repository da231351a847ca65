"""The images and filters of the contact sheet, as its screen shows them."""

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


def _row(number, image: SheetImage, stored: Image | None, links) -> dict:
    """Return an image for the screen. links: the first of its articles, as (key, title).

    seen: the value of the field that states which alt texts the user has seen.
    """
    url, choices = _url(image, stored), _choices(image)
    is_in_text = any(not use.is_hero for use in image.uses)
    return {
        "number": number,
        "image": image,
        "stored": stored,
        "links": links,
        "more_links": max(0, image.number - len(links)),
        "seen": f"{image.key}:{image.state}",
        "url": url,
        "srcset": _srcset(url, stored),
        "host": _host(image),
        "size": f"{stored.width} \u00d7 {stored.height}" if stored and stored.width else _("size unknown"),
        "concern": _concern(image),
        "choices": choices,
        "first_choices": choices[:CHOICES_SHOWN],
        "further_choices": choices[CHOICES_SHOWN:],
        # Whether readers would get an empty alt text, rather than the alt text of the stored image.
        "can_be_decorative": image.is_decorative or not (is_in_text and stored and stored.alt),
    }


def _url(image, stored) -> str:
    """Return the URL of the image; "" if it cannot be shown: the CSP blocks http: URLs."""
    url = stored.url if stored else image.address
    is_shown = url.startswith("https://") or (stored and stored.file)
    return url if is_shown and not image.failure else ""


def _srcset(url, stored) -> str:
    if stored and stored.file:
        return stored.srcset
    return remote_srcset(url) if url else ""


def _host(image) -> str:
    try:
        return urlsplit(image.address).hostname or ""
    except ValueError:
        return ""


def _concern(image) -> str:
    """Return the finding in words; "" without one."""
    if image.concern == Concern.SEVERAL:
        number = len(image.alt_texts)
        message = ngettext("%d alt text; which one?", "%d alt texts for one image; which one?", number)
        return message % number
    return str(SENTENCES[image.concern]) if image.concern else ""


def _choices(image) -> list[dict]:
    """Return the alt texts, if there are several and an editor has not looked at them."""
    alts = image.alt_texts
    if len(alts) < 2 or image.look:
        return []
    titles = image.repeated_titles
    return [{"alt": alt, "number": number, "repeats_title": alt in titles} for alt, number in alts if alt]


def sheet_filters(sheet: ContactSheet) -> list[tuple[str, str, int]]:
    """Return (value, name, number of images) of the filters that match images. The first matches all."""
    concerns = [image.concern for image in sheet.images]
    left = len(sheet.images) - sheet.looked_at if sheet.looked_at else 0
    filters = [
        ("", _("All"), len(sheet.images)),
        (OPEN, _("Not looked at"), left),
        *((each.value, str(CONCERNS[each]), concerns.count(each)) for each in Concern),
        (WITHOUT, _("No finding"), concerns.count(None)),
    ]
    return [(value, name, number) for value, name, number in filters if number]


def is_shown(image: SheetImage, show: str) -> bool:
    if show == OPEN:
        return image.look is None
    return not show or (image.concern or WITHOUT) == show


def sheet_rows(page) -> list[dict]:
    images = list(page.object_list)
    stored = stored_images(images)
    links = {image.key: sorted(image.articles)[:LINKS_SHOWN] for image in images}
    keys = {key for some in links.values() for key in some}
    titles = dict(Article.objects.filter(pk__in=keys).order_by().values_list("pk", "title"))
    return [
        _row(number, image, stored.get(image.key), [(key, titles[key]) for key in links[image.key]])
        for number, image in enumerate(images, page.start_index())
    ]
