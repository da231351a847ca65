"""Which URLs of Git repositories are allowed. Git itself would also run commands and read files.

A user may enter https:// and ssh:// URLs of public hosts. Private hosts and folders of this machine need the
variable GALLEY_IMPORT_REPOSITORY.
"""

import re
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import gettext_noop  # without settings, which import this module

from blog.documents.addresses import is_public_ip
from site_config.variables import env

LONGEST = 500
PORTS = {"https": 443, "ssh": 22}
_BRANCH = re.compile(r"[\w.+#@-]+(?:/[\w.+#@-]+)*")
_FORBIDDEN = re.compile(r"[\s\x00-\x20\x7f\"'`<>\\;|&$*?(){}^]")
_HOST = re.compile(r"(?!-)[a-z0-9_.-]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_SHORT = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+):(?P<path>(?!/?-|//).+)")
_USER = re.compile(r"(?!-)[\w.-]+")
WRONG = gettext_noop(
    "Enter a URL that begins with https:// or ssh://, or one like git@git.example.org:press/articles.git."
)
SECRET = gettext_noop("A password or token in the URL would be shown. Enter it as the token.")
PRIVATE = gettext_noop(
    "This URL leads to this machine or a private network. Only an administrator of the server can allow it, "
    "with GALLEY_IMPORT_REPOSITORY."
)
WRONG_BRANCH = gettext_noop("This cannot be the name of a branch.")
WRONG_FOLDER = gettext_noop("Enter a folder of the repository, such as articles/.")


class RefusedAddressError(ValueError):
    """Raised for a repository that is not allowed. The message is not translated yet."""


class UnreachableHostError(Exception):
    """Raised if a host has no IP address."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a repository is. scheme: https, ssh or file. is_allowed: the operator has named it."""

    scheme: str
    path: str
    host: str = ""
    port: int | None = None
    user: str = ""
    is_short: bool = False  # user@host:path, whose path may be relative to the user's folder
    is_allowed: bool = False

    @property
    def url(self) -> str:
        """The URL as Git gets it, which no option and no other protocol can hide in."""
        if self.scheme == "file":
            return self.path
        user = f"{self.user}@" if self.user else ""
        if self.is_short:
            return f"{user}{self.host}:{self.path}"
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}/{self.path}"

    @property
    def name(self) -> str:
        """The name of the repository."""
        return self.path.rstrip("/").rpartition("/")[2].removesuffix(".git") or "repository"

    def ip(self, resolve=socket.getaddrinfo) -> str:
        """Resolve the host once, and return the IP address to connect to.

        Raises RefusedAddressError for a private one, and UnreachableHostError.
        """
        try:
            found = resolve(self.host.strip("[]"), self.port or PORTS[self.scheme], type=socket.SOCK_STREAM)
        except OSError as error:
            raise UnreachableHostError(self.host) from error
        addresses = [address[0] for *_, address in found]
        if not (self.is_allowed or all(map(is_public_ip, addresses))):
            raise RefusedAddressError(PRIVATE)
        return addresses[0]


@dataclass(frozen=True, slots=True)
class RepositoryPlace:
    """A repository, its branch, and the folder in it. folder: "" or with a slash at its end."""

    address: Address
    branch: str = "main"
    folder: str = ""


def address_of(url: str, *, is_allowed: bool = False) -> Address:
    """Parse the URL of a repository. Raises RefusedAddressError.

    is_allowed: it is named by the operator, so it may be a folder or on a private host.
    """
    if not url or len(url) > LONGEST or url.startswith("-") or "::" in url.split("/")[0]:
        raise RefusedAddressError(WRONG)
    if is_allowed and url.startswith("/"):
        return Address("file", url, is_allowed=True)
    if _FORBIDDEN.sub("", url) != url:
        raise RefusedAddressError(WRONG)
    return replace(_with_scheme(url) if "://" in url else _short(url), is_allowed=is_allowed)


def _with_scheme(url):
    try:
        parts = urlsplit(url)
        host, port, path = parts.hostname or "", parts.port, parts.path.lstrip("/")
    except ValueError:
        raise RefusedAddressError(WRONG) from None
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in PORTS or not _HOST.fullmatch(host) or parts.query or parts.fragment:
        raise RefusedAddressError(WRONG)
    if parts.password is not None or (parts.username and parts.scheme == "https"):
        raise RefusedAddressError(SECRET)
    user = parts.username or ("git" if parts.scheme == "ssh" else "")
    if not path or path.startswith("-") or (user and not _USER.fullmatch(user)):
        raise RefusedAddressError(WRONG)
    return Address(parts.scheme, path, host, port, user)


def _short(url):
    found = _SHORT.fullmatch(url)
    if not found or not _HOST.fullmatch(found["host"]) or (found["user"] or "").startswith("-"):
        raise RefusedAddressError(WRONG)
    return Address("ssh", found["path"], found["host"], user=found["user"] or "git", is_short=True)


def check_branch(branch: str) -> str:
    """Return the name of a branch. Raises RefusedAddressError."""
    is_name = _BRANCH.fullmatch(branch) and not branch.startswith(("-", "."))
    if not is_name or ".." in branch or branch.endswith((".lock", ".")) or "@{" in branch:
        raise RefusedAddressError(WRONG_BRANCH)
    return branch


def check_folder(folder: str) -> str:
    """Return a folder with a slash at its end, or "". Raises RefusedAddressError."""
    parts = [part for part in folder.split("/") if part not in {"", "."}]
    if any(part in {"..", ".git"} or "\0" in part for part in parts):
        raise RefusedAddressError(WRONG_FOLDER)
    return "".join(f"{part}/" for part in parts)


def repository_in(name: str) -> RepositoryPlace | None:
    """Return the repository in a variable, URL#branch:folder, or None. Raises ImproperlyConfigured."""
    value = env.str(name, "")
    if not value:
        return None
    url, _hash, rest = value.partition("#")
    branch, _colon, folder = rest.partition(":")
    try:
        place = RepositoryPlace(
            address_of(url, is_allowed=True), check_branch(branch or "main"), check_folder(folder)
        )
    except RefusedAddressError as error:
        # The value may contain a token, and the message is logged.
        raise ImproperlyConfigured(f"{name}: {error} The form is URL#branch:folder.") from None
    if place.address.scheme == "file" and not Path(place.address.path).is_dir():
        raise ImproperlyConfigured(f"{name}: there is no folder {place.address.path}.")
    return place


def sentence_of(error: RefusedAddressError) -> str:
    return _(str(error))
