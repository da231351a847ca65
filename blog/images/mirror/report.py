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
class ImageReport:
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

    def add(self, report: ImageReport) -> None:
        self.counts[report.outcome] += 1


def report_line(report: ImageReport) -> dict:
    """Return the JSON object of an image in a report."""
    image = report.image
    return {
        "address": report.address,
        "outcome": report.outcome,
        "message": report.message,
        "file": image.file.name if image else "",
        "width": image.width if image else None,
        "height": image.height if image else None,
        "seconds": round(report.seconds, 4),
    }
