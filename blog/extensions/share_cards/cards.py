"""Share cards: 1200 x 630 pixel images that other sites show with a link.

The URL of a card contains the article's uid and a digest of its text, its image with the focal point, the
look and logo of the site, the drawing code and the fonts. So the content of a URL never changes, and
browsers may cache it forever. A card is drawn at the first request, one at a time per process, and cached.
An older URL redirects to the newest. The folder is a cache: it may be emptied and needs no backup.

The image on a card is a rendition of the hero image, decoded and cropped in the sandbox. A card with an
image is a JPEG, any other is a PNG with few colours.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from blog.extensions.share_cards.drawing import IMAGE_SIZE, PAPER, draw
from blog.extensions.share_cards.faces import DISPLAY_STYLES, SANS, Style, can_shape, installed
from blog.extensions.share_cards.typesetting import choose_fonts
from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.files.storage import FolderStorage
from blog.images.files import cached_file
from blog.images.icons import ACCENT
from blog.images.renditions import NoRenditionError, fitting_rendition, original_name, stored_rendition
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.site.look import Face

CARD_RETENTION = timedelta(days=30)  # after the last request
ONE_AT_A_TIME = threading.Lock()  # a crawler that requests many cards must not use all CPUs


@dataclass(frozen=True, slots=True)
class CardImage:
    """A rendition of a stored image, for a card."""

    file_name: str
    width: int
    focus: tuple[int, int]  # the focal point, in percent
    size: tuple[int, int] = IMAGE_SIZE  # on the card

    @property
    def original(self) -> str:
        """The name of the image in the media storage."""
        return original_name(self.file_name)


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The text of a card, and its image."""

    site_name: str
    title: str
    quote: str = ""  # if set, it is large, and the title small below it
    category: str = ""
    label: str = ""  # the AI label
    author: str = ""  # the names of the authors, below the title
    language: str = ""  # a tag such as zh-Hant: Chinese and Japanese need different fonts

    image: CardImage | None = None
    accent: str = ACCENT
    face: str = Face.NEWSREADER  # of the title, the quote and the site's name
    logo: CardImage | None = None
    logo_is_name: bool = False  # the logo contains the site's name, and is shown in place of it
    has_mark: bool = True  # the logo of this software, for a site without one of its own

    @property
    def digest(self) -> str:
        words = "\0".join((design_digest(), *map(str, astuple(self))))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:20]

    @property
    def file_name(self) -> str:
        return f"{self.digest}.{'jpg' if self.image else 'png'}"

    @property
    def content_type(self) -> str:
        return "image/jpeg" if self.image else "image/png"

    @property
    def display(self) -> Style:
        return DISPLAY_STYLES[self.face]

    @property
    def is_legible(self) -> bool:
        """Whether fonts can show the quote or the title. If not, the card shows only the site name."""
        return any(choose_fonts(words, self.display, self.language) for words in (self.quote, self.title))


@cache
def design_digest() -> str:
    """Return a digest of the drawing code and the fonts. All cards are redrawn when it changes."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    fonts = (Path(face.path) for style in (*DISPLAY_STYLES.values(), SANS) for face in style.faces)
    parts = [file.read_bytes() for file in (*code, *fonts)]
    # Installed fonts have megabytes each: another name or size means another version.
    others = [f"{path.name} {path.stat().st_size}" for path in installed().values()]
    parts += [" ".join([*sorted(others), str(can_shape())]).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def card_storage() -> FolderStorage:
    """Return the storage of cards: a cache folder, which may be emptied at any time.

    It is outside the media folder, which a web server may serve, because a card must disappear with its
    article.
    """
    return FolderStorage(
        settings.CARD_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def card_name(card: ShareCard) -> str:
    """Return the name of a card's file in its storage."""
    name = card.file_name
    return f"{name[:2]}/{name}"


def card_image(name: str, size: tuple[int, int], focus: tuple[int, int], box=IMAGE_SIZE) -> CardImage | None:
    """Return a stored image as an image of a card, or None if it is too small for its box or a GIF."""
    rendition = fitting_rendition(name, size, box)
    return CardImage(*rendition, focus, box) if rendition else None


def stored_card(card: ShareCard) -> bytes:
    """Return the card as PNG, or as JPEG if it has an image, from the cache or newly drawn.

    An image that cannot be decoded is omitted. Raises NoRenditionError if too many renditions are being
    created.
    """
    storage, name = card_storage(), card_name(card)
    images = [None, None]
    if not storage.exists(name):
        images = [image_pixels(image) if image else None for image in (card.image, card.logo)]
    return cached_file(storage, name, lambda: draw(card, *images), ONE_AT_A_TIME)


def image_pixels(image: CardImage) -> bytes | None:
    try:
        rendition = stored_rendition(image.file_name, image.width)
        return calls.crop_image(rendition, image.size, image.focus, PAPER)
    except FileNotFoundError:
        return None
    except (NoRenditionError, RefusedError) as error:
        if error.is_passing:
            raise NoRenditionError(str(error)) from None
        return None


def unused_cards() -> Iterator[Path]:
    """Yield the cards without a request for a month. Many show text that has changed since."""
    before = time.time() - CARD_RETENTION.total_seconds()
    for file in Path(settings.CARD_ROOT).glob("*/*"):
        if file.stat().st_mtime < before:
            yield file


def count_unused() -> int:
    return sum(1 for _card in unused_cards())
