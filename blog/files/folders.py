"""Find the Markdown and HTML files of a folder, and open them without following links."""

import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blog.documents.notices import Notice, NoticeKind
from blog.files.file_kinds import is_article_name, is_other_text_name, is_skipped_folder, reason_to_skip

LONGEST_PATH = 2000  # bytes; indexed together with the source's name, and PostgreSQL allows 2,700 bytes
TOO_LONG = f"its path is longer than {LONGEST_PATH} bytes; move it to a higher folder."


class UnreadableError(Exception):
    """Raised when a file cannot or must not be read. The message says why."""


def reason_of(error: OSError) -> str:
    """Return the message for an OSError: the file and the system's reason."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


@dataclass(frozen=True, slots=True)
class FoundFile:
    path: str  # relative to the root, with forward slashes
    notice: Notice | None = None  # why the file is rejected or skipped without being opened

    @property
    def is_other_text(self) -> bool:
        """Whether the file is a text in a format that is not imported."""
        return self.notice is not None and self.notice.kind is NoticeKind.NOT_MARKDOWN


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of files. Symbolic links are never followed, because the files are not trusted."""

    root: Path

    def files(self) -> Iterator[FoundFile]:
        """Yield entries named like an article, and texts in other formats, at any depth, in path order."""
        yield from _walk(self.root, "")

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes. Raises UnreadableError unless it is a regular file of up to limit bytes."""
        return read_regular_file(self.root, path, limit)

    def check(self, path: str) -> None:
        """Raise UnreadableError if there is no such file below the folder."""
        target = self.root / path
        is_there = target.is_file()
        # Most paths that an import tries do not exist, and to resolve them all would be slow.
        may_leave = (is_there or path.startswith("../")) and not self._leads_down(path)
        if may_leave and not target.resolve().is_relative_to(self.root.resolve()):
            raise UnreadableError("the path leaves the folder.")
        if not is_there:
            raise UnreadableError("there is no such file.")

    def _leads_down(self, path):
        """Whether a path stays below the root, because it has no links. This is faster than resolving it."""
        parts = path.split("/")
        if not {"", ".", ".."}.isdisjoint(parts):
            return False
        return not any((self.root / part).is_symlink() for part in itertools.accumulate(parts, os.path.join))


def read_regular_file(root: Path, path: str, limit: int) -> bytes:
    """Return the bytes of a file below the root.

    Raises UnreadableError unless it is a regular file of up to limit bytes.
    """
    target = os.path.join(root, path)
    try:
        # O_NOFOLLOW and O_NONBLOCK: the file may have been replaced by a link or a pipe.
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror}.") from None
    with open(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise UnreadableError("is not a regular file.")
        data = file.read(min(state.st_size, limit) + 1)  # a buffer for the limit would take time
        if len(data) > state.st_size:  # it has grown
            data += file.read(limit + 1 - len(data))
    if len(data) > limit:
        raise UnreadableError(f"is larger than {limit / 1024**2:g} MB; split it or leave it out.")
    return data


def _walk(root, folder):
    try:
        with os.scandir(root / folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield FoundFile(
            folder or ".", Notice(NoticeKind.UNREADABLE, f"the folder cannot be read: {error.strerror}.")
        )
        return
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if is_article_name(entry.name):
            yield _classify(entry, path)
        elif is_other_text_name(entry.name) and entry.is_file(follow_symlinks=False):
            yield other_text(path)
        if entry.is_dir(follow_symlinks=False) and not is_skipped_folder(entry.name):
            yield from _walk(root, path)


def other_text(path: str) -> FoundFile:
    """Return the FoundFile of a text in another format. Its path is cut and escaped for the report."""
    shown = path.encode("utf-8", "backslashreplace")[:LONGEST_PATH].decode("utf-8", "ignore")
    return FoundFile(
        shown, Notice(NoticeKind.NOT_MARKDOWN, "is neither Markdown nor HTML; convert it first.", detail="")
    )


def _classify(entry, path):
    if entry.is_symlink():
        return FoundFile(path, Notice(NoticeKind.UNREADABLE, "is a link; links are not followed."))
    if entry.is_dir(follow_symlinks=False):
        return FoundFile(path, Notice(NoticeKind.NO_ARTICLE, "is a folder, not a file."))
    if not entry.is_file(follow_symlinks=False):
        return FoundFile(path, Notice(NoticeKind.UNREADABLE, "is not a regular file."))
    if reason := reason_to_skip(entry.name):
        return FoundFile(path, Notice(NoticeKind.NO_ARTICLE, reason))
    try:
        path.encode()
    except UnicodeEncodeError:
        return FoundFile(path, Notice(NoticeKind.UNREADABLE, "its name is not valid UTF-8; rename it."))
    if len(path.encode()) > LONGEST_PATH:
        return FoundFile(path, Notice(NoticeKind.UNREADABLE, TOO_LONG))
    return FoundFile(path)
