"""What tasks for texts return, and how they find an image."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from blog.documents.addresses import REMOTE
from blog.documents.claims.values import Claim
from blog.documents.fields.values import ArticleFields
from blog.documents.findings.article_words import ArticleWords, InternalLink, TextImage
from blog.documents.findings.finding import Finding
from blog.documents.findings.fingerprints import Fingerprints
from blog.documents.notices import Notice
from blog.documents.rendering.values import Rendering, ResolvedImage


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of read_text(): the fields and rendering of a file, or why it is refused.

    images: {URL in the text: image as the rendering shows it}. seconds: the elapsed time. examined: set by
    read_and_examine() only.
    """

    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    images: Mapping[str, ResolvedImage | None] = field(default_factory=dict)
    refusal: Notice | None = None
    seconds: float = 0.0
    examined: "ExaminedFile | None" = None


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of examine(): findings, claims and other values of an article.

    keys: the keys of the claims, in the same order. reading_time_in_file: minutes, as stated in the file.
    """

    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
    keys: tuple[str, ...] = ()
    prints: Fingerprints | None = None
    links: tuple[InternalLink, ...] = ()
    images: tuple[TextImage, ...] = ()  # address is image_key() of the URL; hero image first
    reading_time_in_file: int | None = None


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """The examination of a file, and the content examined. The import may store different content."""

    words: ArticleWords
    found: Examination


def image_at(images: Mapping[str, ResolvedImage | None], address: str) -> ResolvedImage | None:
    """Return the image at a URL in a text: one of these images, or a remote one."""
    if address.strip() in images:
        return images[address.strip()]
    return ResolvedImage(address) if address.startswith(REMOTE) else None
