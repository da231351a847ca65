"""Where readers discuss an article: the pages that its file names, or an e-mail address for replies."""

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from blog.documents.fields.keys import Keys
from blog.imports.models import SourceFile
from blog.site.identity import site_identity

MOST = 3
LONGEST = 2000


def discussions(article) -> list[tuple[str, str]]:
    """Return (host, URL) of each page where the article is discussed."""
    extra = SourceFile.objects.filter(article=article).values_list("extra", flat=True).first()
    if not extra:
        return []
    keys = Keys(extra)
    values = [extra[key] for key in keys.all("discussions")]
    found = {address: host for address in _texts(values) if (host := _host(address))}
    return [(host, address) for address, host in found.items()][:MOST]


def reply_address(article) -> str:
    """Return the mailto: URL for replies to an article, or "" if the site takes none."""
    email = site_identity().reply_email
    return email and f"mailto:{quote(email, safe='@')}?subject={quote(article.plain_title, safe='')}"


def _texts(value) -> Iterator[str]:
    """Yield the texts in a value of a front matter: it may be a text, or a list or table of such values."""
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _host(address):
    """Return the host of a safe web address, else ""."""
    if len(address) > LONGEST:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_safe = parts.scheme in ("http", "https") and not parts.username
    return (parts.hostname or "").removeprefix("www.") if is_safe else ""
