"""Renditions: stored images in the widths that screens have, as AVIF.

Each is made when a browser first asks for it, and kept. Its address holds the digest that names the image,
so it never shows anything else. Images without renditions are shown as they are, and so are all of them
where a browser does not know AVIF.
"""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from blog.documents import path_on_site
from blog.file_modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.media.images import MediaStorage, cached_file, media_name
from blog.sandbox import calls
from blog.sandbox.images import offered_widths
from blog.sandbox.pool import Turns
from blog.sandbox.refusals import Refusal, RefusedError

# From a card on a phone to a hero on a large screen of many dots.
WIDTHS = (400, 640, 800, 1200, 1600, 2400)
FILE_NAME = r"[0-9a-f]{40}\.(?:jpg|png|webp|avif)"  # no GIFs: drawings of few colours, and many move
TEXT_SIZES = "(min-width: 42rem) 38rem, 94vw"  # how wide an image in a text is shown
NEAR = 1500  # characters of HTML: an image that begins within them is on the first screen
PATIENCE = 5  # seconds
# A page of images that nobody has seen takes one processor, and few of the threads that answer readers.
_ONE_AT_A_TIME = Turns(1, waiting=4)
_STORED = re.compile(rf"images/[0-9a-f]{{2}}/({FILE_NAME})")
_RENDITION = re.compile(rf"/pictures/({FILE_NAME})/[0-9]{{1,5}}\.avif")  # as blog/urls.py has it
_IMG = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


class NoRenditionError(ValueError):
    """An image that can only be shown as it is, for the time being at least."""


@lru_cache(2048)  # six addresses an image are a millisecond on a page with a dozen of them
def srcset(name: str, width: int | None) -> str:
    """Return the renditions of a stored image as an srcset, none wider than the image; "" without any."""
    stored = _STORED.fullmatch(name)
    if not stored or not width or width <= WIDTHS[0]:
        return ""
    return ", ".join(
        f"{reverse('blog:rendition', args=[stored[1], step])} {step}w"
        for step in offered_widths(width, WIDTHS)
    )


def with_renditions(html: str, *, leads=False) -> str:
    """Return a rendered text with renditions of its stored images.

    If it leads, no image stands above it: one near its beginning is what its readers wait for.
    """
    first = _IMG.search(html) if leads else None
    awaited = first.start() if first and first.start() < NEAR else None

    def shown(img):
        tag, attributes = img[0], dict(_ATTRIBUTE.findall(img[1]))
        if img.start() == awaited:
            tag = tag.replace(' loading="lazy"', ' fetchpriority="high"')
        if "class" in attributes:  # unsized
            return tag
        found = srcset(
            attributes.get("src", "").removeprefix(settings.MEDIA_URL), int(attributes.get("width", 0))
        )
        if not found:
            return tag
        return f'<picture><source type="image/avif" srcset="{found}" sizes="{TEXT_SIZES}">{tag}</picture>'

    return _IMG.sub(shown, html)


def stored_rendition(file_name: str, width: int) -> bytes:
    """Return a stored image in this width, made now if nobody has asked for it before.

    Raises FileNotFoundError if there is no such image or width, NoRenditionError if it must stay as it is,
    or if too many others are being made.
    """
    original = original_name(file_name)
    if not default_storage.exists(original):
        raise FileNotFoundError(original)
    storage, name = rendition_storage(), f"{file_name[:2]}/{file_name}-{width}.avif"
    try:
        return cached_file(storage, name, lambda: _shrunk(original, width), _ONE_AT_A_TIME.turn(PATIENCE))
    except RefusedError as error:  # not only of a damaged disk: 16 bits a channel are more than AVIF takes
        if error.code == Refusal.WIDTH:
            raise FileNotFoundError(f"{original} in a width of {width}") from None
        raise NoRenditionError(str(error)) from None


def original_name(file_name: str) -> str:
    digest, _dot, extension = file_name.partition(".")
    return media_name(digest, extension)


def stored_name(address: str) -> str:
    """Return the name in the media storage of the image at an address of this site, or of whose rendition.

    Empty for all other addresses. Whether there is such an image, the database knows.
    """
    address = address.strip()
    if address.startswith("/") and not address.startswith("//"):
        address = f"{settings.SITE_URL}{address}"
    rendition = _RENDITION.fullmatch(path_on_site(address, settings.SITE_URL))
    if rendition:
        return original_name(rendition[1])
    media = urljoin(settings.SITE_URL, settings.MEDIA_URL)  # which may be on a host of its own
    path, folder = path_on_site(address, media), urlsplit(media).path
    return path.removeprefix(folder) if path.startswith(folder) else ""


def rendition_storage() -> MediaStorage:
    """Return the store of renditions: a folder of their own, which may be emptied at any time."""
    return MediaStorage(
        settings.RENDITION_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def _shrunk(name, width):
    with default_storage.open(name) as file:
        return calls.shrink_image(file.read(), width, WIDTHS)
