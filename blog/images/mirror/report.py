"""The outcome of a mirror run, for each image and in total."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from blog.images.models import Image


class Outcome(StrEnum):
    STORED = "stored"
    REPEATED = "repeated"  # the same file was already stored
    FAILED = "failed"
    LATER = "later"  # failed before, and the next attempt is not due


@dataclass(frozen=True, slots=True)
class PictureReport:
    address: str
    outcome: Outcome
    message: str = ""  # the reason of a failure
    image: Image | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class MirrorReport:
    """The numbers of images by outcome, and of texts that could not be rendered again."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refused_texts: int = 0

    def add(self, picture: PictureReport) -> None:
        self.counts[picture.outcome] += 1


def report_line(picture: PictureReport) -> dict:
    """Return the JSON object of an image in a report."""
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
