"""Run Git: without a shell, hooks, signatures, and configuration of the system or user."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

STALE_LOCK_SECONDS = 60  # Galley's commands hold a lock for less; its own job lock excludes a second one
CONFIGURATION = (
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "gc.autoDetach=false",
    # These refuse names that Windows and macOS cannot store. The file system here can.
    "core.protectNTFS=false",
    "core.protectHFS=false",
)
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class GitMissingError(Exception):
    """Raised if Git is not installed. The message says how to install it."""


def has_git() -> bool:
    return shutil.which("git") is not None


def git_command(git_folder: Path, *arguments: str, options: Iterable[str] = ()) -> list[str]:
    """Return a command for a repository. options: "name=value" of Git's configuration."""
    git = shutil.which("git")
    if git is None:
        raise GitMissingError(_("Git is not installed on this machine. On Debian: apt-get install git"))
    configured = [part for value in (*CONFIGURATION, *options) for part in ("-c", value)]
    return [git, *configured, f"--git-dir={git_folder}", *arguments]


def surroundings(folder: Path, variables: Mapping[str, str] | None = None) -> dict:
    """Return the arguments of subprocess for a command of Git that runs in a folder."""
    path = {"PATH": os.environ.get("PATH", os.defpath)}
    return {"cwd": folder, "env": path | ENVIRONMENT | dict(variables or {}), "umask": 0o077}


def remove_stale_locks(
    git_folder: Path, names: Iterable[str], on_wait: Callable[[], None] = lambda: None
) -> None:
    """Remove the lock files of a killed Git, once they are so old that no command can still run.

    on_wait: called each second while a younger one is there.
    """
    for name in names:
        file = git_folder / name
        while file.exists() and _age(file) < STALE_LOCK_SECONDS:
            on_wait()
            time.sleep(1)
        file.unlink(missing_ok=True)


def digest_of(data: bytes) -> str:
    """Return the digest by which Git names a file's contents."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _age(file):
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return STALE_LOCK_SECONDS
