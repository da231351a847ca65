"""HTTP/1.1 on one connection: uvicorn's protocol with limits, and with a faster path for cached pages.

uvicorn does not limit the time or size of request headers, reads many pipelined requests before it has
answered the first, and closes idle connections at once when it stops. This protocol also writes cached pages
to the connection before uvicorn has seen the request, which makes a process as fast as a web server.

It overrides methods that asyncio and the parser (httptools) call. docs/dependencies.md lists what it uses of
uvicorn besides.
"""

import asyncio
import functools
import logging
import time
from email.utils import formatdate
from typing import ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from blog.page_cache.responses import status_line
from site_config import request_limits

LARGEST_HEAD_BYTES = 32 * 1024
PART_BYTES = 8 * 1024
UNSENT_BYTES = 64 * 1024  # with more of them, a client does not read its responses
CHECK_SECONDS = 2
HEAD_SECONDS = 20  # for complete request headers, counted from the first check() that finds them incomplete
STALL_SECONDS = 30  # without the client reading a byte
SHUTDOWN_GRACE_SECONDS = 2  # for a request that is arriving when the server stops
LOCAL_PROXY = ("127.0.0.1", 0)  # the client address of connections through a Unix socket

access_log = logging.getLogger("uvicorn.access")


@functools.lru_cache(1)
def date_line(second: int) -> bytes:
    return b"date: %b\r\n" % formatdate(second, usegmt=True).encode()


class CachingHttpProtocol(HttpToolsProtocol):
    """A connection that sends cached pages itself, and passes all other requests to the application.

    The application's lifespan state may have a `site` (asgi.py). Its method pages.find(scope, headers)
    returns a cached page or None, and is_stopping says whether the server stops.
    """

    open: ClassVar[set] = set()
    is_in_head = True  # waits for the head of a request, or for the rest of it
    is_done = False  # the latest request was answered here, or came after the last one
    head_bytes = unanswered = 0
    unread = b""
    waiting_since = None
    unsent_bytes = unsent_since = 0

    def connection_made(self, transport):
        super().connection_made(transport)
        self.transport, self.loop = transport, asyncio.get_running_loop()
        self.client = self.client or LOCAL_PROXY
        self.is_logged = access_log.hasHandlers()
        self.open.add(self)
        self.timer = self.loop.call_later(CHECK_SECONDS, self.check)
        if len(self.open) > request_limits.CONNECTIONS:
            self.make_room()

    def connection_lost(self, exc):
        self.open.discard(self)
        self.timer.cancel()
        super().connection_lost(exc)

    def make_room(self):
        """Close the longest idle connection, or refuse this one if all are in use."""
        waiting = [each for each in self.open if each.waiting_since and not each.transport.is_closing()]
        if waiting:
            min(waiting, key=lambda connection: connection.waiting_since).transport.close()
        else:
            self.refuse(
                503, b"There are too many connections.", b"retry-after: %d\r\n" % request_limits.RETRY_SECONDS
            )

    def data_received(self, data):
        """Parse received bytes in small parts, so that few pipelined requests wait for a response."""
        if self.unread:
            self.unread += data
            return
        while len(data) > PART_BYTES and not self.transport.is_closing():
            self.take(data[:PART_BYTES])
            data = data[PART_BYTES:]
            if self.unanswered > 1:
                self.unread = data
                self.flow.pause_reading()
                return
        if not self.transport.is_closing():
            self.take(data)

    def take(self, data):
        self.head_bytes += len(data)
        super().data_received(data)
        if not self.is_in_head:
            self.head_bytes = 0
        elif self.head_bytes > LARGEST_HEAD_BYTES and not self.transport.is_closing():
            self.refuse(431, b"The head of the request is too large.")

    def on_headers_complete(self):
        self.is_in_head, self.head_bytes, self.waiting_since = False, 0, None
        site = self.scope["state"].get("site")
        self.is_done = self.transport.is_closing() or (site is not None and self.send_cached(site))
        if self.is_done:
            return
        self.unanswered += 1
        super().on_headers_complete()
        if site is not None and site.is_stopping:
            super().shutdown()  # closes after the response

    def on_body(self, body):
        if not self.is_done:
            super().on_body(body)

    def on_message_complete(self):
        self.is_in_head = True
        if not self.is_done:
            super().on_message_complete()

    def send_cached(self, site) -> bool:
        """Send the page from the cache. Return False if it does not have it.

        Special cases (pipelined requests, a client that does not read, an access log, a proxy that sets the
        scheme, escaped paths) take the normal path, with the same result.
        """
        headers = dict(self.headers)
        if (
            self.unanswered
            or self.is_logged
            or b"x-forwarded-proto" in headers
            or self.transport.get_write_buffer_size() > UNSENT_BYTES
            or b"%" in self.url
        ):
            return False
        url, method = httptools.parse_url(self.url), self.parser.get_method().decode("ascii")
        path = (url.path or b"").decode("ascii")
        scope = self.scope | {"method": method, "path": path, "query_string": url.query or b""}
        if (part := site.pages.find(scope, headers)) is None:
            return False
        is_last = (
            site.is_stopping or not self.parser.should_keep_alive() or self.parser.get_http_version() == "1.0"
        )
        lines = [part.head, date_line(int(time.time())), b"connection: close\r\n\r\n" if is_last else b"\r\n"]
        if method != "HEAD":
            lines.append(part.body)
        self.transport.write(b"".join(lines))
        if is_last:
            self.transport.close()
        return True

    def on_response_complete(self):
        self.unanswered -= 1
        super().on_response_complete()
        if self.unread:
            if self.unanswered > 1:
                self.flow.pause_reading()
            else:
                self.loop.call_soon(self.read_on)

    def read_on(self):
        """Parse the postponed bytes, in order of arrival."""
        data, self.unread = self.unread, b""
        if data and not self.transport.is_closing():
            self.data_received(data)

    def eof_received(self):
        """Keep the connection open for the response when the client has closed its sending half."""
        if not self.unanswered or not self.is_in_head:
            return None
        super().shutdown()  # closes after the response
        return True

    def refuse(self, status: int, words: bytes, headers: bytes = b""):
        self.transport.write(
            status_line(status)
            + headers
            + b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(words)
            + b"connection: close\r\n\r\n"
            + words
        )
        self.transport.close()

    def check(self) -> None:
        """Close the connection if it has stalled, and check again later."""
        self.timer = self.loop.call_later(CHECK_SECONDS, self.check)
        unsent, now = self.transport.get_write_buffer_size(), self.loop.time()
        if unsent == 0 or unsent != self.unsent_bytes:
            self.unsent_bytes, self.unsent_since = unsent, now
        elif now - self.unsent_since > STALL_SECONDS:
            self.transport.abort()
            return
        if self.unanswered:
            return
        if self.waiting_since is None:
            self.waiting_since = now
        elif now - self.waiting_since > HEAD_SECONDS:
            self.transport.close()

    def shutdown(self):
        """Close after the current request, or after the grace period for an arriving request."""
        if self.unanswered:
            super().shutdown()
        else:
            self.loop.call_later(SHUTDOWN_GRACE_SECONDS, self.leave)

    def leave(self):
        if not self.unanswered:
            self.transport.close()
