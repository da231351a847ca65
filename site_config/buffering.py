"""Between the event loop and Django's threads: no slow client ever holds a thread.

A request's body is read whole before Django sees the request, and an answer is taken from Django at once and
sent as the client reads it. What is larger than a megabyte waits in a temporary file.
"""

import asyncio
import re
import tempfile
from urllib.parse import quote_from_bytes

IN_MEMORY_BYTES = 1024 * 1024
LARGEST_BODY_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
STALL_SECONDS = 20  # without a byte from the client, or without its taking one
BODY_SECONDS = 300  # for a request's body as a whole

HEADER_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^`|~-]+")  # without _, which CGI's names cannot tell from -
QUERY_SAFE = "".join(map(chr, range(0x21, 0x7F)))


class BufferedApplication:
    """An ASGI application that hands whole requests to `app` and whole answers to the server."""

    def __init__(self, app):
        self.app = app
        self.answered = 0  # how many requests got as far as this: the worker ends after so many

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.answered += 1
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body, Answer() as answer:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    await read_body(scope, receive, body)
            except ClientGoneError:
                return
            except TooLargeError:
                await refuse(send, 413, b"The request is too large.")
                return
            except TimeoutError:
                await refuse(send, 408, b"The request took too long to arrive.")
                return
            await self.app(plain(scope), replay(body), answer.take)
            await answer.deliver(send)


class ClientGoneError(Exception):
    """The connection was closed before the request had arrived."""


class TooLargeError(Exception):
    """The body is larger than any that Galley takes."""


def plain(scope):
    """Return the request without what WSGI has no words for: odd header names, raw bytes in the query."""
    query = scope["query_string"]
    return {
        **scope,
        "query_string": query if query.isascii() else quote_from_bytes(query, QUERY_SAFE).encode(),
        "headers": [(name, value) for name, value in scope["headers"] if HEADER_NAME.fullmatch(name)],
    }


async def read_body(scope, receive, body):
    """Read what belongs to the request."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > LARGEST_BODY_BYTES:
        raise TooLargeError
    more = True
    while more:
        async with asyncio.timeout(STALL_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body.write(message.get("body", b""))
        if body.tell() > LARGEST_BODY_BYTES:
            raise TooLargeError
        more = message.get("more_body", False)
    body.seek(0)


def replay(body):
    """Return an ASGI receive() that gives this body."""

    async def receive():
        chunk = body.read(CHUNK_BYTES)
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK_BYTES}

    return receive


async def refuse(send, status, words):
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(words)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


class Answer:
    """An answer between Django, which never waits, and the client, which may take its time."""

    def __init__(self):
        self.start = None
        self.body = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 -- closed by __exit__

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.body.close()

    async def take(self, message):
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body.write(message.get("body", b""))

    async def deliver(self, send):
        """Send it. A client that takes nothing for a while is left: its connection is closed."""
        names = {name for name, _value in self.start["headers"]}
        if not names & {b"content-length", b"transfer-encoding"} and self.start["status"] not in {204, 304}:
            length = (b"content-length", b"%d" % self.body.tell())
            self.start = {**self.start, "headers": [*self.start["headers"], length]}
        self.body.seek(0)
        async with asyncio.timeout(STALL_SECONDS):
            await send(self.start)
        more = True
        while more:
            chunk = self.body.read(CHUNK_BYTES)
            more = len(chunk) == CHUNK_BYTES
            try:
                async with asyncio.timeout(STALL_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": more})
            except TimeoutError:
                return  # the server closes a connection whose answer is not complete
