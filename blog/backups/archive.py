"""The file of a backup: a zip archive that ends with a digest of all its other bytes.

Any program for zip files can read it. The digest is the last part of the archive's comment, so the file is
written from beginning to end, also to a pipe. The digest shows if a byte was changed, or the end is missing.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMENT = b"Galley backup, sha256 "
DIGEST_LENGTH = 64  # hexadecimal digits
FIRST_BYTES = b"PK\x03\x04"
CHUNK = 1 << 20  # bytes
FASTEST = 1  # of zlib: the second level takes a third more time for a twentieth less space
MANIFEST = "manifest.json"


class BackupError(Exception):
    """Raised when a backup cannot be written, read or restored. The message says why, and what to do."""


class DigestingStream:
    """A stream that passes bytes on, except the last DIGEST_LENGTH. finish() writes the digest instead."""

    def __init__(self, stream):
        self.stream = stream
        self.size = 0
        self._digest = hashlib.sha256()
        self._kept = b""

    def write(self, data) -> int:
        pending = self._kept + bytes(data)
        self._pass_on(pending[:-DIGEST_LENGTH])
        self._kept = pending[-DIGEST_LENGTH:]
        return len(data)

    def flush(self) -> None:
        self.stream.flush()

    def finish(self) -> None:
        self.stream.write(self._digest.hexdigest().encode())
        self.stream.flush()

    def _pass_on(self, data):
        self._digest.update(data)
        self.stream.write(data)
        self.size += len(data)


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


class Archive:
    """An archive whose digest is correct. Raises BackupError otherwise."""

    def __init__(self, path: Path):
        self._file = open(path, "rb")  # noqa: SIM115 -- closed by close()
        try:
            check_digest(self._file)
            self._zip = zipfile.ZipFile(self._file)
            self.manifest = json.loads(self._zip.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            self._file.close()
            raise BackupError(f"This file is not a backup that Galley has written: {error}.") from error
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def member(self, name: str):
        """Return a member as an open file."""
        return self._zip.open(name)

    def parts(self, name: str) -> Iterator[bytes]:
        with self.member(name) as member:
            while part := member.read(CHUNK):
                yield part

    def lines(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as member:
            yield from member


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
