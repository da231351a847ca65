"""Check URLs of images and pages, which must not point to a private host."""

import ipaddress
import posixpath
import re
import unicodedata
from urllib.parse import unquote, urlsplit

from blog.documents.text import mark as _

LONGEST_ADDRESS = 2000  # bytes; PostgreSQL indexes at most some 2,700

PLACEHOLDER = "it is a placeholder"  # reason to reject an image that only shows its own size
REMOTE = ("https://", "http://", "//")  # prefixes of absolute URLs

# IPv6 networks whose addresses embed an IPv4 address in their last bits: NAT64 and IPv4-compatible.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
# Allocated by the registries; all other IPv6 addresses are unused or private.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
# 6to4 relays, deprecated by RFC 7526, and documentation addresses, which older Python releases do not know.
_NOWHERE = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"))
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\"'`<>\\]")
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # browsers treat these full stops as dots
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?\.?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_PRIVATE_NAME = re.compile(r"(?:.*\.)?(?:localhost|local|internal|lan|intranet|home|corp|home\.arpa)\.?")
# Services whose images only show their own size, and similar file names. This is stricter than _PLACEHOLDER,
# which is for hero images: the subject of an image in a text may be a placeholder.
_PLACEHOLDER_IN_TEXT = re.compile(
    r"(?:https?:)?//(?:[^/?#]*\bplacehold(?:er)?\b|(?:[^?#]*/)?placeholder(?:[-_.](?:image|img|\d+))*(?:\.\w+)?(?:[?#]|$))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"^\[.*\]$|\bplaceholder|\bplacehold\.(?:co|it)\b", re.IGNORECASE)

# Pelican has {static} and once had {filename}, Docusaurus @site. Bundlers resolve the others.
_ALIAS_OF_ROOT = re.compile(r"\A(?:@site|@|~|[{|](?:static|attach|filename)[}|])/")
_ALIAS_OF_FOLDER = re.compile(r"\A[{|](?:static|attach|filename)[}|]")


def check_image_address(address: str, path: str = "") -> str | None:
    """Return why a URL is rejected, or None. A relative URL is resolved against the article's path."""
    if len(address.encode("utf-8", "surrogatepass")) > LONGEST_ADDRESS:
        return f"the address is longer than {LONGEST_ADDRESS} characters"
    if _FORBIDDEN.search(address) or _FORBIDDEN.search(unquote(address.partition("?")[0])):
        return _("the URL contains a quotation mark, backslash, angle bracket or control character")
    if address.startswith("//"):
        address = f"https:{address}"
    if not _SCHEME.match(address):
        return _check_path(address, path)
    if not re.match(r"https?://", address, re.IGNORECASE):
        return _("the URL is not http or https")
    return check_host(address)


def check_page_address(address: str) -> str | None:
    """Return why the page at an absolute URL is not requested, or None."""
    if len(address.encode("utf-8", "surrogatepass")) > LONGEST_ADDRESS:
        return f"the address is longer than {LONGEST_ADDRESS} characters"
    if not re.match(r"https?://", address, re.IGNORECASE):
        return _("the URL is not http or https")
    return check_host(address)


def is_public_image(address: str) -> bool:
    """Whether an image has an absolute URL on a public host."""
    return bool(_WEB.match(address)) and check_image_address(address) is None


def path_on_site(address: str, site: str) -> str:
    """Return the path of a URL on this site, or "" for any other URL.

    The URL may be absolute, with the host and port of the site, by http or https. Otherwise it must begin
    with a slash: other paths are relative to a page.
    """
    address = address.strip()
    is_short = len(address.encode("utf-8", "surrogatepass")) <= LONGEST_ADDRESS
    if not is_short or not (_WEB.match(address) or address.startswith("/")):
        return ""
    try:
        parts = urlsplit(address)
        is_here = not parts.netloc or _host_and_port(parts) == _host_and_port(urlsplit(site))
    except ValueError:
        return ""
    path = posixpath.normpath(unquote(parts.path))
    return path if is_here and "\0" not in path else ""


def check_host(address: str) -> str | None:
    """Return why a reader's browser must not contact the host of a URL, or None."""
    try:
        parts = urlsplit(f"https:{address}" if address.startswith("//") else address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _("the URL has no valid host")
    if "@" in parts.netloc:
        return _("the URL contains a user name")
    if parts.netloc.startswith("["):
        return _check_ip(host)
    host = _DOTS.sub(".", unicodedata.normalize("NFKC", host)).lower()
    if _NUMERIC.fullmatch(host):
        return _check_ip(host)
    if _PRIVATE_NAME.fullmatch(host):
        return _("the host is private")
    return None if _HOST.fullmatch(host) else _("the URL has no valid public host")


def check_remote_image(address: str) -> str | None:
    """Return why an image in a text is not shown from this URL, or None."""
    return PLACEHOLDER if _PLACEHOLDER_IN_TEXT.match(address) else check_host(address)


def is_placeholder(address: str) -> bool:
    return bool(_PLACEHOLDER.search(address.partition("?")[0]))


def _host_and_port(parts):
    port = None if (parts.scheme, parts.port) in {("http", 80), ("https", 443)} else parts.port
    return parts.hostname, port, "@" in parts.netloc


def _check_path(address, path):
    file_path = unquote(re.split("[?#]", address, maxsplit=1)[0])
    folder = "" if file_path.startswith("/") else posixpath.dirname(path)
    target = posixpath.normpath(posixpath.join(folder, file_path.lstrip("/")))
    return _("the path leaves the folder") if target.split("/")[0] == ".." else None


def is_public_ip(ip: str) -> bool:
    """Whether an IP address, and any IPv4 address embedded in it, is public."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if address.version == 4:
        return _is_public(address)
    carried = address.ipv4_mapped or address.sixtofour
    if any(address in network for network in _CARRIERS):
        carried = ipaddress.ip_address(int(address) & 0xFFFFFFFF)
    return is_public_ip(str(carried)) if carried else _is_public(address) and address in _GIVEN_OUT


def _is_public(address):
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in network for network in _NOWHERE)


def _check_ip(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _("the host is an invalid number")
    return None if is_public_ip(host) else _("the host is private")


def without_alias(path: str) -> str:
    """Return the path of an image without a generator's alias for the site's root or the text's folder."""
    return _ALIAS_OF_FOLDER.sub("", _ALIAS_OF_ROOT.sub("/", path))
