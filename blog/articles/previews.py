"""Preview links to unpublished articles: signed, valid for seven days, revocable.

The token is the article's uid and preview_key, signed with SECRET_KEY. Nothing is stored. A change of either
key invalidates older links. The preview_key changes when an editor revokes the links or moves the article to
the trash.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from blog.articles.models import Article
from blog.site.addresses import absolute

LIFETIME = timedelta(days=7)
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # linked sites must not learn the secret URL
}
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Preview:
    """The article of a valid preview link, and when the link expires."""

    article: Article
    until: datetime


def preview_link(article: Article) -> str:
    """Return a new absolute preview URL of the article, valid for seven days."""
    payload = signing.b64_encode(article.uid.bytes + article.preview_key.bytes).decode()
    return absolute(reverse("blog:article_preview", args=[signer().sign(payload)]))


def find_preview(token: str, articles) -> Preview | None:
    """Return the Preview of a token if its article is among these articles, else None.

    Returns None for expired and revoked tokens, and for articles in the trash. A token with a bad signature
    costs no query.
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
    """Return when a token was signed. Check its signature first."""
    return datetime.fromtimestamp(signing.b62_decode(token.split(SEPARATOR)[1]), UTC)


def signer() -> signing.TimestampSigner:
    # With another salt, every link that was sent would become invalid.
    return signing.TimestampSigner(salt="blog.previews", sep=SEPARATOR)
