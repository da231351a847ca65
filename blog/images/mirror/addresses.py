"""Which addresses may be asked for a picture: none that leads to this machine or into a private network.

Nothing here uses the network: names are resolved by a function that the caller gives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from blog.documents.addresses import check_image_address, is_public_ip

PORTS = {"https": 443, "http": 80}
# What may stand in a path or query as it is (RFC 3986); all else is encoded, and what is encoded stays so.
_IN_PATH = "/%!$&'()*+,;=:@~"
_IN_QUERY = f"{_IN_PATH}?[]|"


class AddressError(ValueError):
    """An address is not asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be asked beside public places by https."""

    http: bool = False  # else a picture at an http address is asked for by https
    # (IP address, port) of the tests' own servers, on this machine. No setting and no option leads here.
    test_hosts: frozenset[tuple[str, int]] = frozenset()

    def allow_port(self, scheme: str, port: int) -> bool:
        return port == PORTS[scheme] or port in {port for _ip, port in self.test_hosts}

    def allow_ip(self, ip: str, port: int) -> bool:
        return is_public_ip(ip) or (ip, port) in self.test_hosts


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address in the parts that a request needs."""

    scheme: str
    host: str  # in ASCII
    port: int
    path: str  # with the query

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """The host as the Host header has it: with the port if that is unusual."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(address: str, rules: Rules) -> Target:
    """Check a web address and return its parts. Raises AddressError."""
    address = f"https:{address}" if address.startswith("//") else address
    if reason := check_image_address(address):
        raise AddressError(f"{reason}.")
    parts = urlsplit(address)
    if parts.scheme not in PORTS:
        raise AddressError("the URL is not http or https.")
    scheme = parts.scheme if rules.http else "https"
    is_usual = parts.port in {None, PORTS[parts.scheme]}
    port = PORTS[scheme] if is_usual else parts.port
    if not rules.allow_port(scheme, port):
        raise AddressError(f"the URL has the unusual port {port}.")
    return Target(scheme, _ascii_host(parts.hostname), port, _request_path(parts))


def public_ips(target: Target, rules: Rules, resolve: Callable[[str, int], list[str]]) -> list[str]:
    """Return the IP addresses of a target, resolved once. Raises AddressError if one is not public."""
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
