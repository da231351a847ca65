"""The pictures that an article describes, and its links to pages of this site, as rows."""

import itertools
from collections.abc import Iterator
from hashlib import blake2b
from unicodedata import normalize

from blog.articles.models import Article
from blog.documents.claims.claim import claim_key
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import same_text
from blog.review.models import WORDS_LENGTH, Reference
from blog.sandbox.texts import Examination

MOST = 200  # pictures, and as many links: nobody writes more into an article

FINDING_OF = {
    Reference.Kind.PICTURE: FindingKind.PICTURE_DESCRIBED_DIFFERENTLY,
    Reference.Kind.LINK: FindingKind.LINK_BROKEN,
}


def references_of(article: Article, found: Examination) -> list[Reference]:
    """Return a row for each picture with another description, and for each page to which the text leads."""
    rows = itertools.chain(
        itertools.islice(_pictures(article, found), MOST), itertools.islice(_links(article, found), MOST)
    )
    first = {}
    for row in rows:
        first.setdefault(row.key, row)
    return list(first.values())


def link_target(path: str) -> str:
    """Return the target of a link to a page; with or without a trailing slash it is the same."""
    return _target(Reference.Kind.LINK, normalize("NFC", path).rstrip("/"))


def _pictures(article, found) -> Iterator[Reference]:
    """Yield the descriptions of pictures; one that repeats the title, or is not there, is told apart."""
    kind = Reference.Kind.PICTURE
    for picture in found.pictures:
        if picture.alt.strip() and not same_text(picture.alt, article.title):
            yield _row(article, kind, _target(kind, picture.address), picture.alt, picture)


def _links(article, found) -> Iterator[Reference]:
    for link in found.links:
        yield _row(article, Reference.Kind.LINK, link_target(link.path), link.path, link)


def _row(article, kind, target, words, place):
    words = " ".join(words.split())[:WORDS_LENGTH]
    return Reference(
        article=article,
        kind=kind,
        target=target,
        words=words,
        key=claim_key(FINDING_OF[kind], f"{target} {words}"),
        start=place.start,
        end=place.end,
    )


def _target(kind, text):
    return blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
