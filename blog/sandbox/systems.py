"""The sandbox's task for exports of publishing systems: writing their texts and images to a zip file.

The importer reads that file like any other archive.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from pkgutil import resolve_name

from blog.documents.generators.systems import CONFIGURATION, PEOPLE
from blog.documents.limits import MAX_FILE_BYTES, MEGABYTE
from blog.documents.linked_types import linked_extension
from blog.documents.systems.export import ConvertedExport, Export, ExportError, id_in_path, reason_of
from blog.documents.systems.recognition import find_reader
from blog.extend import System
from blog.files.archives import MAX_RATIO, SMALL, Archive, is_archive
from blog.files.folders import LONGEST_PATH, TOO_LONG, UnreadableError
from blog.files.upload_limits import MAX_IMAGE_BYTES, MAX_LINKED_FILE_BYTES
from blog.sandbox.child import serve
from blog.sandbox.refusals import Refusal, RefusedError

CHUNK = 256 * 1024
MAX_EXPORT_BYTES = 1024 * MEGABYTE  # of one file, unpacked
MAX_TEXTS = 100_000
_GZIP = b"\x1f\x8b"
_PART = re.compile(r"(?:.*/)?[^/]*-Part-1\.zip")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    serve({"convert": convert})


def convert(place: Path, target: Path, site_url: str, systems: Sequence[System]) -> ConvertedExport | None:
    """Convert the export at `place` to a zip file at `target`. Return None if its system is not known.

    site_url: the URL of the old site, for exports that do not state it.

    Raises RefusedError with the reason if the export cannot be read. The zip file is then incomplete.
    """
    try:
        members = _members(place, target.with_name("inner.zip"), systems)
        reader = find_reader(members, (resolve_name(system.reader) for system in systems))
        if reader is None:
            return None
        reader.export.site_url = site_url
        with zipfile.ZipFile(target, "w") as archive:
            texts = _write_texts(archive, reader.texts(members, reader.export), reader.export)
            _write_pictures(archive, members, reader.export)
            _write(archive, CONFIGURATION, reader.export.configuration(), zipfile.ZIP_DEFLATED)
            _write(archive, PEOPLE, reader.export.people_file(), zipfile.ZIP_DEFLATED)
    except UnreadableError as error:
        raise RefusedError(Refusal.ERROR, {"cause": str(error)}) from None
    except MemoryError:
        raise
    except Exception as error:
        raise RefusedError(Refusal.ERROR, {"cause": reason_of(error)}) from None
    export = reader.export
    return ConvertedExport(
        export.system,
        export.name,
        export.site_url,
        texts,
        export.identity,
        tuple((what, count, export.first_of.get(what, "")) for what, count in export.left_out.items()),
        tuple(export.refused.items()),
    )


def _members(place, inner, systems):
    """Return the files of an export. An archive in an archive (Notion) is unpacked to `inner`."""
    if not is_archive(place):
        return _SingleFile(place, [name for system in systems for name in system.companions])
    members = _ZipMembers(place)
    if len(members.names) != 1 or not _PART.fullmatch(members.names[0]):
        return members
    with inner.open("wb") as file:
        file.writelines(members.chunks(members.names[0]))
    return _ZipMembers(inner)


def _write_texts(archive, texts, export: Export) -> int:
    seen: set[str] = set()
    for text in texts:
        key = id_in_path(text.path)
        if key in seen:
            export.leave_out("texts whose id occurs twice", path=text.path)
            continue
        data = text.data
        if len(data) > MAX_FILE_BYTES:
            export.refused[text.path] = (
                f"it is larger than {MAX_FILE_BYTES // MEGABYTE} MB: shorten or split it."
            )
            continue
        if len(seen) >= MAX_TEXTS:
            raise ExportError(f"it has more than {MAX_TEXTS} texts.")
        seen.add(key)
        _write(archive, text.path, data, zipfile.ZIP_DEFLATED)
    if export.refused and not seen:
        (path, why), *more = export.refused.items()
        raise ExportError(f"{path}: {why} {len(more)} more cannot be read either." if more else why)
    return len(seen)


def _write_pictures(archive, members, export: Export) -> None:
    for path, name in export.pictures.items():
        try:
            if len(path.encode()) > LONGEST_PATH:
                raise ExportError(TOO_LONG)
            data = members.read(name, MAX_LINKED_FILE_BYTES if linked_extension(name) else MAX_IMAGE_BYTES)
        except ExportError:
            export.leave_out("pictures and files that cannot be read")
            continue
        _write(archive, path, data, zipfile.ZIP_STORED)


def _write(archive, path, data, method):
    """Write a member. The same bytes always give the same archive."""
    info = zipfile.ZipInfo(path, _EPOCH)
    info.compress_type, info.external_attr = method, 0o600 << 16
    archive.writestr(info, data, compresslevel=1)


class _SingleFile:
    """An export that is a single file, and its companions next to it."""

    def __init__(self, place: Path, companions: list[str]):
        self.place = place
        self.names = (place.name, *(name for name in companions if (place.parent / name).is_file()))

    def chunks(self, name: str) -> Iterator[bytes]:
        with self.place.with_name(name).open("rb") as file:
            yield from _unpacked(iter(lambda: file.read(CHUNK), b""))

    def read(self, name: str, limit: int = MAX_EXPORT_BYTES) -> bytes:
        return _joined(self.chunks(name), limit)


class _ZipMembers:
    """The files in a zip file, with the limits of every archive."""

    def __init__(self, place: Path):
        self.archive = Archive(place)
        self.names = tuple(self.archive.safe_names())

    def chunks(self, name: str) -> Iterator[bytes]:
        try:
            yield from _unpacked(self.archive.pieces(name, MAX_EXPORT_BYTES))
        except UnreadableError as error:
            raise ExportError(f"{name}: {error}") from None

    def read(self, name: str, limit: int = MAX_EXPORT_BYTES) -> bytes:
        return _joined(self.chunks(name), limit)


def _unpacked(chunks):
    """Yield chunks, decompressed if they are gzip. Raises ExportError beyond the limits."""
    decompressor, packed, length = None, 0, 0
    for index, chunk in enumerate(chunks):
        packed += len(chunk)
        if not index and chunk.startswith(_GZIP):
            decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
        for piece in _pieces(decompressor, chunk) if decompressor else (chunk,):
            length += len(piece)
            if length > MAX_EXPORT_BYTES:
                raise ExportError(f"unpacks to more than {MAX_EXPORT_BYTES // MEGABYTE} MB: not read.")
            if decompressor and length > max(SMALL, MAX_RATIO * packed):
                raise ExportError(f"unpacks to more than {MAX_RATIO} times its size: not read.")
            yield piece
    if decompressor and not decompressor.eof:
        raise ExportError("the compressed file is not complete: download it again.")


def _pieces(decompressor, chunk):
    try:
        while chunk and not decompressor.eof:
            yield decompressor.decompress(chunk, CHUNK)
            chunk = decompressor.unconsumed_tail
    except zlib.error as error:
        raise ExportError(f"cannot be unpacked, download it again: {error}.") from None


def _joined(chunks, limit):
    pieces, length = [], 0
    for chunk in chunks:
        pieces.append(chunk)
        length += len(chunk)
        if length > limit:
            raise ExportError(f"is larger than {limit // MEGABYTE} MB.")
    return b"".join(pieces)
