"""Public pages in memory, in the requested codings, with ETags and the answers to conditional requests."""

import functools
import gzip
import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus

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


def status_line(status: int) -> bytes:
    return b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())


@dataclass(slots=True)
class ResponsePart:
    """A response: status and headers for the ASGI server, the body, and both as bytes (`head`)."""

    start: dict
    body: bytes
    head: bytes = field(init=False)

    def __post_init__(self):
        lines = [b"%b: %b\r\n" % header for header in self.start["headers"]]
        self.head = b"".join([status_line(self.start["status"]), *lines])


@dataclass(slots=True)
class EncodedBody:
    """A page in one content coding: the response with status 200 (full), and the one with 304 (unchanged)."""

    etag: bytes
    full: ResponsePart
    unchanged: ResponsePart


@dataclass(slots=True)
class CachedResponse:
    """A page for all requests with the same CacheKey.

    headers: those of every coding. codings: those in which the page may be sent. encoded: those that were
    requested so far, since nearly all browsers request the same.
    `generation` is None if the page never changes. `expires` is the time of the next scheduled change.
    """

    digest: str
    headers: list[tuple[bytes, bytes]]
    codings: frozenset[str]
    encoded: dict[str, EncodedBody]
    etags: frozenset[bytes]
    last_modified: bytes | None
    generation: int | None
    expires: float

    @property
    def size(self) -> int:
        return sum(len(one.full.body) for one in self.encoded.values()) + OVERHEAD

    def coding(self, headers: dict[bytes, bytes]) -> str:
        """Return the content coding of the response to a request with these headers."""
        preferred = preferred_coding(headers.get(b"accept-encoding", b""))
        return preferred if preferred in self.codings else ""

    def part(self, headers: dict[bytes, bytes]) -> ResponsePart | None:
        """Return the response to a request with these headers (RFC 9110, 12.5.3 and 13.2.2).

        None: nobody has requested this coding yet, so it must be added with encode() first.
        """
        encoded = self.encoded.get(self.coding(headers))
        if encoded is None:
            return None
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

    def encode(self, coding: str) -> EncodedBody:
        """Return the page in a coding. Takes a millisecond of CPU time, so call it in a thread."""
        return _encoded(self.headers, coding, self.body(coding), self.digest)

    def body(self, coding: str) -> bytes:
        if encoded := self.encoded.get(coding):
            return encoded.full.body
        known, encoded = next(iter(dict(self.encoded).items()))  # a copy: the event loop may add one
        return COMPRESS[coding](DECOMPRESS[known](encoded.full.body))


def make_response(
    headers, bodies: dict[str, bytes], coding: str, generation: int | None, expires: float
) -> CachedResponse:
    """Return a response with Django's headers in this coding, if it has it, and in those of other bodies.

    Takes a millisecond of CPU time, so call it in a thread.
    """
    kept = [(name, value) for name, value in headers if name not in OWN_HEADERS]
    django_headers = dict(headers)
    plain, codings = bodies[""], set(bodies)
    if b"content-encoding" not in django_headers and COMPRESSIBLE.match(
        django_headers.get(b"content-type", b"")
    ):
        kept.append((b"vary", b"Accept-Encoding"))
        if len(plain) >= LEAST_BYTES:
            codings.update(COMPRESS)
    digest = hashlib.blake2b(plain, digest_size=16).hexdigest()
    if coding in codings and bodies.keys() == {""}:
        bodies = {coding: COMPRESS[coding](plain)}
    return CachedResponse(
        digest=digest,
        headers=kept,
        codings=frozenset(codings),
        encoded={coding: _encoded(kept, coding, body, digest) for coding, body in bodies.items()},
        etags=frozenset(_etag(digest, coding) for coding in codings),
        last_modified=django_headers.get(b"last-modified"),
        generation=generation,
        expires=expires,
    )


def _unchanged(body):
    return body


COMPRESS = {
    "": _unchanged,
    "gzip": functools.partial(gzip.compress, compresslevel=GZIP_LEVEL, mtime=0),
    "br": functools.partial(brotli.compress, quality=BROTLI_QUALITY),
}
DECOMPRESS = {"": _unchanged, "gzip": gzip.decompress, "br": brotli.decompress}


def _etag(digest, coding):
    return f'"{digest}{MARKS[coding]}"'.encode()


def _encoded(headers, coding, body, digest):
    etag = _etag(digest, coding)
    own = [*headers, (b"etag", etag), (b"content-length", b"%d" % len(body))]
    if coding:
        own.append((b"content-encoding", coding.encode()))
    full = {"type": "http.response.start", "status": 200, "headers": own}
    unchanged = {
        **full,
        "status": 304,
        "headers": [header for header in own if header[0] not in BODY_HEADERS],
    }
    return EncodedBody(etag, ResponsePart(full, body), ResponsePart(unchanged, b""))


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


class Store:
    """Responses by their CacheKey, at most `capacity` bytes of them. Used only in the event loop's thread."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.size = 0
        self.responses: OrderedDict[tuple[str, str], CachedResponse] = OrderedDict()

    def get(self, key) -> CachedResponse | None:
        response = self.responses.get(key)
        if response is not None:
            self.responses.move_to_end(key)
        return response

    def put(self, key, response: CachedResponse) -> None:
        self.discard(key)
        if response.size > self.capacity // 8:
            return  # one page must not evict many others
        self.responses[key] = response
        self.size += response.size
        self._evict()

    def add_coding(self, key, response: CachedResponse, coding: str, encoded: EncodedBody) -> None:
        """Keep a response in a further coding, if it is still in memory."""
        if coding in response.encoded:  # another request was faster
            return
        before = response.size
        response.encoded[coding] = encoded
        if self.responses.get(key) is response:
            self.size += response.size - before
            self._evict()

    def _evict(self):
        while self.size > self.capacity:
            _, oldest = self.responses.popitem(last=False)
            self.size -= oldest.size

    def discard(self, key) -> None:
        response = self.responses.pop(key, None)
        if response is not None:
            self.size -= response.size

    def discard_old(self, is_old) -> None:
        """Remove the responses that have expired."""
        for key in [key for key, response in self.responses.items() if is_old(response)]:
            self.discard(key)
