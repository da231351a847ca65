"""Read zip files like folders. Nothing is unpacked to disk, and the sizes in an archive are not trusted.

place_at() opens a folder or an archive, which have the same methods.
"""

import io
import os
import posixpath
import re
import stat
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from blog.documents.notices import Notice, NoticeKind
from blog.files.file_kinds import is_article_name, is_other_text_name, is_skipped_folder, reason_to_skip
from blog.files.folders import LONGEST_PATH, TOO_LONG, Folder, FoundFile, UnreadableError, other_text

MAX_MEMBERS = 100_000
MAX_DIRECTORY = 16 * 1024 * 1024  # bytes of the list of members, which is read at once: 160 per member
# Unpacked size as a multiple of the packed size. Text packs to a third, a zip bomb to a thousandth.
MAX_RATIO = 100
SMALL = 1024 * 1024  # bytes; up to this size the ratio is not checked
CHUNK = 64 * 1024
# zipfile can limit the size of a read only for deflate: one read of a member in bzip2 or LZMA returns all
# that 64 KB unpack to, which may be gigabytes.
METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
METHOD_NAMES = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
SHOWN = 80  # characters of a name that is too long

_UNSAFE_NAME = re.compile(r"/|[A-Za-z]:|.*[\\\x00]|(?:.*/)?\.{1,2}(?:/|\Z)", re.DOTALL)
_ENTRY = b"PK\x01\x02"
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_FOREIGN_FOLDER = "__MACOSX"
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError),
    *(NotImplementedError, RuntimeError),  # an unsupported version of the format, or a password
)


class Archive:
    """A zip file with the methods of Folder."""

    def __init__(self, path: Path):
        try:
            file = _BoundedFile(io.FileIO(path))
            weakref.finalize(self, file.close)
            self.size = file.seek(0, io.SEEK_END)
            if not self.size:
                raise ValueError("it is empty")
            self.zip = zipfile.ZipFile(file)
        except _DAMAGES as error:
            raise UnreadableError(f"is not a zip file that can be read: {error}.") from None
        self.read_bytes, self.lengths = 0, {}  # bytes unpacked in all, and {member: bytes}
        self.members = {}
        for info in self.zip.infolist():
            self.members.setdefault(_name(info), info)

    def files(self) -> Iterator[FoundFile]:
        """Yield the members to read or to report, in the order of Folder.files()."""
        self.read_bytes, self.lengths = 0, {}
        found, seen = [], set()
        for info in self.zip.infolist():
            name = _name(info)
            found.append(self._classify(info, name, is_duplicate=name in seen))
            seen.add(name)
        # NUL sorts before all characters of names, so files are sorted folder by folder.
        yield from sorted(filter(None, found), key=lambda file: file.path.replace("/", "\0"))

    def read(self, path: str, limit: int) -> bytes:
        """Return the bytes of a member. Raises UnreadableError unless it is a file of up to limit bytes."""
        return b"".join(self.pieces(path, limit))

    def pieces(self, path: str, limit: int) -> Iterator[bytes]:
        """Yield the bytes of a member in pieces, to save memory. Raises UnreadableError, as read() does."""
        info = self.members.get(path)
        if info is None or info.is_dir():
            raise UnreadableError("there is no such file in the archive.")
        if problem := _problem(info):
            raise UnreadableError(problem)
        try:
            yield from self._pieces(info, limit)
        except _DAMAGES as error:
            raise UnreadableError(f"cannot be unpacked: {error}.") from None

    def safe_names(self) -> Iterator[str]:
        """Yield the names of the members whose path is inside the archive."""
        for name, info in self.members.items():
            is_safe = not (_UNSAFE_NAME.match(info.orig_filename) or _UNSAFE_NAME.match(name))
            if is_safe and not info.is_dir() and not name.startswith(f"{_FOREIGN_FOLDER}/"):
                yield name

    def check(self, path: str) -> None:
        """Raise UnreadableError if there is no such file."""
        if path.startswith("../"):
            raise UnreadableError("the path leaves the archive.")
        if path not in self.members or self.members[path].is_dir():
            raise UnreadableError("there is no such file in the archive.")

    def _classify(self, info, name, *, is_duplicate):
        folders = posixpath.dirname(name.rstrip("/")).split("/")
        base = posixpath.basename(name.rstrip("/"))
        if _UNSAFE_NAME.match(info.orig_filename) or _UNSAFE_NAME.match(name):
            return FoundFile(name, Notice(NoticeKind.UNREADABLE, "its path points outside the archive."))
        if any(is_skipped_folder(folder) or folder == _FOREIGN_FOLDER for folder in folders):
            return None
        if base.lower().endswith(".zip"):
            return FoundFile(name, Notice(NoticeKind.NO_ARTICLE, "is an archive inside the archive."))
        if is_other_text_name(base) and not info.is_dir():
            return other_text(name)
        if not is_article_name(base):
            return None
        if len(name.encode()) > LONGEST_PATH:
            return FoundFile(f"{name[:SHOWN]}…", Notice(NoticeKind.UNREADABLE, TOO_LONG))
        if info.is_dir():
            return FoundFile(name.rstrip("/"), Notice(NoticeKind.NO_ARTICLE, "is a folder, not a file."))
        if is_duplicate:
            return FoundFile(name, Notice(NoticeKind.UNREADABLE, "is in the archive more than once."))
        if problem := _problem(info):
            return FoundFile(name, Notice(NoticeKind.UNREADABLE, problem))
        reason = reason_to_skip(base)
        return FoundFile(name, Notice(NoticeKind.NO_ARTICLE, reason) if reason else None)

    def _pieces(self, info, limit):
        length = 0
        before = self.lengths.get(info.filename, 0)  # an import reads some members twice
        self._check_ratio(self.read_bytes, self.size)
        with self.zip.open(info) as member:
            while length <= limit and (piece := member.read(min(CHUNK, limit + 1 - length))):
                length += len(piece)
                self.read_bytes += min(len(piece), max(0, length - before))
                self.lengths[info.filename] = max(before, length)
                self._check_ratio(length, info.compress_size)
                self._check_ratio(self.read_bytes, self.size)
                if length <= limit:
                    yield piece
        if length > limit:
            raise UnreadableError(f"is larger than {limit / 1024**2:g} MB; split it or leave it out.")

    def _check_ratio(self, length, packed):
        if length > SMALL and length > MAX_RATIO * packed:
            raise UnreadableError(f"unpacks to more than {MAX_RATIO} times its size: not read.")


class _BoundedFile(io.BufferedReader):
    """The file of an archive. zipfile reads the list of members at once, so its length is checked first."""

    def read(self, size=-1):
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"its list of members is larger than {MAX_DIRECTORY // 1024**2} MB")
        data = super().read(size)
        # A parsed entry takes ten times its bytes in memory, so entries are counted before parsing.
        if data.count(_ENTRY) > MAX_MEMBERS:
            raise zipfile.BadZipFile(f"it has more than {MAX_MEMBERS} members")
        return data


def _name(info):
    """Return a member's name. macOS writes UTF-8 without setting the flag for it."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _problem(info):
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "is a link; links are not followed."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is not a regular file."
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted."
    if info.compress_type not in METHODS:
        method = METHOD_NAMES.get(info.compress_type, f"method {info.compress_type}")
        return f"is packed with {method}: pack it with Deflate, as usual in zip files, or not at all."
    return ""


ARCHIVE_SUFFIX = ".zip"


def place_at(root: Path) -> Folder | Archive:
    """Return the folder or archive at this path. Raises UnreadableError for a broken archive."""
    if not is_archive(root):
        return Folder(root)
    state = root.stat()
    # Each process opens the file itself: processes that share an open file share its position.
    return _archive(root, state.st_mtime_ns, state.st_size, os.getpid())


def is_archive(path: Path) -> bool:
    return path.suffix.lower() == ARCHIVE_SUFFIX and path.is_file()


def is_there(root: Path, path: str) -> bool:
    """Whether this folder or archive has a file with this path."""
    try:
        place_at(root).check(path)
    except (UnreadableError, OSError):
        return False
    return True


def forget_archives() -> None:
    """Close all open archives, so that the disk space of a deleted one is freed."""
    _archive.cache_clear()


@lru_cache(maxsize=4)
def _archive(root, modified, size, process):
    return Archive(root)
