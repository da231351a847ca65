"""Links to articles that are not published yet: signed, for seven days, and until somebody revokes them.

A link is worth what its signature is: SECRET_KEY signs the article's uid together with its preview_key.
Another key, of the site or of the article, makes all links before it worthless; an article gets one when
somebody revokes its links, and in the trash. Nothing is stored.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from blog.models import Article
from blog.models.addresses import absolute

LIFETIME = timedelta(days=7)
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the address is the key: no page that is linked to may learn it
}
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a valid link leads to, and when it ends."""

    article: Article
    until: datetime


def preview_link(article: Article) -> str:
    """Return a new link to the article as it is now, with the site's name: it works for seven days."""
    payload = signing.b64_encode(article.uid.bytes + article.preview_key.bytes).decode()
    return absolute(reverse("blog:article_preview", args=[signer().sign(payload)]))


def find_preview(token: str, articles) -> Preview | None:
    """Return what the token of a link shows, if it is one of these articles; None if it shows nothing.

    What is in the trash is shown to nobody. A token that was not signed here costs no query.
    """
    try:
        payload = signer().unsign(token, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    keys = signing.b64_decode(payload.encode())
    uid, preview_key = UUID(bytes=keys[:16]), UUID(bytes=keys[16:])
    article = articles.in_use().filter(uid=uid, preview_key=preview_key).first()
    return Preview(article, signed_at(token) + LIFETIME) if article else None


def signed_at(token: str) -> datetime:
    """Return when a token was signed, whose signature has been found good."""
    return datetime.fromtimestamp(signing.b62_decode(token.split(SEPARATOR)[1]), UTC)


def signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="blog.previews", sep=SEPARATOR)
