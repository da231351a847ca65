"""What became of each picture, and of all of them."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from blog.images.models import Image


class Outcome(StrEnum):
    STORED = "stored"
    REPEATED = "repeated"  # its bytes were here already
    FAILED = "failed"
    LATER = "later"  # it failed before, and is not to be asked for yet


@dataclass(frozen=True, slots=True)
class PictureReport:
    address: str
    outcome: Outcome
    message: str = ""  # why it ended so, if that needs a word
    image: Image | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class MirrorReport:
    """The number of pictures by outcome, and of texts that could not be rendered with theirs."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refused_texts: int = 0

    def add(self, picture: PictureReport) -> None:
        self.counts[picture.outcome] += 1


def report_line(picture: PictureReport) -> dict:
    """Return the JSON object of a picture in a report."""
    image = picture.image
    return {
        "address": picture.address,
        "outcome": picture.outcome,
        "message": picture.message,
        "file": image.file.name if image else "",
        "width": image.width if image else None,
        "height": image.height if image else None,
        "seconds": round(picture.seconds, 4),
    }
