"""The digest of an article's content that readers see, as it is stored.

An approval and a proof are valid for one digest. The digest covers what a person can read and judge: stored
text, and file names of images, which are digests of their content. It does not cover HTML, links or
category names, which a release of Galley may change. Saving, importing or deriving the same content gives
the same digest.

A remote image counts by its URL until an editor has replaced its file (is_replaced), so mirroring ends no
approval.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple

from blog.documents.addresses import REMOTE
from blog.documents.image_words import ImageWords, words_of_use
from blog.images.links import BodyImage

# The first characters of a digest. Another way of making them needs another prefix, and a migration that
# gives articles, reviews and proofs new digests: no release may make a review outdated.
PREFIX = "1:"
TEXTS = ("title", "excerpt", "meta_description", "share_quote", "body")
DIGEST_LENGTH = 62  # characters; with the prefix, as many as the fields hold


def digest_of_words(article, links: Iterable[BodyImage]) -> str:
    """Return the digest of an article with these links to the stored images in its text."""
    said = [_of_text(getattr(article, name)) for name in TEXTS]
    said.append(_hero(article))
    said.append(sorted(filter(None, map(_picture, links))))
    return PREFIX + _of_text(json.dumps(said))[:DIGEST_LENGTH]


def _of_text(text):
    """Return the digest of one text: as JSON, the body would take several times as long."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hero(article):
    image = article.hero_image
    return [_content(image), *_said(article.hero_words)] if image else None


def _picture(link):
    """Return what a text shows by an image here; None if that is what the address in the text says anyway.

    A picture that was only fetched from its address has no words in a text but those of its use there.
    """
    image, own = link.image, link.image_text_overrides
    is_only_fetched = _stands_for_its_source(image) and not image.is_edited
    words = own if is_only_fetched else words_of_use(own, image.words)
    if is_only_fetched and words == ImageWords():
        return None
    return [link.source, _content(image), *_said(words)]


def _content(image):
    """Return the name of the file, which is made of its content, or the address that the file stands for."""
    return image.source if _stands_for_its_source(image) else image.file.name or image.source


def _stands_for_its_source(image):
    """Whether it shows what is at its web address, fetched or not."""
    return image.source.startswith(REMOTE) and not image.is_replaced


def _said(words):
    return [words.alt, *astuple(words.credit), words.is_decorative]
