"""The digest of the stored content that readers see of an article.

Approvals and article checks are valid for one digest. The digest covers what a person can read and judge:
stored text, and file names of images, which are digests of their content. It does not cover HTML, links or
category names, which a release of Galley may change. Saving, importing or deriving the same content gives
the same digest.

A remote image is represented by its URL until an editor replaces its file (is_replaced), so approvals remain
valid when it is mirrored.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple

from blog.documents.addresses import REMOTE
from blog.documents.image_words import ImageWords, words_of_use
from blog.images.links import BodyImage

# The first characters of a digest. If the algorithm changes, change the prefix and migrate the digests of
# articles, approvals and article checks: approvals must remain valid after an update.
PREFIX = "1:"
TEXTS = ("title", "excerpt", "meta_description", "share_quote", "body")
DIGEST_LENGTH = 62  # characters; with the prefix, the length of the fields


def digest_of_words(article, links: Iterable[BodyImage]) -> str:
    """Return the digest of an article. links: its links to the stored images in its text."""
    parts = [_of_text(getattr(article, name)) for name in TEXTS]
    parts.append(_hero(article))
    parts.append(sorted(filter(None, map(_body_image, links))))
    return PREFIX + _of_text(json.dumps(parts))[:DIGEST_LENGTH]


def _of_text(text):
    """Return the digest of one text. Encoding the body as JSON would take several times as long."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hero(article):
    image = article.hero_image
    return [_content(image), *_text_values(article.hero_words)] if image else None


def _body_image(link):
    """Return what readers see of an image in the text; None if the URL in the text already covers it.

    For an image that was only mirrored, only the text of this use counts, not the image's own.
    """
    image, own = link.image, link.image_text_overrides
    is_only_mirrored = _shows_its_source(image) and not image.is_edited
    words = own if is_only_mirrored else words_of_use(own, image.words)
    if is_only_mirrored and words == ImageWords():
        return None
    return [link.source, _content(image), *_text_values(words)]


def _content(image):
    """Return the file name, which is a digest of the file, or the URL that the file was fetched from."""
    return image.source if _shows_its_source(image) else image.file.name or image.source


def _shows_its_source(image):
    """Whether the image shows what is at its remote URL, mirrored or not."""
    return image.source.startswith(REMOTE) and not image.is_replaced


def _text_values(words):
    return [words.alt, *astuple(words.credit), words.is_decorative]
