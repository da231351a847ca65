"""What readers are told of an image: its description, its credit, or that it is decorative."""

from dataclasses import dataclass, field

from blog.documents.credits import Credit


@dataclass(frozen=True, slots=True)
class ImageWords:
    """The words of an image, or of one use of it. A decorative image has no description."""

    alt: str = ""
    credit: Credit = field(default_factory=Credit)
    is_decorative: bool = False


def words_of_use(own: ImageWords, image: ImageWords) -> ImageWords:
    """Return what readers are told where an image is used: the use's own words, else those of the image."""
    alt = "" if own.is_decorative else own.alt if own.alt.strip() else image.alt
    return ImageWords(alt, own.credit or image.credit, own.is_decorative)
