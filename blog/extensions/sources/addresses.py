"""Addresses of sources: which are sources at all, and the one form in which a source is stored."""

import re
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import quote, urlsplit, urlunsplit

from blog.documents.addresses import LONGEST_ADDRESS

PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 253
# A query or path may have any character but those that end an address in running words.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^]+", re.IGNORECASE)
_AT_END = ".,;:!?*_"
_IN_PATH = "/%!$&'()*+,;=:@~"


def normalise(address: str) -> str:
    """Return the form of an address that all its spellings share, or "" if it is no http(s) address.

    The fragment is left out, because it is the same page.
    """
    try:
        parts = urlsplit(address.strip())
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return ""
    if scheme not in PORTS or not host or len(host) > LONGEST_HOST or "@" in parts.netloc:
        return ""
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, PORTS[scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe=_IN_PATH)
    found = urlunsplit((scheme, place, path, quote(parts.query, safe=f"{_IN_PATH}?[]|"), ""))
    return found if len(found) <= LONGEST_ADDRESS else ""


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").lower()


def digest_of(address: str) -> str:
    """Return the digest of a normalised address, because addresses may be too long for an index."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def addresses_in(words: str) -> Iterator[tuple[int, str]]:
    """Yield (position, address as written) of the addresses in plain words or Markdown."""
    for found in _ADDRESS.finditer(words):
        address = found[0].rstrip(_AT_END)
        while address.endswith((")", "]")) and address.count(")") + address.count("]") > address.count(
            "("
        ) + address.count("["):
            address = address[:-1].rstrip(_AT_END)
        yield found.start(), address


def is_of_site(host: str, sites: list[str]) -> bool:
    """Whether a host is one of these sites, or below one."""
    return any(host == site or host.endswith(f".{site}") for site in sites)
