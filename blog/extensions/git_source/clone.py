"""The copy of the repository on this machine: bare and shallow, without hooks, submodules and LFS.

It can be deleted at any time. After each pull, the commit that was imported is its only history.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blog.extensions.git_source.access import Access
from blog.extensions.git_source.problems import PullError
from blog.files.git import GitMissingError, git_command, remove_stale_locks, surroundings
from blog.files.modes import PRIVATE_FOLDER, make_folder

MEGABYTE = 1024 * 1024
MOST_BYTES = 1024 * MEGABYTE  # of the copy, in which contents are compressed
MOST_FILES = 100_000
SECONDS = 600  # for each transfer
CHECKED_EVERY = 0.1  # seconds
FETCHED, IMPORTED = "refs/galley/fetched", "refs/galley/imported"
LOCKS = ("shallow.lock", "packed-refs.lock", "HEAD.lock", "config.lock", "gc.pid.lock")
OPTIONS = (
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "fetch.unpackLimit=1",
    "core.logAllRefUpdates=false",
    "gc.pruneExpire=now",
    "maintenance.auto=false",
    "core.askPass=",
    "credential.helper=",
)
PLAIN_MODES = ("100644", "100755")  # not links and submodules
REFUSED = re.compile(
    r"permission denied|authentication failed|could not read (username|password)|terminal prompts disabled|"
    r"access denied|HTTP Basic|(error|code):? 40[134]\b|repository .*not found|does not appear to be a git",
    re.IGNORECASE,
)
UNREACHABLE = re.compile(
    r"could not resolve|failed to connect|couldn.t connect|connection (refused|timed out|closed|reset)|"
    r"timed out|network is unreachable|no route to host|operation too slow|error: 5\d\d|early eof|hung up",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Commit:
    """What is known of a commit."""

    key: str
    author: str
    subject: str
    at: datetime

    @property
    def short(self) -> str:
        return self.key[:7]


class TooLargeError(Exception):
    """Raised if a transfer exceeds the limit of bytes."""


class Clone:
    def __init__(
        self,
        folder: Path,
        access: Access,
        on_wait: Callable[[], None] = lambda: None,
        seconds: float | None = None,
    ):
        """on_wait: called several times a second while Git works. It may raise to end it."""
        self.folder, self.access, self.on_wait = folder, access, on_wait
        self.seconds = seconds or SECONDS

    def prepare(self) -> None:
        """Create the repository if it is missing, and remove what a killed process left."""
        make_folder(self.folder, PRIVATE_FOLDER)
        if not (self.folder / "HEAD").exists():
            self._git("init", "--quiet", "--bare", "--template=", "--object-format=sha1", str(self.folder))
        remove_stale_locks(self.folder, LOCKS, self.on_wait)
        for file in (self.folder / "objects" / "pack").glob("tmp_*"):
            file.unlink(missing_ok=True)

    def branches(self) -> dict[str, str]:
        """Return {branch: commit} of the repository, from the server. Raises PullError."""
        answer = self._remote("ls-remote", "--heads", "--", self.access.address.url)
        pairs = (line.split("\t", 1) for line in answer.decode(errors="replace").splitlines() if "\t" in line)
        return {name.removeprefix("refs/heads/"): commit for commit, name in pairs}

    def fetch(self, branch: str, *, with_history: bool) -> str:
        """Fetch the branch and return its newest commit. Raises PullError.

        with_history: also the commits since the last one, unless these exceed the limit, as a new history may
        do.
        """
        refspec = f"+refs/heads/{branch}:{FETCHED}"
        command = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow")
        end = ("--", self.access.address.url, refspec)
        try:
            self._remote(*command, *([] if with_history else ["--depth=1"]), *end)
        except TooLargeError:
            self._start_again()
            try:
                self._remote(*command, "--depth=1", *end)
            except TooLargeError:
                raise PullError("large", limit=f"{MOST_BYTES // MEGABYTE} MB") from None
        return self._commit(FETCHED)

    def _start_again(self):
        shutil.rmtree(self.folder)
        self.prepare()

    def has(self, commit: str) -> bool:
        return bool(commit) and bool(self._commit(f"{commit}^{{commit}}"))

    def follows(self, commit: str, earlier: str) -> bool:
        """Whether the history of a commit has the earlier one."""
        if not self.has(earlier):
            return False
        done = self._run(["merge-base", "--is-ancestor", earlier, commit])
        return done.returncode == 0

    def about(self, commit: str) -> Commit:
        parts = self._git("log", "-1", "--format=%aN%x00%s%x00%aI", commit).decode(errors="replace")
        author, subject, at = parts.rstrip("\n").split("\0")
        return Commit(commit, author[:200], subject[:200], datetime.fromisoformat(at))

    def files(self, commit: str) -> dict[str, tuple[str, int]]:
        """Return {path: (digest, size)} of the plain files of a commit. Raises PullError."""
        found = {}
        for entry in self._git("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0")[:-1]:
            about, path = entry.split(b"\t", 1)
            mode, _kind, digest, size = about.decode().split()
            if mode in PLAIN_MODES:
                found[os.fsdecode(path)] = digest, int(size)
        if len(found) > MOST_FILES:
            raise PullError("large", limit=f"{MOST_FILES} files")
        return found

    def reader(self) -> subprocess.Popen:
        """Return a process that answers digests with contents: git cat-file --batch."""
        command = git_command(self.folder, "cat-file", "--batch", options=OPTIONS)
        return subprocess.Popen(  # noqa: S603 -- fixed arguments, and no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **surroundings(self.folder)
        )

    def keep_only(self, commit: str) -> None:
        """Note that a commit was imported, and forget the history before it."""
        self._git("update-ref", IMPORTED, commit)
        (self.folder / "shallow").write_text(f"{commit}\n")
        self._git("gc", "--auto", "--quiet", check=False)

    def _commit(self, name):
        done = self._run(["rev-parse", "--quiet", "--verify", name])
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def _git(self, *arguments, check=True) -> bytes:
        done = self._run(arguments)
        if check and done.returncode:
            raise self._failure(done.stderr)
        return done.stdout

    def _run(self, arguments):
        try:
            command = git_command(self.folder, *arguments, options=OPTIONS)
        except GitMissingError:
            raise PullError("no_git") from None
        return subprocess.run(  # noqa: S603 -- fixed arguments, and no shell
            command, capture_output=True, check=False, timeout=SECONDS, **surroundings(self.folder)
        )

    def _remote(self, *arguments) -> bytes:
        """Run a command that talks to the server, within the limits of time and size. Return its output."""
        try:
            command = git_command(self.folder, *arguments, options=(*OPTIONS, *self.access.options))
        except GitMissingError:
            raise PullError("no_git") from None
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603 -- checked arguments, and no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                **surroundings(self.folder, self.access.variables),
            )
            try:
                self._watch(process)
            finally:
                _kill(process)
            if process.returncode:
                raise self._failure(_contents(errors))
            return _contents(output)

    def _watch(self, process):
        """Wait for the end of a process. Raises PullError and TooLargeError at the limits."""
        ends = time.monotonic() + self.seconds
        while process.poll() is None:
            self.on_wait()
            if time.monotonic() > ends:
                raise PullError("slow", host=self.access.host, minutes=SECONDS // 60)
            self._check_size()
            time.sleep(CHECKED_EVERY)
        self._check_size()

    def _check_size(self):
        if _size_of(self.folder) > MOST_BYTES:
            raise TooLargeError

    def _failure(self, errors: bytes) -> PullError:
        said = errors.decode(errors="replace")
        if "host key verification failed" in said.lower():
            return PullError("host_key", host=self.access.host)
        if REFUSED.search(said):
            return PullError(self.access.refusal)
        if UNREACHABLE.search(said):
            return PullError("unreachable", host=self.access.host)
        lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:"))]
        return PullError("failed", reason=" ".join(lines)[:300] or said[:300].strip())


def _kill(process):
    """End a process of Git with those that it started, such as ssh."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _contents(file) -> bytes:
    file.seek(0)
    return file.read()


def _size_of(folder: Path) -> int:
    packs = folder / "objects" / "pack"
    with os.scandir(packs) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.is_file(follow_symlinks=False))
