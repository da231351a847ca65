"""The file of a backup: a zip archive that ends with a digest of all its other bytes.

Any program for zip files can read it. The digest is the last part of the archive's comment, so the file is
written from beginning to end, also to a pipe. The digest shows if a byte was changed, or the end is missing.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from blog.documents.limits import MEGABYTE

COMMENT = b"Galley backup, sha256 "
DIGEST_LENGTH = 64  # hexadecimal digits
FIRST_BYTES = b"PK\x03\x04"
CHUNK = 1 << 20  # bytes
FASTEST = 1  # of zlib: the second level takes a third more time for a twentieth less space
MANIFEST = "manifest.json"
FLAGS = 0x808  # of members: sizes follow the data, the name is UTF-8
MAX_MANIFEST_BYTES = 128 * MEGABYTE  # 180 bytes per file
MAX_LINE_BYTES = 256 * MEGABYTE  # of a row; PostgreSQL's limit of a JSON value
ALWAYS_UNPACKED = 64 * MEGABYTE
MOST_UNPACKED = 200  # bytes of a larger member, for one of the archive; rows of articles: 4
LONGEST_MESSAGE = 1000  # characters


class BackupError(Exception):
    """Raised when a backup cannot be written, read or restored. The message says why, and what to do."""

    def __init__(self, message: str):
        super().__init__(printable(message))


def printable(text: str) -> str:
    """Return a message that quotes a backup, as one line without control characters, for the terminal."""
    line = " ".join(text.split())[:LONGEST_MESSAGE]
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)


class DigestingStream:
    """A stream that passes bytes on, except the last DIGEST_LENGTH. finish() writes the digest instead."""

    def __init__(self, stream):
        self.stream = stream
        self._digest = hashlib.sha256()
        self._kept = b""

    def write(self, data) -> int:
        pending = self._kept + bytes(data)
        passed, self._kept = pending[:-DIGEST_LENGTH], pending[-DIGEST_LENGTH:]
        self._digest.update(passed)
        self.stream.write(passed)
        return len(data)

    def flush(self) -> None:
        self.stream.flush()

    def finish(self) -> None:
        self.stream.write(self._digest.hexdigest().encode())
        self.stream.flush()


class ArchiveWriter:
    """A writer of members, one after another, without seek()."""

    def __init__(self, stream):
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST)
        self._zip.comment = COMMENT + b"0" * DIGEST_LENGTH

    def write(self, name: str, parts, *, compress: bool = True) -> dict:
        """Write a member, and return its size and digest."""
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        member.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(member, "w", force_zip64=True) as file:
            for part in parts:
                digest.update(part)
                size += len(part)
                file.write(part)
        return {"size": size, "sha256": digest.hexdigest()}

    def close(self) -> None:
        self._zip.close()


@contextmanager
def writing(stream) -> Iterator[ArchiveWriter]:
    """Yield a writer of an archive to this stream, which needs no seek().

    After an error, the digest is missing.
    """
    digesting = DigestingStream(stream)
    writer = ArchiveWriter(digesting)
    try:
        yield writer
    finally:
        writer.close()
    digesting.finish()


class BackupArchive:
    """An archive whose digest is correct, with members packed as by ArchiveWriter. Raises BackupError."""

    def __init__(self, path: Path):
        with ExitStack() as opened:
            try:
                if path.exists() and not path.is_file():
                    raise BackupError(f"{path} is not a file. Name the zip file of a backup.")
                file = opened.enter_context(open(path, "rb"))
                check_digest(file)
                self._zip = opened.enter_context(zipfile.ZipFile(file))
                self._check_packing()
                self.manifest = json.loads(self._zip.read(MANIFEST))
            except BackupError:
                raise
            except OSError as error:
                raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
            except Exception as error:  # zipfile and json raise many kinds for odd bytes
                raise BackupError(
                    f"This file is not a backup that Galley has written: {error}. Use another file."
                ) from error
            self.close = opened.pop_all().close

    def _check_packing(self):
        if len(set(self._zip.namelist())) < len(self._zip.infolist()):
            raise ValueError("two of its members have the same name")
        if self._zip.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
            raise ValueError(f"its manifest has more than {MAX_MANIFEST_BYTES} bytes")
        for member in self._zip.infolist():
            is_bomb = member.file_size > max(ALWAYS_UNPACKED, MOST_UNPACKED * member.compress_size)
            is_packed = member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            if is_bomb or not is_packed or member.flag_bits & ~FLAGS:
                raise ValueError(f"{member.filename} is compressed or encrypted in another way")

    def sizes(self) -> dict[str, int]:
        """Return the size of each member in bytes, by its name."""
        return {member.filename: member.file_size for member in self._zip.infolist()}

    def member(self, name: str):
        """Return a member as an open file."""
        return self._zip.open(name)

    def read(self, name: str) -> bytes:
        return self._zip.read(name)

    def lines(self, name: str, digest: str) -> Iterator[bytes]:
        """Yield the lines of a member. Raises BackupError at the end if its digest is another one."""
        hasher = hashlib.sha256()
        with io.BufferedReader(self.member(name), CHUNK) as member:
            while line := member.readline(MAX_LINE_BYTES + 1):
                if len(line) > MAX_LINE_BYTES:
                    raise BackupError(
                        f"A row in {name} has more than {MAX_LINE_BYTES} bytes. Use another backup."
                    )
                hasher.update(line)
                yield line
        if hasher.hexdigest() != digest:
            raise BackupError(f"The digest of {name} differs from the manifest. Use another backup.")


def check_digest(file) -> None:
    """Raise BackupError unless the file ends with the digest of its other bytes."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(len(FIRST_BYTES)) != FIRST_BYTES:
        raise BackupError(
            "This file is empty." if not size else "This file is not a backup that Galley has written."
        )
    file.seek(0)
    digest, left = hashlib.sha256(), max(0, size - DIGEST_LENGTH)
    while left and (part := file.read(min(CHUNK, left))):
        digest.update(part)
        left -= len(part)
    if file.read() != digest.hexdigest().encode():
        raise BackupError(
            f"This file of {size} bytes is incomplete or damaged: the digest at its end does not match. "
            "Copy it again, or use another backup."
        )
