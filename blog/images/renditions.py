"""Renditions: stored images in several widths, as AVIF.

A rendition is created at the first request for one of the widths that pages offer, and cached. Other widths
are never created. The URL of a rendition contains the digest of the image, so its content never changes. The
folder of renditions is a cache: it may be emptied and needs no backup. Browsers without AVIF get the stored
image, and so do all browsers if an image has no renditions.

remote_srcset() offers remote images in smaller widths, for sites whose URLs contain the width.
"""

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from blog.documents.addresses import path_on_site
from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.files.storage import FolderStorage
from blog.images.files import cached_file, media_name
from blog.sandbox import calls
from blog.sandbox.image_decoding import offered_widths
from blog.sandbox.pool import FairSemaphore
from blog.sandbox.refusals import Refusal, RefusedError

# Pixels: from a card on a phone to a hero on a large high-density screen.
WIDTHS = (400, 640, 800, 1200, 1600, 2400)
FILE_NAME = r"[0-9a-f]{40}\.(?:jpg|png|webp|avif)"  # no GIFs: often animated, and AVIF gains little
TEXT_SIZES = "(min-width: 42rem) 38rem, 94vw"  # the sizes attribute of images in a text
WIDE_SIZES = f"(min-width: 72rem) 62rem, {TEXT_SIZES}"  # of images that extend into the margin
LARGE = 1000  # pixels; images at least this wide link to the original file; the text is at most 640 wide
WIDE, WIDE_RATIO = 1200, 2  # pixels, and width by height: a panorama or chart that is too small in the text
SMALLEST_PART = 0.75  # of each side of a box; an image this small is still sharp when enlarged to fill it
LOCK_TIMEOUT_SECONDS = 5
# A page full of new images must not use all CPUs, nor all threads that answer readers.
_ONE_AT_A_TIME = FairSemaphore(1, waiting=4)
_STORED = re.compile(rf"images/[0-9a-f]{{2}}/({FILE_NAME})")
_RENDITION = re.compile(rf"/pictures/({FILE_NAME})/[0-9]{{1,5}}\.avif")  # as in blog/urls.py
_HOST = re.compile(r"https?://([a-z0-9.-]+)[/?#]", re.IGNORECASE | re.ASCII)
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


class NoRenditionError(ValueError):
    """Raised when an image has no rendition, or none can be created at the moment."""

    is_passing = False  # whether a second attempt may succeed


@lru_cache(2048)  # building 6 URLs per image takes 1 ms on a page of 12
def srcset(name: str, width: int | None) -> str:
    """Return the srcset of a stored image's renditions, none wider than the image; "" if it has none."""
    stored = _STORED.fullmatch(name)
    if not stored or not width or width <= WIDTHS[0]:
        return ""
    return ", ".join(
        f"{reverse('blog:rendition', args=[stored[1], step])} {step}w"
        for step in offered_widths(width, WIDTHS)
    )


def with_renditions(img: str, figure: str = "") -> str:
    """Return an <img> tag of rendered HTML, in a <picture> with its renditions if it is a stored image.

    figure: the start tag of the figure that begins with the image. A large image of a figure links to the
    original file, and a wide one extends into the margin.
    """
    attributes = dict(_ATTRIBUTE.findall(img))
    if "class" in attributes:  # unsized
        return figure + img
    width, height = (int(attributes.get(name, 0)) for name in ("width", "height"))
    is_wide = figure and width >= WIDE and width >= WIDE_RATIO * height > 0
    if is_wide:
        figure = '<figure class="wide">'
    widths = srcset(attributes.get("src", "").removeprefix(settings.MEDIA_URL), width)
    if not widths:
        return figure + img
    sizes = WIDE_SIZES if is_wide else TEXT_SIZES
    picture = f'<picture><source type="image/avif" srcset="{widths}" sizes="{sizes}">{img}</picture>'
    # An image in a link is not the first element of its figure. The alt text names the link.
    if not figure or not attributes.get("alt") or width < LARGE:
        return figure + picture
    return f'{figure}<a class="enlarge" href="{attributes["src"]}">{picture}</a>'


def stored_rendition(file_name: str, width: int) -> bytes:
    """Return the AVIF of a stored image in this width, from the cache or newly created.

    Raises FileNotFoundError if there is no such image or width, NoRenditionError if the image has no
    renditions or too many others are being created.
    """
    original = original_name(file_name)
    if not default_storage.exists(original):
        raise FileNotFoundError(original)
    storage, name = rendition_storage(), f"{file_name[:2]}/{file_name}-{width}.avif"
    try:
        return cached_file(
            storage, name, lambda: _shrunk(original, width), _ONE_AT_A_TIME.turn(LOCK_TIMEOUT_SECONDS)
        )
    except RefusedError as error:  # for example 16 bits per channel, which AVIF does not support
        if error.code == Refusal.WIDTH:
            raise FileNotFoundError(f"{original} in a width of {width}") from None
        refusal = NoRenditionError(str(error))
        refusal.is_passing = error.is_passing
        raise refusal from None


def fitting_rendition(name: str, size: tuple[int, int], box: tuple[int, int]) -> tuple[str, int] | None:
    """Return (file name, width) of the narrowest rendition that fills a box, or the widest if none does.

    Returns None if the image has no renditions, or is too small for the box.
    """
    stored, (width, height) = _STORED.fullmatch(name), size
    if not stored or width < SMALLEST_PART * box[0] or height < SMALLEST_PART * box[1]:
        return None
    needed = max(box[0], box[1] * width / height)
    offered = offered_widths(width, WIDTHS)
    return stored[1], next((step for step in offered if step >= needed), offered[-1])


def original_name(file_name: str) -> str:
    digest, _dot, extension = file_name.partition(".")
    return media_name(digest, extension)


def stored_name(address: str) -> str:
    """Return the storage name of the image with this URL, or of the image whose rendition has this URL.

    Returns "" for other URLs. Does not check that the image exists.
    """
    address = address.strip()
    if address.startswith("/") and not address.startswith("//"):
        address = f"{settings.SITE_URL}{address}"
    elif _is_elsewhere(address):
        return ""
    rendition = _RENDITION.fullmatch(path_on_site(address, settings.SITE_URL))
    if rendition:
        return original_name(rendition[1])
    media = urljoin(settings.SITE_URL, settings.MEDIA_URL)  # MEDIA_URL may be on another host
    path, folder = path_on_site(address, media), urlsplit(media).path
    return path.removeprefix(folder) if path.startswith(folder) else ""


def _is_elsewhere(address):
    """Whether this is the URL of another host, as far as that can be told without parsing it."""
    host = _HOST.match(address)
    own = (settings.SITE_URL, settings.MEDIA_URL)
    return host is not None and not any(host[1].lower() in url.lower() for url in own)


def rendition_storage() -> FolderStorage:
    """Return the storage of renditions: a cache folder, which may be emptied at any time."""
    return FolderStorage(
        settings.RENDITION_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def _shrunk(name, width):
    with default_storage.open(name) as file:
        return calls.shrink_image(file.read(), width, WIDTHS)


# The query parameter with the width in pixels, by host.
_WIDTH_BY_HOST = (
    (re.compile(r"(?:images|plus)\.unsplash\.com|images\.pexels\.com"), "w"),
    (re.compile(r"[\w-]+\.imgix\.net|images\.(?:prismic\.io|ctfassets\.net)|cdn\.sanity\.io"), "w"),
    (re.compile(r"i[0-3]\.wp\.com|[\w-]+\.files\.wordpress\.com"), "w"),
    (re.compile(r"cdn\.shopify\.com"), "width"),
)
_HEIGHTS = {"w": "h", "width": "height"}


@lru_cache(2048)  # lists need it for every card, mostly of the same images
def remote_srcset(address: str) -> str:
    """Return the srcset attribute of a remote image; "" if its site is not known to offer other widths.

    No width exceeds the one in the URL. A height in the URL is scaled with the width.
    """
    try:
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    except ValueError:
        return ""
    host = parts.hostname or ""
    name = next((name for hosts, name in _WIDTH_BY_HOST if hosts.fullmatch(host)), "")
    if not name or "dpr" in query:
        return ""
    # Pixels; 0 for what is no number.
    full, height = (
        int(text) if re.fullmatch("[0-9]{1,5}", text) else 0
        for text in (query.get(name, ""), query.get(_HEIGHTS[name], ""))
    )
    if height and not full:
        return ""
    widths = [*(width for width in WIDTHS if not full or width < full), *([full] if full else [])]
    return ", ".join(f"{_with(parts, query | _size(name, width, full, height))} {width}w" for width in widths)


def _size(name, width, full, height):
    return {name: width} | ({_HEIGHTS[name]: round(height * width / full)} if height else {})


def _with(parts, query):
    address = urlunsplit(parts._replace(query=urlencode(query), fragment=""))
    return address.replace(" ", "%20").replace(",", "%2C")  # they would end a URL in a srcset
