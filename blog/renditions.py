"""Renditions: stored pictures in the widths that screens have, as AVIF.

Each is made when a browser first asks for it, and kept. Its address holds the digest that names the picture,
so it never shows anything else. Pictures without renditions are shown as they are, and so are all of them
where a browser does not know AVIF.
"""

import io
import re
import threading
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow

from blog.documents import path_on_site
from blog.file_modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.images import DAMAGES, MediaStorage, cached_file, media_name

# From a card on a phone to a hero on a large screen of many dots.
WIDTHS = (400, 640, 800, 1200, 1600, 2400)
SAVE_OPTIONS = {"quality": 55, "speed": 8}
ONE_AT_A_TIME = threading.Lock()  # a page of pictures that nobody has seen takes one processor, not all
FILE_NAME = r"[0-9a-f]{40}\.(?:jpg|png|webp|avif)"  # no GIFs: drawings of few colours, and many move
TEXT_SIZES = "(min-width: 42rem) 38rem, 94vw"  # how wide a picture in a text is shown
NEAR = 1500  # characters of HTML: a picture that begins within them is on the first screen
_STORED = re.compile(rf"images/[0-9a-f]{{2}}/({FILE_NAME})")
_RENDITION = re.compile(rf"/pictures/({FILE_NAME})/[0-9]{{1,5}}\.avif")  # as blog/urls.py has it
_IMG = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


class NoRenditionError(ValueError):
    """A picture that can only be shown as it is."""


@lru_cache(2048)  # six addresses a picture are a millisecond on a page with a dozen of them
def srcset(name: str, width: int | None) -> str:
    """Return the renditions of a stored picture as an srcset, none wider than the picture; "" without any."""
    stored = _STORED.fullmatch(name)
    if not stored or not width or width <= WIDTHS[0]:
        return ""
    return ", ".join(
        f"{reverse('blog:rendition', args=[stored[1], step])} {step}w" for step in _widths(width)
    )


def with_renditions(html: str, *, leads=False) -> str:
    """Return a rendered text with renditions of its stored pictures.

    If it leads, no picture stands above it: one near its beginning is what its readers wait for.
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
    """Return a stored picture in this width, made now if nobody has asked for it before.

    Raises FileNotFoundError if there is no such picture or width, NoRenditionError if it must stay as it is.
    """
    original = original_name(file_name)
    if not default_storage.exists(original):
        raise FileNotFoundError(original)
    storage, name = rendition_storage(), f"{file_name[:2]}/{file_name}-{width}.avif"
    return cached_file(storage, name, lambda: _make(original, width), ONE_AT_A_TIME)


def original_name(file_name: str) -> str:
    digest, _dot, extension = file_name.partition(".")
    return media_name(digest, extension)


def stored_name(address: str) -> str:
    """Return the name in the media storage of the picture at an address of this site, or of whose rendition.

    Empty for all other addresses. Whether there is such a picture, the database knows.
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


def _widths(width):
    return [*(step for step in WIDTHS if step < width), *([width] if width <= WIDTHS[-1] else [])]


def _make(name, width):
    try:
        with default_storage.open(name) as file, Pillow.open(file) as picture:
            if width not in _widths(picture.width):
                raise FileNotFoundError(f"{name} in a width of {width}")
            if getattr(picture, "n_frames", 1) > 1:
                raise NoRenditionError(f"{name} moves.")
            return _encode(picture, width)
    except (FileNotFoundError, NoRenditionError):
        raise
    except DAMAGES as error:  # not only of a damaged disk: 16 bits a channel are more than AVIF takes
        raise NoRenditionError(str(error)) from error


def _encode(picture, width):
    # A profile of greys says nothing about RGB.
    profile = None if picture.mode in {"L", "LA"} else picture.info.get("icc_profile")
    # JPEGs are decoded at a half, a quarter or an eighth where that is enough.
    picture.draft(None, (width, width))
    if picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    height = max(1, round(picture.height * width / picture.width))
    output = io.BytesIO()
    picture.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3).save(
        output, "AVIF", icc_profile=profile, exif=b"", xmp=b"", **SAVE_OPTIONS
    )
    return output.getvalue()
