"""HTTP/1.1 on one connection: uvicorn's protocol with limits, and with a faster path for cached pages.

uvicorn does not limit the time or size of request headers, reads many pipelined requests before it has
answered the first, and closes idle connections at once when it stops. This protocol also writes cached pages
to the connection directly, without an asyncio task for each, which makes a process as fast as a web server.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from site_config import request_limits

LARGEST_HEAD_BYTES = 32 * 1024
PART_BYTES = 8 * 1024
HEAD_SECONDS = 20  # for complete request headers, counted from the first check() that finds them incomplete
STALL_SECONDS = 30  # without the client reading a byte
SHUTDOWN_GRACE_SECONDS = 2  # for a request that is arriving when the server stops
LOCAL_PROXY = ("127.0.0.1", 0)  # the client address of connections through a Unix socket


class CachingHttpProtocol(HttpToolsProtocol):
    """A connection that sends cached pages itself, and passes all other requests to the application.

    pages.find(scope, headers) returns a cached page or None. Without `pages`, nothing is cached.
    """

    pages = None
    is_stopping = False  # set on the class, because the whole server stops
    head_bytes = 0
    unread = b""
    waiting_for = waiting_since = None
    unsent_bytes = unsent_since = 0

    def connection_made(self, transport):
        super().connection_made(transport)
        self.client = self.client or LOCAL_PROXY
        if self.is_stopping:
            self.shutdown()
        elif len(self.connections) > request_limits.CONNECTIONS:
            self.make_room()

    def make_room(self):
        """Close the longest idle connection, or refuse this one if all are in use."""
        waiting = [connection for connection in self.connections if connection.is_waiting]
        if waiting:
            min(waiting, key=lambda connection: connection.waiting_since).transport.close()
        else:
            self.refuse(
                503, b"There are too many connections.", b"retry-after: %d\r\n" % request_limits.RETRY_SECONDS
            )

    @property
    def is_waiting(self) -> bool:
        """Whether the connection has been idle since the last check()."""
        is_idle = self.is_in_head or self.cycle.response_complete
        has_waited = self.waiting_since is not None and self.waiting_for is self.scope
        return is_idle and has_waited and not self.transport.is_closing()

    def data_received(self, data):
        """Parse received bytes in small parts, so that few pipelined requests wait for a response."""
        if self.unread:
            self.unread += data
            return
        while len(data) > PART_BYTES and not self.transport.is_closing():
            self.take(data[:PART_BYTES])
            data = data[PART_BYTES:]
            if self.pipeline:
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

    def on_response_complete(self):
        super().on_response_complete()
        if self.unread:
            if self.pipeline:
                self.flow.pause_reading()
            else:
                self.loop.call_soon(self.read_on)

    def read_on(self):
        """Parse the postponed bytes, in order of arrival."""
        data, self.unread = self.unread, b""
        if data and not self.transport.is_closing():
            self.data_received(data)

    def on_headers_complete(self):
        self.head_bytes = 0
        super().on_headers_complete()

    def eof_received(self):
        """Keep the connection open for the response when the client has closed its sending half."""
        if self.is_in_head or self.cycle.response_complete or self.cycle.more_body:
            return None
        self.cycle.keep_alive = False
        return True

    @property
    def is_in_head(self) -> bool:
        """Whether the connection is waiting for request headers, or for the rest of them."""
        return self.cycle is None or self.scope is not self.cycle.scope

    def refuse(self, status: int, words: bytes, headers: bytes = b""):
        self.transport.write(
            STATUS_LINE[status]
            + headers
            + b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(words)
            + b"connection: close\r\n\r\n"
            + words
        )
        self.transport.close()

    def _start_asgi_task(self, cycle, app):
        if self.is_stopping:
            cycle.keep_alive = False
        # Special cases (pipelined requests, a client that does not read, an access log, a proxy that sets the
        # scheme) take the normal path, with the same result.
        if (
            self.pages is None
            or self.pipeline
            or self.flow.write_paused
            or cycle.access_log
            or b"x-forwarded-proto" in (headers := dict(self.headers))
            or (part := self.pages.find(cycle.scope, headers)) is None
        ):
            super()._start_asgi_task(cycle, app)
            return
        lines = [STATUS_LINE[part.start["status"]]]
        lines += [b"%b: %b\r\n" % header for header in cycle.default_headers]
        lines.append(part.head)
        lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        if cycle.scope["method"] != "HEAD":
            lines.append(part.body)
        self.transport.write(b"".join(lines))
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def check(self, now: float) -> None:
        """Close the connection if it has stalled. Called every few seconds with loop.time()."""
        unsent = self.transport.get_write_buffer_size()
        if unsent == 0 or unsent != self.unsent_bytes:
            self.unsent_bytes, self.unsent_since = unsent, now
        elif now - self.unsent_since > STALL_SECONDS:
            self.transport.abort()
            return
        if not (self.is_in_head or self.cycle.response_complete):
            self.waiting_since = None
        elif self.waiting_since is None or self.waiting_for is not self.scope:
            self.waiting_for, self.waiting_since = self.scope, now
        elif now - self.waiting_since > HEAD_SECONDS:
            self.transport.close()

    def shutdown(self):
        """Close after the current request, or after the grace period for an arriving request."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(SHUTDOWN_GRACE_SECONDS, self.leave)
        else:
            self.cycle.keep_alive = False

    def leave(self):
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
