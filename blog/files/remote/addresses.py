"""Validate the URLs of requests to other hosts: requests to this machine or a private network are rejected.

This module does not use the network. The caller passes a function that resolves host names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from blog.documents.addresses import check_image_address, is_public_ip

PORTS = {"https": 443, "http": 80}
# Characters that need no encoding in a path or query (RFC 3986). "%" leaves encoded characters unchanged.
_IN_PATH = "/%!$&'()*+,;=:@~"
_IN_QUERY = f"{_IN_PATH}?[]|"


class AddressError(ValueError):
    """Raised when no request may be sent to a URL. The message says why."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Requests that are allowed besides https to public hosts."""

    http: bool = False  # if false, http URLs are requested with https
    # (IP address, port) of test servers on this machine. No setting or option sets this.
    test_hosts: frozenset[tuple[str, int]] = frozenset()

    def allow_port(self, scheme: str, port: int) -> bool:
        return port == PORTS[scheme] or port in {port for _ip, port in self.test_hosts}

    def allow_ip(self, ip: str, port: int) -> bool:
        return is_public_ip(ip) or (ip, port) in self.test_hosts


@dataclass(frozen=True, slots=True)
class Target:
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


def target_of(address: str, rules: Rules) -> Target:
    """Validate a URL and return its parts. Raises AddressError."""
    address = f"https:{address}" if address.startswith("//") else address
    if reason := check_image_address(address):
        raise AddressError(f"{reason}.")
    parts = urlsplit(address)
    if parts.scheme not in PORTS:
        raise AddressError("the URL is not http or https.")
    scheme = parts.scheme if rules.http else "https"
    is_default = parts.port in {None, PORTS[parts.scheme]}
    port = PORTS[scheme] if is_default else parts.port
    if not rules.allow_port(scheme, port):
        raise AddressError(f"the URL has the unusual port {port}.")
    return Target(scheme, _ascii_host(parts.hostname), port, _request_path(parts))


def public_ips(target: Target, rules: Rules, resolve: Callable[[str, int], list[str]]) -> list[str]:
    """Resolve a target once and return its IP addresses. Raises AddressError unless all are public."""
    found = resolve(target.host, target.port)
    if not found:
        raise AddressError(f"{target.host} has no IP address.")
    for ip in found:
        if not rules.allow_ip(ip, target.port):
            raise AddressError(f"{target.host} resolves to {ip}, which is not public.")
    return found


def _ascii_host(host):
    try:
        return host.rstrip(".").encode("idna").decode() if not host.isascii() else host.rstrip(".")
    except UnicodeError:
        raise AddressError("the URL has no valid host.") from None


def _request_path(parts):
    path = quote(parts.path or "/", safe=_IN_PATH)
    return f"{path}?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else path
