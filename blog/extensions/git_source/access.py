"""How Git reaches a repository: one protocol, one IP address, and no credentials in a command.

The host is resolved once, so a name server cannot answer with a private address after the check. Redirects
are not followed. The token is in an environment variable of Git, which other users of this machine cannot
read.
"""

import base64
import shlex
import shutil
from dataclasses import dataclass, field

from django.conf import settings

from blog.extensions.git_source import credentials
from blog.extensions.git_source.addresses import (
    PORTS,
    Address,
    RefusedAddressError,
    UnreachableHostError,
)
from blog.extensions.git_source.problems import PullError

USER = "galley"  # with a token, GitHub, GitLab and Gitea accept any name
CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Access:
    """The configuration and the environment variables with which Git reads a repository."""

    address: Address
    options: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.address.host or self.address.path

    @property
    def refusal(self) -> str:
        """The code of the problem if the server refuses."""
        return "token" if self.address.scheme == "https" else "key"


def access_to(address: Address) -> Access:
    """Raises PullError if the host is private, has no address, or if SSH is missing."""
    options = ["protocol.allow=never", f"protocol.{address.scheme}.allow=always"]
    if address.scheme == "file":
        return Access(address, options)
    try:
        ip = address.ip()
    except RefusedAddressError:
        raise PullError("private", host=address.host) from None
    except UnreachableHostError:
        raise PullError("unreachable", host=address.host) from None
    if address.scheme == "https":
        return Access(address, options + _pinned(address, ip), _with_token())
    return Access(address, options, _with_key(address, ip))


def _pinned(address, ip):
    host, port = address.host.strip("[]"), address.port or PORTS["https"]
    return [
        "http.followRedirects=false",
        "http.proxy=",
        "http.sslVerify=true",
        *([] if ":" in host else [f"http.curloptResolve={host}:{port}:{ip}"]),
        "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=30",
    ]


def _with_token():
    token = credentials.read("token") or settings.IMPORT_TOKEN
    if not token:
        return {}
    pair = base64.b64encode(f"{USER}:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
    }


def _with_key(address, ip):
    program = shutil.which("ssh")
    try:
        key = credentials.key_file()
    except FileNotFoundError:
        program = None
    if program is None:
        raise PullError("no_ssh")
    known = credentials.folder() / "known_hosts"
    options = {
        "HostName": ip,
        "HostKeyAlias": address.host.strip("[]"),
        "UserKnownHostsFile": f'"{known}"',
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "accept-new",
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "PreferredAuthentications": "publickey",
        "BatchMode": "yes",
        "ConnectTimeout": str(CONNECT_SECONDS),
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "2",
    }
    command = [program, "-F", "/dev/null", "-i", str(key), "-a", "-x", "-T"]
    command += [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    return {"GIT_SSH_COMMAND": shlex.join(command), "GIT_SSH_VARIANT": "ssh"}
