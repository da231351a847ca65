"""Recognise requests for public pages, and compute their cache keys.

A page is rendered for its URL, never for a request: the browser's headers are removed before Django sees the
request. So a header, cookie or unknown parameter cannot change a page that others get.
"""

import functools
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from blog import extend

# Pages that depend on more than the URL, that are rarely requested twice, or that accept POST requests, which
# nginx refuses for a page that it has as a file.
NEVER_CACHED = ("/admin/", "/preview/", "/media/", "/pictures/", "/health/", "/search/")
IMMUTABLE = "/static/"  # file names here contain a digest of the content
QUERY_NAMES = {"page"}  # the only parameters of cached pages
QUERY_LENGTH = 500
METHODS = {"GET", "HEAD"}
# Headers of requests that the cached page must not answer.
PERSONAL = {b"authorization", b"expect", b"upgrade", b"content-length", b"transfer-encoding"}


class CacheKey(NamedTuple):
    """A URL within the site: the decoded path, and the relevant parameters, encoded."""

    path: str
    query: str


class CachedSite:
    """The canonical scheme and host of the site, and the session cookie that distinguishes editors."""

    def __init__(self, scheme: str, host: str, session_cookie: str):
        self.scheme = scheme
        self.host = host.lower().encode()
        name, port = re.fullmatch(rb"(.*?)(?::(\d+))?", self.host).groups()
        usual = b"443" if scheme == "https" else b"80"
        self.hosts = {name, name + b":" + usual} if port in {None, usual} else {self.host}
        self.session_cookie = f"{session_cookie}=".encode()

    def cache_key(self, scope, headers: dict[bytes, bytes]) -> CacheKey | None:
        """Return the key of an anonymous request for a public page, or None for any other request."""
        if scope["method"] not in METHODS or scope["scheme"] != self.scheme:
            return None
        if headers.get(b"host", b"").lower() not in self.hosts:
            return None
        if not PERSONAL.isdisjoint(headers) or self.session_cookie in headers.get(b"cookie", b""):
            return None
        query = scope["query_string"]
        known = known_query(query) if query else ""
        return None if known is None else CacheKey(scope["path"], known)


@functools.lru_cache(1024)
def known_query(query: bytes) -> str | None:
    """Return the relevant parameters of a query string, or None if Django must parse it.

    >>> known_query(b"utm_source=x&page=2")
    'page=2'
    """
    if len(query) > QUERY_LENGTH:
        return None
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        return None
    known = [(name, value) for name, value in pairs if name in QUERY_NAMES]
    if len(known) > 1 or any(character in query for character in b";\x00"):
        return None  # only Django decides which of two values counts
    return urlencode(known)


def may_be_cached(key: CacheKey) -> bool:
    return not key.path.startswith(_never_cached())


@functools.cache  # extensions add theirs when a process starts
def _never_cached():
    return (*NEVER_CACHED, *extend.never_cached)
