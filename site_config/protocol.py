"""HTTP/1.1 on one connection: uvicorn's protocol, with limits, and with a faster path for cached pages.

uvicorn sets no limit to how long a request's head may take or how large it may be, takes in many requests
before it has answered the first, and closes idle connections at once when it stops. Cached pages are written
to the connection here, without a task for each: that is what makes one process as fast as a web server.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from site_config import limits

LARGEST_HEAD_BYTES = 32 * 1024
PART_BYTES = 8 * 1024
HEAD_SECONDS = 20  # from the first look at a connection that has no whole request to send
STALL_SECONDS = 30  # without the client's taking a byte of what is written to it
LEAVE_SECONDS = 2  # for a request that is on its way when the server stops
LOCAL_PROXY = ("127.0.0.1", 0)  # whoever comes through a socket in the file system is on this machine


class FrontDoorProtocol(HttpToolsProtocol):
    """`pages.find(scope)` is asked for a cached page; without that, the application answers everything."""

    pages = None
    is_stopping = False  # the server as a whole: set for the class
    head_bytes = 0
    unread = b""
    waiting_for = waiting_since = None
    unsent_bytes = unsent_since = 0

    def connection_made(self, transport):
        super().connection_made(transport)
        self.client = self.client or LOCAL_PROXY
        if self.is_stopping:
            self.shutdown()
        elif len(self.connections) > limits.CONNECTIONS:
            self.make_room()

    def make_room(self):
        """Close the connection that has waited longest for a request; if none waits, refuse this one."""
        waiting = [connection for connection in self.connections if connection.is_waiting]
        if waiting:
            min(waiting, key=lambda connection: connection.waiting_since).transport.close()
        else:
            self.refuse(
                503, b"There are too many connections.", b"retry-after: %d\r\n" % limits.RETRY_SECONDS
            )

    @property
    def is_waiting(self) -> bool:
        """Whether check() has seen this connection without a request, and none has come since."""
        is_idle = self.is_in_head or self.cycle.response_complete
        has_waited = self.waiting_since is not None and self.waiting_for is self.scope
        return is_idle and has_waited and not self.transport.is_closing()

    # What arrives

    def data_received(self, data):
        """Take in what has come, in small parts: no more than a few requests wait for an answer."""
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
        """Process the bytes that had to wait; those that have arrived since are behind them."""
        data, self.unread = self.unread, b""
        if data and not self.transport.is_closing():
            self.data_received(data)

    def on_headers_complete(self):
        self.head_bytes = 0
        super().on_headers_complete()

    def eof_received(self):
        """Let a client that has closed its sending half still read its response."""
        if self.is_in_head or self.cycle.response_complete or self.cycle.more_body:
            return None
        self.cycle.keep_alive = False
        return True

    @property
    def is_in_head(self) -> bool:
        """Whether the connection waits for a request's head, or for the rest of one."""
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

    # The faster path

    def _start_asgi_task(self, cycle, app):
        if self.is_stopping:
            cycle.keep_alive = False
        # Whatever is out of the ordinary (other requests before this one, a client that does not read, a log
        # to be written, a proxy's word on the scheme) takes the normal path, to the same answer.
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

    # Those who take too long

    def check(self, now: float) -> None:
        """End the connection if nothing has moved for too long: called every few seconds with loop.time()."""
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
        """Close as the server stops: after the current request, or LEAVE_SECONDS for one that is arriving."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LEAVE_SECONDS, self.leave)
        else:
            self.cycle.keep_alive = False

    def leave(self):
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
