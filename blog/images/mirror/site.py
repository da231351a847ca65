"""How this site asks others for pictures."""

from django.conf import settings

from blog.images.mirror.addresses import Rules
from blog.images.mirror.fetcher import Fetcher


def site_fetcher(*, http: bool = False) -> Fetcher:
    """Return a fetcher that asks public places alone. http: also without TLS, where an address says so."""
    return Fetcher(Rules(http=http), user_agent=f"Galley (+{settings.SITE_URL})")
