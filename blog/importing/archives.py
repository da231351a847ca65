"""Zip files as folders: members are read where they lie, nothing is unpacked, and no size is believed."""

import itertools
import lzma
import mmap
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from blog.importing.walking import (
    FoundFile,
    UnreadableError,
    is_markdown_name,
    is_skipped_folder,
    reason_to_skip,
)

MAX_MEMBERS = 100_000
# What is read may be this many times what it is packed in; text packs to a third, a bomb to a thousandth.
MAX_RATIO = 100
SMALL = 1024 * 1024  # bytes in which the ratio says nothing yet
CHUNK = 64 * 1024

_UNSAFE_NAME = re.compile(r"/|[A-Za-z]:|.*[\\\x00]|(?:.*/)?\.{1,2}(?:/|\Z)", re.DOTALL)
_ENTRY = re.compile(rb"PK\x01\x02")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_FOREIGN_FOLDER = "__MACOSX"
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    *(NotImplementedError, RuntimeError),  # a way of packing that is not known here, or a password
)


class Archive:
    """A zip file, read like a folder."""

    def __init__(self, path: Path):
        try:
            self.size = path.stat().st_size
            _check_number_of_members(path, self.size)
            self.zip = zipfile.ZipFile(path)
        except _DAMAGES as error:
            raise UnreadableError(f"is not a zip file that can be read: {error}.") from None
        self.read_bytes = 0
        self.members = {}
        for info in self.zip.infolist():
            self.members.setdefault(_name(info), info)

    def files(self) -> Iterator[FoundFile]:
        """Yield what should be read or reported, in the order in which a folder would be walked."""
        self.read_bytes = 0
        met = set()
        for info in sorted(self.zip.infolist(), key=lambda info: _name(info).split("/")):
            name = _name(info)
            if found := self._judge(info, name, is_double=name in met):
                yield found
            met.add(name)

    def read(self, path: str, limit: int) -> bytes:
        """Return a member's bytes. Raises UnreadableError for what is no plain file of up to limit bytes."""
        info = self.members.get(path)
        if info is None or info.is_dir():
            raise UnreadableError("there is no such file in the archive.")
        if problem := _problem(info):
            raise UnreadableError(problem)
        try:
            return self._read(info, limit)
        except _DAMAGES as error:
            raise UnreadableError(f"cannot be unpacked: {error}.") from None

    def check(self, path: str) -> None:
        """Raise UnreadableError if there is no such file."""
        if path.startswith("../"):
            raise UnreadableError("the path leaves the archive.")
        if path not in self.members or self.members[path].is_dir():
            raise UnreadableError("there is no such file in the archive.")

    def _judge(self, info, name, *, is_double):
        folders = posixpath.dirname(name.rstrip("/")).split("/")
        base = posixpath.basename(name.rstrip("/"))
        if _UNSAFE_NAME.match(info.orig_filename) or _UNSAFE_NAME.match(name):
            return FoundFile(name, problem="its name leads out of the archive.")
        if any(is_skipped_folder(folder) or folder == _FOREIGN_FOLDER for folder in folders):
            return None
        if base.lower().endswith(".zip"):
            return FoundFile(name, reason_to_skip="is an archive inside the archive.")
        if not is_markdown_name(base):
            return None
        if info.is_dir():
            return FoundFile(name.rstrip("/"), reason_to_skip="is a folder, not a file.")
        if is_double:
            return FoundFile(name, problem="stands in the archive more than once.")
        return FoundFile(name, problem=_problem(info), reason_to_skip=reason_to_skip(base))

    def _read(self, info, limit):
        pieces, length = [], 0
        with self.zip.open(info) as member:
            while length <= limit and (piece := member.read(min(CHUNK, limit + 1 - length))):
                pieces.append(piece)
                length += len(piece)
                self.read_bytes += len(piece)
                self._check_ratio(length, info.compress_size)
                self._check_ratio(self.read_bytes, self.size)
        if length > limit:
            raise UnreadableError(f"is larger than {limit / 1024**2:g} MB; split it or leave it out.")
        return b"".join(pieces)

    def _check_ratio(self, length, packed):
        if length > SMALL and length > MAX_RATIO * packed:
            raise UnreadableError(f"unpacks to more than {MAX_RATIO} times its size: not read.")


def _check_number_of_members(path, size):
    """Count the entries before anything is made of them: a list of millions takes gigabytes."""
    if not size:
        raise ValueError("it is empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if next(itertools.islice(_ENTRY.finditer(content), MAX_MEMBERS, None), None):
            raise ValueError(f"it has more than {MAX_MEMBERS} members")


def _name(info):
    """Return a member's name; archives of macOS have UTF-8 in it and do not say so."""
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
    return "is encrypted." if info.flag_bits & _ENCRYPTED else ""
