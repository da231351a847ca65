"""The Git repository of the export, and the commands that read and write it.

Commits are written with `git fast-import`, which moves the branch in one step at the end. Then the files of
the working tree follow. Before that, a file (WRITING) is created, which shows after a kill that differences
in the working tree are Galley's own. Other differences are moved to a stash.

"""

import subprocess
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.exports.folder import ExportFailedError
from blog.files.git import GitMissingError, git_command, remove_stale_locks, surroundings
from blog.files.modes import PRIVATE_FOLDER, make_folder, make_private_file

BRANCH = "refs/heads/main"
MARKER = "galley.export"  # in the repository's configuration: Galley may delete and overwrite files
WRITING = "galley-writing"
FILE_MODE = "100644"
LOCKS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock")


@dataclass(frozen=True)
class Identity:
    name: str
    email: str

    def at(self, moment) -> bytes:
        """Return the name, address and time as in a commit."""
        name, email = (_without_brackets(value) for value in (self.name, self.email))
        return f"{name} <{email}> {int(moment.timestamp())} {moment:%z}".encode()


@dataclass
class NewCommit:
    """Changes of files with their author. changes: {path: digest, or None if the file is deleted}."""

    author: Identity
    at: object  # an aware datetime
    message: str
    changes: dict[str, str | None] = field(default_factory=dict)


class ExportRepository:
    def __init__(self, folder: Path, committer: Identity):
        self.folder = folder
        self.committer = committer
        self.git_folder = folder / ".git"

    def prepare(self, on_wait: Callable[[], None] = lambda: None) -> None:
        """Create the repository if it is missing, and repair what a killed process left.

        Changes that somebody else made to the working tree are moved to a stash. on_wait: called each second
        while another process holds a lock of Git. Raises ExportFailedError.
        """
        self._create()
        remove_stale_locks(self.git_folder, LOCKS, on_wait)
        if self.branch() != BRANCH:
            self._stash()
            self.run("symbolic-ref", "HEAD", BRANCH)
            self._check_out()
        elif (self.git_folder / WRITING).exists():
            self._check_out()
        else:
            self._stash()
        for file in self.git_folder.glob("fast_import_crash_*"):
            file.unlink()

    def branch(self) -> str:
        """Return the branch of the working tree, or ""."""
        return self._line("symbolic-ref", "--quiet", "HEAD", check=False)

    def head(self) -> str:
        """Return the newest commit of the branch, or ""."""
        return self._line("rev-parse", "--quiet", "--verify", BRANCH, check=False)

    def files(self) -> dict[str, str]:
        """Return {path: digest} of the newest commit. The digest is "" for anything but a plain file."""
        if not self.head():
            return {}
        found = {}
        for entry in self.run("ls-tree", "-r", "-z", BRANCH).split(b"\0")[:-1]:
            about, path = entry.split(b"\t", 1)
            mode, _kind, digest = about.decode().split(" ")
            found[_decoded(path)] = digest if mode == FILE_MODE else ""
        return found

    def differences(self) -> list[str]:
        """Return the paths in the working tree that differ from the newest commit."""
        status = self.run("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignored")
        return [_decoded(entry[3:]) for entry in status.split(b"\0")[:-1]]

    def write(self, commits: Iterable[NewCommit], import_: "FastImport") -> None:
        """Write commits, and update the working tree."""
        make_private_file(self.git_folder / WRITING)
        import_.commit(commits, self.head())
        self._check_out()
        self.run("gc", "--auto", "--quiet")

    def run(self, *arguments: str, check=True) -> bytes:
        """Run a command of Git and return its output. Raises ExportFailedError if it fails."""
        done = subprocess.run(  # noqa: S603 -- fixed arguments, and no shell
            self.command(*arguments), capture_output=True, check=False, **self.surroundings()
        )
        if check and done.returncode:
            raise failure(arguments[0], done.stderr)
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        try:
            return git_command(self.git_folder, f"--work-tree={self.folder}", *arguments)
        except GitMissingError as error:
            raise ExportFailedError(str(error)) from None

    def surroundings(self) -> dict:
        who = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", self.committer.name), ("EMAIL", self.committer.email))
        }
        return surroundings(self.folder, who)

    def _create(self):
        try:
            make_folder(self.folder, PRIVATE_FOLDER)
            others = [path.name for path in self.folder.iterdir() if path.name != ".git"]
        except OSError as error:
            raise ExportFailedError(f"{self.folder}: {error.strerror}.") from error
        if self.git_folder.exists() and self._line("config", "--local", MARKER, check=False) == "true":
            return
        is_new = not self.git_folder.exists() or not self._line("rev-list", "--all", "--max-count=1")
        if others or not is_new:
            raise ExportFailedError(
                _(
                    "%(folder)s is not empty, and not a repository that Galley created. Choose an empty "
                    "folder. If it is a clone of such a repository, run: git config %(marker)s true"
                )
                % {"folder": self.folder, "marker": MARKER}
            )
        self.run("init", "--quiet", "--template=", "--object-format=sha1")
        self.run("symbolic-ref", "HEAD", BRANCH)
        self.run("config", "--local", MARKER, "true")

    def _stash(self):
        """Move all differences between working tree and HEAD to a stash."""
        if not self.differences():
            return
        if not self._line("rev-parse", "--quiet", "--verify", "HEAD", check=False):
            raise ExportFailedError(_("%s has files, but no commit. Empty the folder.") % self.folder)
        message = "Changes that Galley found in the folder of the export"
        self.run("stash", "push", "--quiet", "--all", "--message", message)

    def _check_out(self):
        """Give the working tree the files of the branch."""
        if self.head():
            self.run("reset", "--hard", "--quiet")
        self.run("clean", "-d", "-x", "--force", "--quiet")
        (self.git_folder / WRITING).unlink(missing_ok=True)

    def _line(self, *arguments, check=True):
        return self.run(*arguments, check=check).decode(errors="replace").strip()


class FastImport:
    """A running `git fast-import`, started with the first file. Nothing counts until commit() returns."""

    def __init__(self, repository: ExportRepository):
        self.repository = repository
        self._process = self._errors = None

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self._process:
            self._process.kill()
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.wait()
            self._errors.close()

    def add_file(self, data: bytes) -> None:
        """Store the contents of a file that a commit may then name by its digest."""
        self._write(b"blob\ndata %d\n" % len(data), data, b"\n")

    def commit(self, commits: Iterable[NewCommit], parent: str) -> None:
        """Write the commits on top of the parent, if it is not "", and move the branch."""
        for commit in commits:
            message = commit.message.encode()
            self._write(
                f"commit {BRANCH}\n".encode(),
                b"author %s\n" % commit.author.at(commit.at),
                b"committer %s\n" % self.repository.committer.at(timezone.localtime()),
                b"data %d\n%s\n" % (len(message), message),
                f"from {parent}\n".encode() if parent else b"",
            )
            parent = ""  # the next commit follows this one
            for path, digest in commit.changes.items():
                change = f"M {FILE_MODE} {digest}" if digest else "D"
                self._write(change.encode(), b" ", _quoted(path), b"\n")
        self._write(b"done\n")
        self._process.stdin.close()
        if self._process.wait():
            self._fail()

    def _write(self, *parts):
        if self._process is None:
            self._start()
        try:
            self._process.stdin.writelines(parts)
        except BrokenPipeError:
            self._process.wait()
            self._fail()

    def _start(self):
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by __exit__()
        command = self.repository.command("fast-import", "--quiet", "--done", "--date-format=raw")
        self._process = subprocess.Popen(  # noqa: S603 -- as in run()
            command, stdin=subprocess.PIPE, stderr=self._errors, **self.repository.surroundings()
        )

    def _fail(self):
        self._errors.seek(0)
        raise failure("fast-import", self._errors.read())


def failure(command: str, errors: bytes) -> ExportFailedError:
    reason = errors.decode(errors="replace").strip().replace("\n", " ")[:500]
    return ExportFailedError(_("git %(command)s failed: %(reason)s") % {"command": command, "reason": reason})


def _without_brackets(value):
    """Return the value without characters that end a name or address in a commit."""
    return "".join(
        character for character in value if character.isprintable() and character not in "<>"
    ).strip()


def _decoded(path):
    return path.decode("utf-8", "surrogateescape")  # somebody else may have written any bytes


def _quoted(path):
    """Return a path as git fast-import reads it: in quotes, with octal codes of special characters."""
    special = b'"\\'
    return b'"%s"' % b"".join(
        b"\\%03o" % byte if byte < 32 or byte in special else bytes([byte])
        for byte in path.encode("utf-8", "surrogateescape")
    )
