"""What a rendering takes and returns."""

from dataclasses import dataclass, field
from typing import NamedTuple

from blog.documents.image_words import ImageWords

# Increase with every change to the HTML of the same text, so that stored HTML is rendered again.
RENDER_VERSION = 26


@dataclass(frozen=True, slots=True)
class ResolvedImage:
    """URL of an image, its size in pixels if known, and alt text and credit for when the article has none."""

    url: str
    width: int | None = None
    height: int | None = None
    words: ImageWords = field(default_factory=ImageWords)


class Heading(NamedTuple):
    level: int
    id: str
    text: str


class Losses(NamedTuple):
    """The number of removed sentences, items and rows, and of parts of which nothing remains."""

    passages: int = 0
    parts: int = 0

    @property
    def is_damage(self) -> bool:
        """Whether more is missing than one sentence, item or row."""
        return self.passages > 1 or self.parts > 0

    def __str__(self):
        number, noun = (self.passages, "passage") if self.passages else (self.parts, "section")
        return f"{number} {noun}s were" if number > 1 else f"{number} {noun} was"


NO_LOSSES = Losses()


@dataclass(frozen=True, slots=True)
class Rendering:
    """The HTML of a body, its table of contents, its plain text, the URLs of its images, and its losses.

    opening: the first sentences of the plain text. word_count: its words.
    """

    html: str
    contents: tuple[Heading, ...]
    text: str
    images: tuple[str, ...]
    opening: str
    word_count: int
    losses: Losses = NO_LOSSES
