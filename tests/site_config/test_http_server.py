"""Malformed requests, over sockets, to the server as it is shipped: refused or closed, never a 5xx."""

import re
import socket
import time

HELLO = "GET /health/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
MALFORMED = {
    "nothing": b"\r\n\r\n",
    "binary": bytes(range(256)) * 4,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "no-version": b"GET /\r\n\r\n",
    "odd-version": b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    "no-host": b"GET /nothing/ HTTP/1.1\r\n\r\n",
    "two-hosts": b"GET /nothing/ HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "evil-host": b"GET /nothing/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "absolute-address": b"GET http://evil.example/nothing/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "odd-method": b"G\xc3\x89T / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "long-line": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "long-query": b"GET /nothing/?" + b"a" * 3_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "raw-bytes": b"GET /\xff\xfe\x01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "raw-nul": b"GET /a\0b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "escaped-nul": b"GET /articles/%00/?%00=%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "two-slashes": b"GET //evil.example/archive HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "backslash": b"GET /\\evil.example/archive HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no-slash": b"GET nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "header-without-colon": f"{HELLO}nonsense\r\n\r\n".encode(),
    "header-with-nul": HELLO.encode() + b"X: a\0b\r\n\r\n",
    "header-folded": f"{HELLO}X: a\r\n b\r\n\r\n".encode(),
    "header-with-blank": f"{HELLO}X : a\r\n\r\n".encode(),
    "header-long": f"{HELLO}X: {'a' * 100_000}\r\n\r\n".encode(),
    "headers-many": (HELLO + "".join(f"X-{n}: a\r\n" for n in range(2_000)) + "\r\n").encode(),
    "cookie-odd": HELLO.encode() + b'Cookie: sessionid=\xff\xfe; =; ;;; csrftoken="\x01\r\n\r\n',
    "length-twice": f"{HELLO}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab".encode(),
    "length-odd": f"{HELLO}Content-Length: -1\r\n\r\n".encode(),
    "length-and-chunks": f"{HELLO}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
    "chunks-odd": f"{HELLO}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n".encode(),
    "underscores": f"{HELLO}X_Forwarded_Host: evil.example\r\nHTTP_HOST: evil.example\r\n\r\n".encode(),
    "proxy-line": b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + HELLO.encode() + b"\r\n",
    "schemes-odd": f"{HELLO}X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n\r\n".encode(),
    "range-odd": f"{HELLO}Range: bytes=-1,0-,zz\r\n\r\n".encode(),
    "conditions-odd": f"{HELLO}If-None-Match: '\r\nIf-Modified-Since: never\r\n\r\n".encode(),
    "expect-odd": f"{HELLO}Expect: miracles\r\n\r\n".encode(),
    "upgrade": f"{HELLO}Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n".encode(),
}


def status_of(address, request: bytes, wait=10) -> int | None:
    """Return the status of the answer to these bytes; None if the connection is closed without one."""
    deadline, received = time.monotonic() + wait, b""
    with socket.create_connection(address, timeout=wait) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while b"\r\n" not in received and time.monotonic() < deadline and (part := connection.recv(4096)):
                received += part
        except OSError:
            pass  # closed in the middle, or after too long: what has come until then counts
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", received)
    return int(found[1]) if found else None


class TestServer:
    def test_it_answers(self, server):
        assert status_of(server.address, f"{HELLO}\r\n".encode(), wait=60) == 200

    def test_a_search_for_eight_kilobytes_is_answered(self, server):
        query = b"GET /search/?q=" + b"a" * 8_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

        assert status_of(server.address, query) == 200

    def test_no_request_breaks_it(self, server):
        faults = {}
        for name, request in MALFORMED.items():
            status, after = (status_of(server.address, sent) for sent in (request, f"{HELLO}\r\n".encode()))
            if (status or 0) >= 500 or after != 200:
                faults[name] = status, after

        assert faults == {}

    def test_a_request_whose_length_cannot_be_known_is_refused(self, server):
        """RFC 9112, 6.1 and 6.3: what follows it must not be taken for another request."""
        request = f"{HELLO}Transfer-Encoding: nonsense\r\n\r\n".encode()

        assert status_of(server.address, request) == 400
