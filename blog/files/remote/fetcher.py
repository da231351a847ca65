"""Send requests to public hosts, within limits of time and size.

URLs come from files that anybody may have written, and public hosts may redirect, so no request must reach
this machine or its network. The host name is resolved once, all its IP addresses are checked, and the
connection is made to one of these. The name is only used for the Host header and the certificate check. So a
name server cannot answer with another IP address after the check. Redirects are handled in the same way.

Unlike most clients, http.client does not read proxies from the environment. A timer closes the connection at
the deadline, because with a timeout per read a server could send one byte per second forever. Tests reach
their own servers through a field of Rules that no setting or option sets.

site_fetcher() returns the fetcher that this site uses.
"""

import http.client
import socket
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from blog.documents.addresses import check_image_address, is_public_ip

PORTS = {"https": 443, "http": 80}
# Characters that need no encoding in a path or query (RFC 3986). "%" leaves encoded characters unchanged.
_IN_PATH = "/%!$&'()*+,;=:@~"
_IN_QUERY = f"{_IN_PATH}?[]|"


class FetchError(Exception):
    """Raised when a URL cannot or must not be fetched. The message says why."""

    def __init__(self, reason: str, *, is_passing: bool = False, is_too_large: bool = False):
        super().__init__(reason)
        self.is_passing = is_passing  # whether a later attempt may succeed
        self.is_too_large = is_too_large


@dataclass(frozen=True, slots=True)
class Rules:
    """Requests that are allowed besides https to public hosts."""

    http: bool = False  # if false, http URLs are requested with https
    # Returns why a URL is rejected, or None. Those of images must also fit into attributes of HTML.
    check: Callable[[str], str | None] = check_image_address
    # (IP address, port) of test servers on this machine. No setting or option sets this.
    test_hosts: frozenset[tuple[str, int]] = frozenset()

    def allow_port(self, scheme: str, port: int) -> bool:
        return port == PORTS[scheme] or port in {port for _ip, port in self.test_hosts}

    def allow_ip(self, ip: str, port: int) -> bool:
        return is_public_ip(ip) or (ip, port) in self.test_hosts


@dataclass(frozen=True, slots=True)
class RequestTarget:
    """A validated URL, in the parts that a request needs."""

    scheme: str
    host: str  # in ASCII
    port: int
    path: str  # with the query

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """The value of the Host header: the host, with the port unless it is the default one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(address: str, rules: Rules) -> RequestTarget:
    """Validate a URL and return its parts. Raises FetchError."""
    address = f"https:{address}" if address.startswith("//") else address
    if reason := rules.check(address):
        raise FetchError(f"{reason}.")
    parts = urlsplit(address)
    if parts.scheme not in PORTS:
        raise FetchError("the URL is not http or https.")
    scheme = parts.scheme if rules.http else "https"
    is_default = parts.port in {None, PORTS[parts.scheme]}
    port = PORTS[scheme] if is_default else parts.port
    if not rules.allow_port(scheme, port):
        raise FetchError(f"the URL has the unusual port {port}.")
    return RequestTarget(scheme, _ascii_host(parts.hostname), port, _request_path(parts))


def public_ips(target: RequestTarget, rules: Rules, resolve: Callable[[str, int], list[str]]) -> list[str]:
    """Resolve a target once and return its IP addresses. Raises FetchError unless all are public."""
    found = resolve(target.host, target.port)
    if not found:
        raise FetchError(f"{target.host} has no IP address.")
    for ip in found:
        if not rules.allow_ip(ip, target.port):
            raise FetchError(f"{target.host} resolves to {ip}, which is not public.")
    return found


def _ascii_host(host):
    try:
        return host.rstrip(".").encode("idna").decode() if not host.isascii() else host.rstrip(".")
    except UnicodeError:
        raise FetchError("the URL has no valid host.") from None


def _request_path(parts):
    path = quote(parts.path or "/", safe=_IN_PATH)
    return f"{path}?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else path


MEGABYTE = 1024 * 1024
MAX_REDIRECTS = 3
AT_ONCE = 2  # concurrent requests per host
MAX_IPS = 4  # tried per host
MAX_TIMEOUTS = 3  # per host; after these, a fetcher sends it no further requests
READ_BYTES = 64 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
PASSING = {408, 425, 429}  # like all 5xx: a later attempt may succeed
USER_AGENT = "Galley"


@dataclass(frozen=True, slots=True)
class Limits:
    connect_seconds: float = 5
    seconds: float = 15  # in total, with redirects
    megabytes: float = 10


@dataclass(frozen=True, slots=True)
class RemoteAnswer:
    """What a server answers. address: where, after redirects, each as (status, URL that it leads to).

    content: b"" unless the status is 200. location: of a redirect that is still to follow.
    """

    status: int
    address: str
    content: bytes
    content_type: str
    location: str = ""
    redirects: tuple[tuple[int, str], ...] = ()


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host from the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(address[0] for *_, address in found))


class Fetcher:
    """A client for public hosts. Threads share an instance, which limits concurrent requests per host."""

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        limits: Limits | None = None,
        user_agent: str = USER_AGENT,
        resolve: Callable[[str, int], list[str]] = resolve,
        tls: ssl.SSLContext | None = None,
    ):
        self.rules = rules or Rules()
        self.limits = limits or Limits()
        self.user_agent = user_agent
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._turns = defaultdict(lambda: threading.Semaphore(AT_ONCE))
        self._turns_lock = threading.Lock()
        self._timeouts = Counter()  # by host
        self._sockets = set()  # of the requests in progress
        self._is_stopped = False

    def fetch(self, address: str, *, accept: str = "*/*") -> bytes:
        """Return the bytes at a URL, which may be of any type. accept: a header. Raises FetchError."""
        answer = self.open(address, accept=accept)
        _check_status(answer, {http.HTTPStatus.OK})
        return answer.content

    def open(
        self, address: str, *, accept: str = "*/*", check: Callable[[str], None] = lambda address: None
    ) -> RemoteAnswer:
        """Return what a server answers, whatever its status. Raises FetchError without an answer.

        check: called with the URL before each request, also after a redirect. It may raise FetchError.
        """
        left, redirects = self.limits.seconds, []
        while len(redirects) <= MAX_REDIRECTS:
            check(target_of(address, self.rules).address)
            answer, left = self._exchange(address, left, self._answer, headers={"Accept": accept})
            if not answer.location:
                return replace(answer, redirects=tuple(redirects))
            redirects.append((answer.status, address := answer.location))
        raise FetchError(f"more than {MAX_REDIRECTS} redirects.")

    def post(
        self, address: str, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a POST request. The answer is not read, and no redirect followed. Raises FetchError."""
        headers = {"Content-Type": content_type} | dict(headers or {})
        self._exchange(address, self.limits.seconds, _check_sent, method="POST", body=body, headers=headers)

    def stop(self) -> None:
        """Cancel all requests in progress, and start no new ones: each fetch() raises FetchError."""
        self._is_stopped = True
        with self._turns_lock:
            for sock in self._sockets:
                _shut(sock)

    def _check_stopped(self):
        if self._is_stopped:
            raise FetchError("the fetching was stopped.", is_passing=True)

    def _check(self, host):
        self._check_stopped()
        if self._timeouts[host] >= MAX_TIMEOUTS:
            reason = f"{host} was too slow {MAX_TIMEOUTS} times, and was not asked again."
            raise FetchError(reason, is_passing=True)

    def _exchange(self, address, seconds, read, **request):
        """Send a request. Return (result of read(target, response, deadline), seconds that are left)."""
        target = target_of(address, self.rules)
        with self._turns_lock:
            turn = self._turns[target.host]
        with turn:  # the wait for it does not count towards the time limit
            self._check(target.host)
            deadline = time.monotonic() + seconds
            with (
                self._explaining(target.host, deadline),
                closing(self._connected(target, deadline)) as sock,
                self._cut_off(sock, deadline),
                closing(self._response(target, sock, **request)) as response,
            ):
                return read(target, response, deadline), deadline - time.monotonic()

    def _answer(self, target, response, deadline) -> RemoteAnswer:
        location = response.getheader("Location") if response.status in REDIRECTS else ""
        content = self._content(response, deadline) if response.status == http.HTTPStatus.OK else b""
        return RemoteAnswer(
            response.status,
            target.address,
            content,
            response.getheader("Content-Type", ""),
            _joined(target.address, location) if location else "",
        )

    def _connected(self, target, deadline) -> socket.socket:
        """Return a connection to the first IP address of the host that accepts it."""
        ips = public_ips(target, self.rules, self._resolve)
        until = min(deadline, time.monotonic() + self.limits.connect_seconds)
        sock = _connected_to_one(ips[:MAX_IPS], target.port, until)
        if target.scheme == "https":
            try:
                sock.settimeout(_left(until))
                sock = self._tls.wrap_socket(sock, server_hostname=target.host)
            except (OSError, ValueError):  # ValueError: TLS does not accept the host name
                sock.close()
                raise
        sock.settimeout(_left(deadline))
        return sock

    def _response(self, target, sock, *, headers, method="GET", body=None):
        connection = _PinnedConnection(target.host, target.port)
        connection.pinned = sock
        common = {
            "Host": target.authority,
            "User-Agent": self.user_agent,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        connection.request(method, target.path, body, common | headers)
        return connection.getresponse()

    def _content(self, response, deadline) -> bytes:
        if response.getheader("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
            raise FetchError("the server sent a compressed response although none was requested.")
        content = self._read(response)
        announced = response.getheader("Content-Length", "")
        is_cut = announced.isdecimal() and not response.chunked and len(content) < int(announced)
        if is_cut or time.monotonic() >= deadline:
            raise ConnectionError("the connection ended too early")
        return content

    def _read(self, response) -> bytes:
        content = bytearray()
        while piece := response.read1(READ_BYTES):
            content += piece
            if len(content) > self.limits.megabytes * MEGABYTE:
                raise FetchError(f"it is larger than {self.limits.megabytes:g} MB.", is_too_large=True)
        return bytes(content)

    @contextmanager
    def _explaining(self, host, deadline):
        """Convert the exceptions of a connection to FetchError with a readable reason."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise FetchError(f"its certificate is not valid: {error.verify_message}.") from error
        except socket.gaierror as error:
            raise FetchError("the host has no IP address.", is_passing=True) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            if time.monotonic() >= deadline or isinstance(error, TimeoutError):
                self._timeouts[host] += 1
            if time.monotonic() >= deadline:
                reason = f"it took more than {self.limits.seconds:g} seconds."
            elif isinstance(error, TimeoutError):
                reason = f"the server did not connect within {self.limits.connect_seconds:g} seconds."
            else:
                cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
                reason = f"the request failed: {cause.rstrip('.')[:200]}."
            raise FetchError(reason, is_passing=True) from error

    @contextmanager
    def _cut_off(self, sock, deadline):
        """Close the connection at the deadline and on stop(), even while data still arrives."""
        timer = threading.Timer(max(0, deadline - time.monotonic()), _shut, [sock])
        timer.daemon = True
        timer.start()
        with self._turns_lock:
            self._sockets.add(sock)
        try:
            self._check_stopped()
            yield
        finally:
            timer.cancel()
            with self._turns_lock:
                self._sockets.discard(sock)


class _PinnedConnection(http.client.HTTPConnection):
    """A connection over an open socket, so that the host name is not resolved again."""

    pinned: socket.socket

    def connect(self):
        self.sock = self.pinned


def _check_status(response, expected):
    if response.status not in expected:
        is_passing = response.status >= 500 or response.status in PASSING
        raise FetchError(f"the server answers {response.status}.", is_passing=is_passing)


def _check_sent(target, response, deadline):
    _check_status(response, range(200, 300))


def _shut(sock):
    with suppress(OSError):  # already closed
        sock.shutdown(socket.SHUT_RDWR)


def _connected_to_one(ips, port, until):
    for ip in ips[:-1]:
        try:
            return socket.create_connection((ip, port), timeout=_left(until))
        except OSError:
            continue
    return socket.create_connection((ips[-1], port), timeout=_left(until))


def _left(deadline):
    """Return the seconds until the deadline, but not 0, which would make the socket non-blocking."""
    return max(0.001, deadline - time.monotonic())


def _joined(address, location):
    try:
        # Servers send UTF-8 here, which http.client decodes as Latin-1.
        return urljoin(address, location.encode("latin-1").decode("utf-8", "replace").strip())
    except ValueError:
        raise FetchError("the server redirects to an invalid URL.") from None


def site_fetcher(*, http: bool = False) -> Fetcher:
    """Return a fetcher for public hosts only. http: allow requests without TLS for http URLs."""
    return Fetcher(Rules(http=http), user_agent=f"Galley (+{settings.SITE_URL})")
