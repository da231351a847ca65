"""Buffering of requests and responses between the event loop and Django's threads.

Requests are passed to Django only when their body has arrived completely. Responses are read from Django at
once, and sent as fast as the client reads them. Slow clients therefore occupy no threads. Large bodies are
buffered in temporary files, within the limits of request_limits.py.
"""

import asyncio
import json
import re
import tempfile
from contextlib import nullcontext, suppress
from urllib.parse import quote_from_bytes

from blog import extend
from site_config import request_limits
from site_config.logs import request_id
from site_config.request_limits import ByteQuota, QuotaExceededError

CHUNK_BYTES = 64 * 1024
STALL_SECONDS = 20  # without a byte received from the client or sent to it
BODY_SECONDS = 300  # for a whole request body up to BODY_BYTES; larger bodies get proportionally more
BODY_BYTES = 32 * 1024 * 1024
AT_ONCE = 4  # requests of extensions that take turns; the other threads stay free for readers
LINGER_SECONDS = 3  # to continue reading after a refusal, so that the client sees the response
LINGER_BYTES = 32 * 1024 * 1024

HEADER_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^`|~-]+")  # no _, which in CGI variables equals -
QUERY_SAFE = "".join(map(chr, range(0x21, 0x7F)))


class RefusedBodyError(Exception):
    """Raised to refuse a request before it reaches Django. Arguments: status and text of the response."""


class ClientGoneError(Exception):
    """Raised when the connection is closed before the whole request has arrived."""


TOO_LARGE = (413, "The request is larger than this address takes.")
TOO_SLOW = (408, "The request took too long to arrive.")
FULL = (503, "There is no room for this at the moment. Please try again in a few seconds.")
NOT_ALLOWED = (403, "Your account may not import files. Ask somebody who manages the accounts of this site.")
NOT_LOGGED_IN = (
    403,
    "You are not logged in. Log in in another tab, go back with your browser, and send this again.",
)


class BufferedApplication:
    """An ASGI application that passes complete requests to `app` and buffers its responses.

    may_upload(scope) is a coroutine that is awaited before a large body is read. The request is refused if it
    returns False.
    """

    def __init__(self, app, may_upload):
        self.app = app
        self.may_upload = may_upload
        self.answered = 0  # requests passed to Django; the worker ends after max_requests of them
        self.small_bodies = ByteQuota(request_limits.SMALL_BODIES_BYTES)
        self.uploads = ByteQuota(request_limits.UPLOADS_BYTES)
        self.answers = ByteQuota(request_limits.ANSWERS_BYTES)
        self.turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.answered += 1
        scope, send = with_id(scope, send)
        largest = request_limits.largest_body(scope["method"], scope["path"])
        room = self.uploads if largest > request_limits.MAX_BODY_BYTES else self.small_bodies
        with (
            Spool(request_limits.BODY_IN_MEMORY_BYTES, room) as body,
            Spool(request_limits.ANSWER_IN_MEMORY_BYTES, self.answers) as spool,
        ):
            answer = BufferedResponse(spool)
            try:
                await self.take_in(scope, receive, body, largest)
                async with self.turn(scope["path"]):
                    await self.app(plain(scope), replay(body), answer.take)
                await answer.deliver(send)
            except ClientGoneError:
                return
            except RefusedBodyError as refusal:
                await refuse(scope, receive, send, *refusal.args)

    def turn(self, path):
        """Return a context manager that waits until few other requests of extensions are being answered."""
        return self.turns if path.startswith((*extend.in_turn,)) else nullcontext()

    async def take_in(self, scope, receive, body, largest):
        """Read the request's body. A large body is read only after its sender's permission is checked."""
        length = dict(scope["headers"]).get(b"content-length", b"")
        length = int(length[:20]) if length.isdigit() else None
        if (length or 0) > largest:
            raise RefusedBodyError(*TOO_LARGE)
        may_be_large = has_body(scope) and (length is None or length > request_limits.BODY_IN_MEMORY_BYTES)
        if largest > request_limits.MAX_BODY_BYTES and may_be_large and not await self.may_upload(scope):
            raise RefusedBodyError(*NOT_LOGGED_IN)
        try:
            async with asyncio.timeout(BODY_SECONDS * max(1, (length or largest) / BODY_BYTES)):
                await read_body(receive, body, largest)
        except TimeoutError:
            raise RefusedBodyError(*TOO_SLOW) from None
        except QuotaExceededError:
            raise RefusedBodyError(*FULL) from None


def with_id(scope, send):
    """Return the scope with X-Request-ID, that of the proxy or a new one, and a send() that returns it.

    It is not a header of Django's response, so that a hidden page and a missing one have the same headers.
    """
    proposed = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    header = b"x-request-id", request_id(proposed).encode()
    others = [other for other in scope["headers"] if other[0] != header[0]]

    async def send_with_id(message):
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], header]}
        await send(message)

    return {**scope, "headers": [*others, header]}, send_with_id


def has_body(scope) -> bool:
    return not {b"content-length", b"transfer-encoding"}.isdisjoint(dict(scope["headers"]))


class Spool:
    """A buffer in memory or, beyond in_memory bytes, in a temporary file that counts against a ByteQuota."""

    def __init__(self, in_memory: int, room: ByteQuota):
        self.in_memory = in_memory
        self.room = room
        self.size = self.taken = 0
        self.file = tempfile.SpooledTemporaryFile(in_memory)  # noqa: SIM115 -- closed by __exit__

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with suppress(OSError):  # flushing may fail on a full disk; the data is not needed
            self.file.close()
        self.room.give_back(self.taken)

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self.in_memory:
            self.room.take(self.size - self.taken)
            self.taken = self.size
        try:
            self.file.write(data)
        except OSError as error:
            raise QuotaExceededError from error

    def rewind(self) -> None:
        try:
            self.file.seek(0)
        except OSError as error:
            raise QuotaExceededError from error

    def read(self) -> bytes:
        return self.file.read(CHUNK_BYTES)


def plain(scope):
    """Return the scope without invalid header names and raw bytes in the query, which WSGI cannot express."""
    query = scope["query_string"]
    return {
        **scope,
        "query_string": query if query.isascii() else quote_from_bytes(query, QUERY_SAFE).encode(),
        "headers": [(name, value) for name, value in scope["headers"] if HEADER_NAME.fullmatch(name)],
    }


async def read_body(receive, body, largest):
    more = True
    while more:
        async with asyncio.timeout(STALL_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        if body.size + len(message.get("body", b"")) > largest:
            raise RefusedBodyError(*TOO_LARGE)
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
    body.rewind()


def replay(body):
    """Return an ASGI receive() that returns this body."""

    async def receive():
        chunk = body.read()
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK_BYTES}

    return receive


async def refuse(scope, receive, send, status, words):
    """Send a response and continue reading briefly, so that a client that is still sending sees it."""
    kind, words = refusal(scope["path"], status, words)
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(words)),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"%d" % request_limits.RETRY_SECONDS))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": True})
    if status != 408:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await discard(receive)
    await send({"type": "http.response.body", "body": b""})


def refusal(path, status, words) -> tuple[bytes, bytes]:
    """Return the content type and the body of a refusal, as the sender at this path reads it."""
    upload = extend.upload_to(path)
    if upload:
        kind, body = upload.as_body(status, words)
    elif path == request_limits.IMAGE_UPLOAD:
        kind, body = "application/json", json.dumps({"image": [words]})
    else:
        kind, body = "text/plain; charset=utf-8", words
    return kind.encode(), body.encode()


async def discard(receive):
    size, more = 0, True
    while more and size < LINGER_BYTES:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)  # http.disconnect has none


class BufferedResponse:
    """A response that Django writes at once and the client reads at its own speed."""

    def __init__(self, body: Spool):
        self.start = None
        self.body = body
        self.is_lost = False

    async def take(self, message):
        if message["type"] == "http.response.start":
            self.start = message
        elif not self.is_lost:
            try:
                self.body.write(message.get("body", b""))
            except QuotaExceededError:  # do not raise into Django's thread, which must finish
                self.is_lost = True

    async def deliver(self, send):
        """Send the response. The connection is closed if the client reads nothing for STALL_SECONDS."""
        start = self.complete_start()
        async with asyncio.timeout(STALL_SECONDS):
            await send(start)
        more = True
        while more:
            chunk = self.body.read()
            more = len(chunk) == CHUNK_BYTES
            try:
                async with asyncio.timeout(STALL_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": more})
            except TimeoutError:
                return  # the server closes a connection with an incomplete response

    def complete_start(self):
        """Return the start message with Content-Length. Raises RefusedBodyError if the body did not fit."""
        try:
            self.body.rewind()
        except QuotaExceededError:
            self.is_lost = True
        if self.is_lost:
            raise RefusedBodyError(*FULL)
        names = {name for name, _value in self.start["headers"]}
        if names & {b"content-length", b"transfer-encoding"} or self.start["status"] in {204, 304}:
            return self.start
        length = (b"content-length", b"%d" % self.body.size)
        return {**self.start, "headers": [*self.start["headers"], length]}
