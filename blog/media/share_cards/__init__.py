"""Share cards: 1200 x 630 pixel images for Open Graph, which other sites show where an article is shared.

A card's digest is computed from its text and from the drawing code and fonts, so the content of a URL with
that digest never changes. A card is drawn at the first request and cached.
"""

import hashlib
import threading
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from blog.file_modes import PRIVATE_FILE, PRIVATE_FOLDER
from blog.media.images import MediaStorage, cached_file
from blog.media.share_cards.drawing import SIZE, draw
from blog.media.share_cards.faces import DISPLAY, SANS, can_shape, installed
from blog.media.share_cards.typesetting import readable

__all__ = ["SIZE", "ShareCard", "card_name", "card_storage", "stored_card"]

ONE_AT_A_TIME = threading.Lock()  # a crawler that requests many cards must not take all processors


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The text of a card."""

    site_name: str
    title: str
    quote: str = ""  # if set, it is large, and the title small below it
    category: str = ""
    label: str = ""  # the provenance label
    language: str = ""  # a tag such as zh-Hant: Chinese and Japanese stand in different fonts

    @property
    def digest(self) -> str:
        words = "\0".join((manner(), *astuple(self)))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:20]

    @property
    def is_legible(self) -> bool:
        """Whether a font has the letters of its title. Otherwise the card shows the site's name alone."""
        return any(readable(words, DISPLAY, self.language) for words in (self.quote, self.title))


@cache
def manner() -> str:
    """Return a digest of the drawing code and the fonts. All cards are redrawn when it changes."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    fonts = (Path(face.path) for style in (DISPLAY, SANS) for face in style.faces)
    parts = [file.read_bytes() for file in (*code, *fonts)]
    # Megabytes each: their names and sizes tell another version.
    others = [f"{path.name} {path.stat().st_size}" for path in installed().values()]
    parts += [" ".join([*sorted(others), str(can_shape())]).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def card_storage() -> MediaStorage:
    """Return the storage of cards: a cache folder, which may be emptied at any time.

    It is not the media folder, which a web server may serve itself: a card must disappear with its article.
    """
    return MediaStorage(
        settings.CARD_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def card_name(digest: str) -> str:
    """Return the name of a card's file in its storage."""
    return f"{digest[:2]}/{digest}.png"


def stored_card(card: ShareCard) -> bytes:
    """Return the card as PNG, from the cache or drawn now."""
    storage, name = card_storage(), card_name(card.digest)
    return cached_file(storage, name, lambda: draw(card), ONE_AT_A_TIME)
