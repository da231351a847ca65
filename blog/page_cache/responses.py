"""A public page in memory: in each content coding, with its ETag, and the answers to conditional requests."""

import functools
import gzip
import hashlib
import re
from dataclasses import dataclass, field

import brotli

GZIP_LEVEL = 6
BROTLI_QUALITY = 5
LEAST_BYTES = 500  # compressing smaller responses does not save a packet
OVERHEAD = 4_000  # bytes of memory per response, besides its bodies
COMPRESSIBLE = re.compile(rb"text/|application/(?:.+\+)?(?:json|xml|javascript)|image/svg\+xml")
MARKS = {"": "", "gzip": "-gz", "br": "-br"}  # each coding of a page is a representation with its own ETag
# Headers that are set here for each coding, or by the server for each response.
OWN_HEADERS = {
    *(b"content-length", b"content-encoding", b"etag", b"vary"),
    *(b"date", b"connection", b"transfer-encoding", b"server", b"accept-ranges", b"x-request-id"),
}
# Headers that describe a body, which a 304 omits (RFC 9110, 15.4.5).
BODY_HEADERS = {b"content-length", b"content-encoding", b"content-type", b"content-language"}


@dataclass(slots=True)
class Part:
    """A response: status and headers for the ASGI server, the body, and the headers as bytes (`head`)."""

    start: dict
    body: bytes
    head: bytes = field(init=False)

    def __post_init__(self):
        lines = [b"%b: %b\r\n" % header for header in self.start["headers"]]
        self.head = b"".join(lines)


@dataclass(slots=True)
class EncodedBody:
    """A page in one content coding: the response with status 200 (full), and the one with 304 (unchanged)."""

    etag: bytes
    full: Part
    unchanged: Part


@dataclass(slots=True)
class CachedResponse:
    """A page for all requests with the same CacheKey.

    `generation` is None if the page never changes. `expires` is the time of the next scheduled change.
    """

    digest: str
    encoded: dict[str, EncodedBody]
    etags: frozenset[bytes]
    last_modified: bytes | None
    generation: int | None
    expires: float
    size: int

    def part(self, headers: dict[bytes, bytes]) -> Part:
        """Return the response to a request with these headers (RFC 9110, 12.5.3 and 13.2.2)."""
        encoded = self.encoded.get(preferred_coding(headers.get(b"accept-encoding", b"")), self.encoded[""])
        condition = headers.get(b"if-none-match")
        if condition is None:
            # Compared for equality: unpublishing an article makes a list's newest date earlier.
            since = headers.get(b"if-modified-since")
            return encoded.unchanged if since is not None and since == self.last_modified else encoded.full
        return encoded.unchanged if self.matches(condition) else encoded.full

    def matches(self, condition: bytes) -> bool:
        if condition in self.etags:
            return True
        # A proxy that compresses makes our ETags weak. If-None-Match uses weak comparison anyway.
        known = {tag.strip().removeprefix(b"W/") for tag in condition.split(b",")}
        return b"*" in known or not known.isdisjoint(self.etags)

    def bodies(self) -> dict[str, bytes]:
        return {coding: encoded.full.body for coding, encoded in self.encoded.items()}


def make_response(
    headers, bodies: dict[str, bytes], generation: int | None, expires: float
) -> CachedResponse:
    """Return a response with Django's headers and the given bodies, and add the compressed bodies.

    Takes some milliseconds of CPU time, so call it in a thread.
    """
    kept = [(name, value) for name, value in headers if name not in OWN_HEADERS]
    found = dict(headers)
    if b"content-encoding" not in found and COMPRESSIBLE.match(found.get(b"content-type", b"")):
        bodies = compressed(bodies)
        kept.append((b"vary", b"Accept-Encoding"))
    digest = hashlib.blake2b(bodies[""], digest_size=16).hexdigest()
    encoded = {coding: _encoded(kept, coding, body, digest) for coding, body in bodies.items()}
    return CachedResponse(
        digest=digest,
        encoded=encoded,
        etags=frozenset(one.etag for one in encoded.values()),
        last_modified=found.get(b"last-modified"),
        generation=generation,
        expires=expires,
        size=sum(map(len, bodies.values())) + OVERHEAD,
    )


def compressed(bodies: dict[str, bytes]) -> dict[str, bytes]:
    """Return the bodies, plus the missing compressed ones if these are smaller."""
    body = bodies[""]
    if len(body) < LEAST_BYTES:
        return bodies
    made = dict(bodies)
    if "gzip" not in made:
        made["gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
    if "br" not in made:
        made["br"] = brotli.compress(body, quality=BROTLI_QUALITY)
    return {coding: some for coding, some in made.items() if not coding or len(some) < len(body)}


def _encoded(headers, coding, body, digest):
    etag = f'"{digest}{MARKS[coding]}"'.encode()
    own = [*headers, (b"etag", etag), (b"content-length", b"%d" % len(body))]
    if coding:
        own.append((b"content-encoding", coding.encode()))
    full = {"type": "http.response.start", "status": 200, "headers": own}
    unchanged = {
        **full,
        "status": 304,
        "headers": [header for header in own if header[0] not in BODY_HEADERS],
    }
    return EncodedBody(etag, Part(full, body), Part(unchanged, b""))


@functools.lru_cache(512)
def preferred_coding(accepted: bytes) -> str:
    """Return the content coding to use (RFC 9110, 12.5.3): "br", "gzip" or "" for an uncompressed body.

    br comes before gzip, unless the client prefers gzip.

    >>> preferred_coding(b"gzip, deflate, br;q=0")
    'gzip'
    """
    weights = {}
    for item in accepted[:500].decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weights[name] = _weight(parameters)
    anything = weights.get("*", 0.0)
    weighed = {coding: weights.get(coding, anything) for coding in ("br", "gzip")}
    best = max(weighed, key=weighed.get)
    return best if weighed[best] > 0 and weighed[best] >= weights.get("identity", 0.0) else ""


def _weight(parameters) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return (
                float(value) if re.fullmatch(r"\s*(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", value) else 0.0
            )
    return 1.0
