"""The page cache: an ASGI layer that answers anonymous requests for public pages from memory.

It runs in the event loop and never blocks it: slow work (Django, compression, files) runs in threads.
"""

import asyncio
import logging
import time

from django.conf import settings
from django.db import DatabaseError

from blog.page_cache import files
from blog.page_cache.generation import Generation
from blog.page_cache.keys import IMMUTABLE, CachedSite, CacheKey, may_be_cached
from blog.page_cache.responses import CachedResponse, ResponsePart, Store, make_response, preferred_coding

# Threads do not render faster together, and each keeps a connection to the database.
RENDERED_AT_ONCE = 2
LARGEST_BYTES = 4 * 1024 * 1024  # of a cached body; larger pages are rendered for each request
SWEEP_SECONDS = 60  # between removals of expired pages from memory

logger = logging.getLogger(__name__)


class UncachedResponse:
    """A response of Django that must not be cached, such as a redirect or a 404."""

    def __init__(self, status, headers, body):
        self._part = ResponsePart({"type": "http.response.start", "status": status, "headers": headers}, body)

    def part(self, headers) -> ResponsePart:
        return self._part


class ResponseRecorder:
    """A recorder for the messages of one ASGI response."""

    def __init__(self):
        self.status, self.headers, self.parts, self.size = 0, [], [], 0

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif body := message.get("body"):
            self.parts.append(body)
            self.size += len(body)

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    @property
    def is_public(self) -> bool:
        """Whether the headers allow sending this response to every visitor."""
        headers = dict(self.headers)
        said = {word.strip() for word in headers.get(b"cache-control", b"").lower().split(b",")}
        depends_on = {word.strip() for word in headers.get(b"vary", b"").lower().split(b",")} - {b""}
        return (
            self.status == 200
            and b"public" in said
            and said.isdisjoint({b"no-store", b"no-cache", b"private"})
            and depends_on <= {b"accept-encoding"}
            and b"set-cookie" not in headers
        )


class PageCache:
    """An ASGI application that sends pages from memory. `app` renders each page once for all visitors.

    Requests that have no cache key, or must not be cached, are passed to `app` unchanged.

    next_due() returns the time of the next scheduled change of pages, in seconds since 1970, or None. It is
    called once per generation, in a thread of `executor`.
    """

    def __init__(self, app, *, site: CachedSite, generation: Generation, next_due, executor, capacity: int):
        self.app = app
        self.site = site
        self.generation = generation
        self.next_due = next_due
        self.executor = executor
        self.store = Store(capacity)
        self.hits = self.misses = 0  # requests for public pages
        self.dues: dict[int, asyncio.Task] = {}
        self.fills: dict[CacheKey, tuple[int, asyncio.Task]] = {}
        self.turns = asyncio.Semaphore(RENDERED_AT_ONCE)
        self.swept_at = time.monotonic()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = self.site.cache_key(scope, headers)
        if key is None or not may_be_cached(key):
            await self.app(scope, receive, send)
            return
        response = self.cached(key)
        if response is None:
            response = await self.render_once(key, headers)
        else:
            self.hits += 1
        part = response.part(headers) or await self.encoded_part(key, response, headers)
        await send(part.start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else part.body})

    def find(self, scope, headers: dict[bytes, bytes]) -> ResponsePart | None:
        """Return the cached response to a request, or None, without waiting."""
        key = self.site.cache_key(scope, headers)
        response = None if key is None else self.cached(key)
        part = None if response is None else response.part(headers)
        if part is not None:
            self.hits += 1
        return part

    def cached(self, key: CacheKey) -> CachedResponse | None:
        response = self.store.get(key)
        return None if response is None or not self.is_current(response) else response

    async def encoded_part(self, key: CacheKey, response: CachedResponse, headers) -> ResponsePart:
        """Add the coding that these headers request to a cached response, and return its part."""
        coding = response.coding(headers)
        self.store.add_coding(key, response, coding, await self.in_thread(response.encode, coding))
        return response.part(headers)

    def is_current(self, response: CachedResponse) -> bool:
        if response.generation is None:
            return True
        return response.generation == self.generation.number and time.time() < response.expires

    async def render_once(self, key, headers) -> "CachedResponse | UncachedResponse":
        """Render a page once for all requests that arrive during the rendering.

        A request that arrives after a change does not share a rendering that began before the change.
        """
        self.misses += 1
        generation, filling = self.fills.get(key, (None, None))
        if filling is None or generation != self.generation.number:
            generation = self.generation.number
            filling = asyncio.create_task(self.fill(key, generation, headers))
            self.fills[key] = generation, filling
            filling.add_done_callback(lambda task: self._filled(key, task))
        # A client that disconnects must not cancel the rendering for the others.
        return await asyncio.shield(filling)

    def _filled(self, key, task):
        if self.fills.get(key, (None, None))[1] is task:
            del self.fills[key]
        if not task.cancelled():
            task.exception()  # otherwise asyncio logs an error if no request is waiting for the task

    async def fill(self, key: CacheKey, number: int, headers) -> "CachedResponse | UncachedResponse":
        """Render a page with Django in its turn, and cache the response if allowed.

        number: the generation, read before rendering, so the page is at least as new. headers: those of the
        first request, whose coding and ID are used.
        """
        async with self.turns:
            return await self._fill(key, number, headers)

    async def _fill(self, key, number, headers):
        try:
            expires = await self.next_expiry(number)
        except DatabaseError:  # do not cache: Django's own response shows the error
            expires = 0
        # Only logs and error pages contain the ID. Cached pages do not (responses.py).
        request_id = headers.get(b"x-request-id")
        recorder = await self.ask(key, [(b"x-request-id", request_id)] if request_id else ())
        if not expires or not recorder.is_public or recorder.size > LARGEST_BYTES:
            return UncachedResponse(recorder.status, recorder.headers, recorder.body)
        bodies = {"": recorder.body}
        if key.path.startswith(IMMUTABLE):
            if b"immutable" not in dict(recorder.headers).get(b"cache-control", b""):
                return UncachedResponse(recorder.status, recorder.headers, recorder.body)
            number = None
            bodies |= await self.precompressed_bodies(key)
        coding = preferred_coding(headers.get(b"accept-encoding", b""))
        response = await self.in_thread(make_response, recorder.headers, bodies, coding, number, expires)
        if not self.is_current(response):
            return response  # the page changed: only requests from before the change may get it
        self.store.put(key, response)
        self.sweep()
        if number is not None and not key.query and is_plain_page(recorder.headers):
            await self.in_thread(write_page, number, key.path, response)
        return response

    async def precompressed_bodies(self, key) -> dict[str, bytes]:
        """Return {coding: body} of a static file, compressed by collectstatic at a higher level."""
        found = {}
        for coding in ("gzip", "br"):
            recorder = await self.ask(key, [(b"accept-encoding", coding.encode())])
            if dict(recorder.headers).get(b"content-encoding") == coding.encode():
                found[coding] = recorder.body
        return found

    async def ask(self, key: CacheKey, headers=()) -> ResponseRecorder:
        """Send Django a request built only from the key, without other parts of the visitor's request."""
        recorder = ResponseRecorder()
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": self.site.scheme,
            "path": key.path,
            "query_string": key.query.encode(),
            "headers": [(b"host", self.site.host), *headers],
        }
        await self.app(scope, no_body, recorder.send)
        return recorder

    async def next_expiry(self, number: int) -> float:
        """Return when the pages of a generation expire, in seconds since 1970; infinity if never.

        next_due() is called once per generation, and again after that time has passed.
        """
        if number not in self.dues:
            self.dues = {number: asyncio.ensure_future(self.in_thread(self.next_due))}
        asked = self.dues[number]
        try:
            moment = await asyncio.shield(asked)
        except Exception:
            self.dues.pop(number, None)
            raise
        if moment is not None and moment <= time.time():
            self.dues.pop(number, None)  # passed: the next request computes the next moment
        return float("inf") if moment is None else moment

    def in_thread(self, function, *arguments):
        return asyncio.get_running_loop().run_in_executor(self.executor, function, *arguments)

    def sweep(self):
        """Free the memory of expired pages regularly, not only when memory is needed."""
        if time.monotonic() - self.swept_at > SWEEP_SECONDS:
            self.swept_at = time.monotonic()
            self.store.discard_old(lambda response: not self.is_current(response))


def write_page(number, path, response: CachedResponse) -> None:
    """Write a page to a file in every coding, if pages are written to files."""
    if settings.PAGES_DIR is not None:  # otherwise, do not compress the page for it
        bodies = {coding: response.body(coding) for coding in response.codings}
        files.write_page(number, path, response.digest, bodies)


async def no_body():
    return {"type": "http.request", "body": b"", "more_body": False}


def is_plain_page(headers) -> bool:
    """Whether a web server can send the page from a file with the same headers as every other page."""
    found = dict(headers)
    return found.get(b"content-type") == b"text/html; charset=utf-8" and b"x-robots-tag" not in found
