"""Share cards: the image that other places show where an article is shared. 1200 x 630, type on paper.

A card is what is written on it. Its digest follows from that and from how it is drawn, so an address that
carries the digest never shows anything else, and a card is drawn once, when somebody first asks for it.
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
from blog.media.share_cards.typesetting import DISPLAY_FACES, SANS_FACES, readable

__all__ = ["SIZE", "ShareCard", "card_name", "card_storage", "stored_card"]

ONE_AT_A_TIME = threading.Lock()  # a crawler that asks for a thousand takes one processor, not all


@dataclass(frozen=True, slots=True)
class ShareCard:
    """The words of a card."""

    site_name: str
    title: str
    quote: str = ""  # said large in the title's place, which then stands below
    category: str = ""
    label: str = ""  # what readers have to know of the text

    @property
    def digest(self) -> str:
        words = "\0".join((manner(), *astuple(self)))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:20]

    @property
    def is_legible(self) -> bool:
        """Whether there is a typeface for its words. A card without is the site's name alone."""
        return any(readable(words, DISPLAY_FACES) for words in (self.quote, self.title))


@cache
def manner() -> str:
    """Return a digest of the drawing code and the typefaces: cards are drawn anew when it changes."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), *(face.path for face in DISPLAY_FACES + SANS_FACES)]
    return hashlib.sha256(b"\0".join(Path(file).read_bytes() for file in files)).hexdigest()


def card_storage() -> MediaStorage:
    """Return the store of cards: a folder of their own, which may be emptied at any time.

    They are no media: a web server hands those out itself, also when their article is taken down.
    """
    return MediaStorage(
        settings.CARD_ROOT,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )


def card_name(digest: str) -> str:
    """Return where a card goes in its storage."""
    return f"{digest[:2]}/{digest}.png"


def stored_card(card: ShareCard) -> bytes:
    """Return the card as PNG, drawn now if nobody has asked for it before."""
    storage, name = card_storage(), card_name(card.digest)
    return cached_file(storage, name, lambda: draw(card), ONE_AT_A_TIME)
