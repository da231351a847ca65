"""The digest of the stored content that readers see of an article.

Approvals and article checks are valid for one digest. The digest covers everything that a person can read and
judge: the article's stored text, the words of its images, and the images themselves, by file name, which is
a digest of their content. It does not cover:

- HTML, links and typography, which a release of Galley may change
- the names of categories, authors, translators and series, other articles, and the site
- slug, dates and language, which are not text, and who wrote the text, which the AI label itself states

Saving, importing or deriving the same content gives the same digest.

A remote image is represented by its URL until an editor has replaced its file (is_replaced). So mirroring
ends an approval only if the stored image brings alt text or a credit that readers did not see before.
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
PREFIX = "2:"
TEXTS = ("title", "excerpt", "meta_description", "share_quote", "body")
DIGEST_LENGTH = 62  # characters; with the prefix, the length of the fields


def digest_of_words(article, links: Iterable[BodyImage]) -> str:
    """Return the digest of an article. links: its links to the stored images in its text."""
    parts = [_of_text(getattr(article, name)) for name in TEXTS]
    parts.append([str(keyword) for keyword in article.keywords])
    parts.append(_hero(article))
    parts.append(sorted(filter(None, map(_body_image, links))))
    return PREFIX + _of_text(json.dumps(parts))[:DIGEST_LENGTH]


def _of_text(text):
    """Return the digest of one text. Encoding the body as JSON would take several times as long."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hero(article):
    image = article.hero_image
    return [_content(image), *_text_values(article.hero_words), image.caption] if image else None


def _body_image(link):
    """Return what readers see of an image in the text; None if the Markdown contains all of it.

    That is the case for a remote image that adds no text: it looks the same before it is mirrored.
    """
    image = link.image
    words = words_of_use(link.image_text_overrides, image.words)
    if _shows_its_source(image) and words == ImageWords():
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
