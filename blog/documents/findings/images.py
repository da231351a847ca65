"""Read the images of a Markdown text, with alt text and credit, and find problems in them."""

import re
from collections.abc import Iterator

from blog.documents.addresses import REMOTE
from blog.documents.findings.article_words import ArticleWords, TextImage
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.structure import without_code
from blog.documents.rendering.images import image_key
from blog.documents.text import same_text

_IMAGE = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,2000})\]\(\s{0,3}<?(?P<address>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
    r"(?:[ \t]*\n[ \t>]*[*_](?P<credit>[^*\n][^\n]{0,400}?)[*_][ \t]*(?=\n|\Z))?"
)


def read_images(body: str) -> tuple[TextImage, ...]:
    """Return the images of a Markdown text in order. A line in italics below an image is its credit."""
    return tuple(
        TextImage(found["address"], found["alt"], found["credit"] or "", found.start(), found.end())
        for found in _IMAGE.finditer(without_code(body))
    )


def hero_findings(words: ArticleWords) -> Iterator[Finding]:
    if not words.has_hero:
        yield Finding(FindingKind.NO_HERO)
        return
    if not (words.hero_alt.strip() or words.hero_is_decorative):
        yield Finding(FindingKind.HERO_UNDESCRIBED)
    elif words.hero_alt and same_text(words.hero_alt, words.title):
        yield Finding(FindingKind.HERO_DESCRIBED_BY_TITLE, words=words.hero_alt)
    if not words.hero_credit and (words.hero_address.startswith(REMOTE) or _has_credit(words.images)):
        yield Finding(FindingKind.HERO_CREDIT_MISSING)


def image_findings(words: ArticleWords) -> Iterator[Finding]:
    for image in words.images:
        place = image.start, image.end
        if not image.alt.strip():
            yield Finding(FindingKind.PICTURE_UNDESCRIBED, *place)
        elif same_text(image.alt, words.title):
            yield Finding(FindingKind.PICTURE_DESCRIBED_BY_TITLE, *place, image.alt)
    yield from _described_twice(words)
    if words.hero_credit or _has_credit(words.images):
        for image in words.images:
            if not image.credit:
                yield Finding(FindingKind.PICTURE_CREDIT_MISSING, image.start, image.end, image.alt)


def _described_twice(words):
    """Yield a finding for each image whose alt text differs from an earlier one, or the hero image's."""
    described = {}
    if words.hero_address and words.hero_alt.strip():
        described[image_key(words.hero_address)] = words.hero_alt
    for image in words.images:
        if image.alt.strip():
            before = described.setdefault(image_key(image.address), image.alt)
            if not same_text(before, image.alt):
                yield Finding(FindingKind.PICTURE_DESCRIBED_TWICE, image.start, image.end, image.alt)


def _has_credit(images):
    return any(image.credit for image in images)
