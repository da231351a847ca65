"""Receive uploads: announced files, sent in parts, then unpacked for the importer.

A browser announces its files (paths and sizes), then sends their bytes as one stream, in parts. The stream
is one file on disk, so its length is the progress of the upload, even after a lost connection or a killed
process. Paths from the client are checked by check_path() and only used inside the import's own folder.

With a bucket, several machines can receive, check and import the same upload. Each part of the stream is then
also an object, named by its offset. A machine that continues an upload, or runs its job, first fetches what
its own folder lacks.
"""

import errno
import io
import os
import shutil
from collections.abc import Iterable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.documents.generators.people import is_people_name
from blog.documents.limits import MEGABYTE, in_megabytes
from blog.documents.linked_types import linked_extension
from blog.documents.systems.recognition import is_export_name
from blog.files.errors import storage_reason
from blog.files.file_kinds import is_article_name, is_image_name
from blog.files.folders import LONGEST_PATH
from blog.files.locks import lock
from blog.files.modes import PRIVATE_FOLDER, make_folder, open_private
from blog.files.storage import FilePart
from blog.files.upload_limits import MAX_IMPORT_BYTES, MAX_IMPORT_BYTES_OF_USER, MAX_IMPORT_FILES
from blog.imports.generators import is_configuration_name
from blog.imports.sources import is_source_name
from blog.imports.uploads.models import StagedImport

STREAM, ARCHIVE, FILES = "received", "archive.zip", "files"  # in the folder of an import
# In the same folder: the converted export of a publishing system, and its description.
CONVERTED, DESCRIPTION = "converted.zip", "converted.json"
# The part of a disk that uploads leave free, because the database is there too.
MOST_SPARE_BYTES = 500 * MEGABYTE
SPARE_PART = 10  # one tenth of a small disk
DEFAULT_SOURCE_NAME = "uploads"  # for files without a zip; identifies the files, so never translated
ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")


class RefusedUploadError(Exception):
    """Raised when uploaded files are rejected. The message is shown to users."""


class WrongFilesError(RefusedUploadError):
    """Raised when the bytes do not match the announced files, so that the upload cannot be resumed."""


class WrongOffsetError(Exception):
    """Raised when a part does not begin where the bytes on disk end. The browser must request the offset."""


@dataclass(frozen=True)
class AnnouncedFile:
    path: str
    size: int


def create_upload(files: list[AnnouncedFile], **values) -> StagedImport:
    """Return a new staged import that waits for these files, and reserve disk space for them.

    Raises RefusedUploadError.
    """
    check_files(files)
    size = sum(file.size for file in files)
    manifest = [[file.path, file.size] for file in files]
    staged = StagedImport(**{"name": name_of(files)} | values, size=size, manifest=manifest)
    root = staged.folder.parent
    with _storage_errors():
        make_folder(root, PRIVATE_FOLDER)
        with _one_at_a_time(root):
            _check_share(staged)
            others = StagedImport.objects.filter(state=StagedImport.State.RECEIVING)
            if _available_bytes(root) < sum(map(_outstanding_bytes, [staged, *others])):
                raise RefusedUploadError(_no_room())
            staged.folder.mkdir(PRIVATE_FOLDER)
            os.close(open_private(staged.folder / STREAM, os.O_CREAT | os.O_WRONLY))
            staged.save()
    return staged


@contextmanager
def _one_at_a_time(folder):
    """Run the block while no other process runs one for this folder: two could reserve the same space."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        lock(handle)
        yield
    finally:
        os.close(handle)


def _check_share(staged):
    """Raise RefusedUploadError if the uploads of one user would be too large in total."""
    kept = StagedImport.objects.with_files().filter(created_by=staged.created_by)
    size = kept.aggregate(size=Sum("size", default=0))["size"]
    if size + staged.size > MAX_IMPORT_BYTES_OF_USER:
        sentence = _(
            "The files that you uploaded but did not import would exceed %d MB. Import or "
            "discard some of them first."
        )
        raise RefusedUploadError(sentence % in_megabytes(MAX_IMPORT_BYTES_OF_USER))


def _available_bytes(folder) -> int:
    """Return the number of free bytes that uploads may take."""
    usage = shutil.disk_usage(folder)
    return usage.free - min(MOST_SPARE_BYTES, usage.total // SPARE_PART)


def _outstanding_bytes(staged) -> int:
    """Return the number of bytes that an upload will still take on the disk."""
    copied = 0 if is_archive(staged) else staged.size  # for a moment, both the stream and the files exist
    return max(0, staged.size - _stored_bytes(staged)) + copied


def _no_room():
    return _("There is not enough disk space for these files.")


def check_files(files: list[AnnouncedFile]) -> None:
    """Raise RefusedUploadError unless these are one zip file, one export, or texts.

    Texts may come with images, other linked files, configuration files and files about authors.
    """
    if not files:
        raise RefusedUploadError(_("Choose a zip file or Markdown files first."))
    if len(files) > MAX_IMPORT_FILES:
        sentence = _("%(number)d files are too many: the limit is %(most)d. Put them into a zip file.")
        raise RefusedUploadError(sentence % {"number": len(files), "most": MAX_IMPORT_FILES})
    for file in files:
        check_path(file.path)
    if any(is_zip_name(file.path) for file in files):
        _check_archive(files)
    elif len(files) > 1 or not is_export_name(files[0].path):
        _check_texts(files)
    if sum(file.size for file in files) > MAX_IMPORT_BYTES:
        sentence = _("These files are larger than %d MB in total. Import them in smaller groups.")
        raise RefusedUploadError(sentence % in_megabytes(MAX_IMPORT_BYTES))


def check_path(path: str) -> None:
    """Raise RefusedUploadError unless a file may have this path within the folder of its import."""
    is_safe = (
        all(map(is_source_name, path.split("/")))  # source names are possible file names
        and "\\" not in path
        and len(path.encode()) <= LONGEST_PATH
    )
    if not is_safe:
        raise RefusedUploadError(_("“%s” is not an accepted file name. Rename the file.") % path[:80])


def is_archive(staged: StagedImport) -> bool:
    return is_zip_name(staged.manifest[0][0])


def is_zip_name(path: str) -> bool:
    return path.lower().endswith(".zip")


def name_of(files: list[AnnouncedFile]) -> str:
    """Return a name for these files: the name of a single file, or their number."""
    if len(files) == 1:
        return files[0].path.rpartition("/")[2]
    return ngettext("%d file", "%d files", len(files)) % len(files)


def proposed_source_name(files: Iterable[AnnouncedFile]) -> str:
    """Return the name of the zip file without its extension, or DEFAULT_SOURCE_NAME if that is impossible."""
    name = next((file.path for file in files if is_zip_name(file.path)), "").rpartition("/")[2]
    name = name[: -len(".zip")].strip()
    return name if is_source_name(name) else DEFAULT_SOURCE_NAME


def received_bytes(staged: StagedImport) -> int:
    """Return the number of bytes received for an import."""
    if settings.BUCKET and staged.state == staged.State.RECEIVING and not _is_laid_out(staged):
        with _stream_of(staged) as stream:
            return stream.seek(0, os.SEEK_END)
    return _stored_bytes(staged)


def _stored_bytes(staged):
    """Return the number of bytes on this disk."""
    try:
        return (staged.folder / STREAM).stat().st_size
    except FileNotFoundError:
        return staged.size if source_path(staged).exists() else 0


def receive(staged: StagedImport, offset: int, pieces: Iterable[bytes]) -> int:
    """Append the pieces to the received bytes. Return how many there are now. Raises RefusedUploadError.

    Raises WrongOffsetError unless exactly offset bytes were received, so that no part is stored twice.
    """
    with _storage_errors(), _stream_of(staged) as stream:
        if stream.seek(0, os.SEEK_END) != offset:
            raise WrongOffsetError
        for piece in pieces:
            if _available_bytes(staged.folder) < len(piece):
                raise RefusedUploadError(_no_room())
            stream.write(piece)
            if stream.tell() > staged.size:
                raise WrongFilesError(_("More data arrived than expected. Choose the files again."))
        received = stream.tell()
        _check_beginning(staged, stream)
        share_part(staged, stream, offset)
    return received


@contextmanager
def _stream_of(staged):
    """Open the stream, with all bytes that any machine has received, while no other process does."""
    if settings.BUCKET and not _is_laid_out(staged):  # another machine may have received the first part
        make_folder(staged.folder, PRIVATE_FOLDER)
        os.close(open_private(staged.folder / STREAM, os.O_CREAT | os.O_WRONLY))
    try:
        stream = open(staged.folder / STREAM, "r+b")  # noqa: SIM115 -- used below
    except FileNotFoundError as error:  # discarded in the meantime
        raise WrongFilesError(_("This upload was discarded. Start a new one.")) from error
    with stream:
        lock(stream)  # a second tab may send the same part
        fetch_parts(staged, stream)
        yield stream


def fetch_upload(staged: StagedImport) -> None:
    """Have the files of a complete upload in the folder of this machine, if they are in the bucket.

    Raises FileNotFoundError if they are no longer there.
    """
    if not settings.BUCKET:
        return
    make_folder(staged.folder, PRIVATE_FOLDER)
    with _one_at_a_time(staged.folder):
        if (staged.folder / STREAM).exists() or not uploaded_path(staged).exists():
            with open(staged.folder / STREAM, "w+b", opener=open_private) as stream:
                fetch_parts(staged, stream)
                if stream.seek(0, os.SEEK_END) != staged.size:
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), staged.name)
            _lay_out(staged)
        for name in (CONVERTED, DESCRIPTION):
            fetch_file(staged, name)


def unpack(staged: StagedImport) -> None:
    """Create archive.zip or files/ from the received bytes. Raises RefusedUploadError.

    Safe to repeat: the stream is deleted last.
    """
    with _storage_errors(), staged.locked():
        if staged.state != staged.State.RECEIVING:
            return
        if received_bytes(staged) != staged.size:
            raise RefusedUploadError(_("The upload is not complete. Resume or discard it."))
        if (staged.folder / STREAM).exists():
            _lay_out(staged)
        staged.state = staged.State.RECEIVED
        staged.save(update_fields=["state"])


def source_path(staged: StagedImport) -> Path:
    """Return the archive or the folder that the importer reads."""
    converted = staged.folder / CONVERTED
    return converted if converted.exists() else uploaded_path(staged)


def uploaded_path(staged: StagedImport) -> Path:
    """Return the archive, or the folder of the uploaded files."""
    return staged.folder / (ARCHIVE if is_archive(staged) else FILES)


def _is_laid_out(staged):
    return uploaded_path(staged).exists() and not (staged.folder / STREAM).exists()


def _check_archive(files):
    if len(files) > 1:
        raise RefusedUploadError(_("Import one zip file at a time, or Markdown files without a zip."))
    if not files[0].size:
        raise RefusedUploadError(_("“%s” is empty.") % files[0].path)


def _check_texts(files):
    accepted = (is_article_name, is_image_name, is_configuration_name, is_people_name, linked_extension)
    others = [file.path for file in files if not any(accepts(file.path) for accepts in accepted)]
    if others:
        sentence = _(
            "“%s” is not a zip file, a Markdown or HTML file (.md, .html), an image, or another file that "
            "texts can link to."
        )
        raise RefusedUploadError(sentence % others[0])
    if not any(is_article_name(file.path) for file in files):
        raise RefusedUploadError(_("There is no Markdown or HTML file (.md, .html) among these files."))
    paths = [file.path for file in files]
    folders = {path.rsplit("/", depth)[0] for path in paths for depth in range(1, path.count("/") + 1)}
    if len({*paths}) < len(paths) or not folders.isdisjoint(paths):
        raise RefusedUploadError(_("Two of these files have the same name. Put them into a zip file."))


def _check_beginning(staged, stream):
    """Reject a file that is only named like a zip file, before the whole upload arrives."""
    stream.seek(0)
    beginning = stream.read(len(ZIP_BEGINNINGS[0]))
    is_whole = len(beginning) == len(ZIP_BEGINNINGS[0]) or len(beginning) == staged.size
    if is_archive(staged) and is_whole and beginning not in ZIP_BEGINNINGS:
        raise WrongFilesError(_("This file is named .zip but is not a zip file."))


def _lay_out(staged):
    folder = staged.folder
    if is_archive(staged):
        os.replace(folder / STREAM, folder / ARCHIVE)
        return
    shutil.rmtree(folder / FILES, ignore_errors=True)
    with open(folder / STREAM, "rb") as stream:
        for path, size in staged.manifest:
            target, start = folder / FILES / path, stream.tell()
            make_folder(target.parent, PRIVATE_FOLDER)
            with open(target, "xb", opener=open_private) as file:
                shutil.copyfileobj(StreamPart(stream, range(start, start + size)), file)
    (folder / STREAM).unlink()


@contextmanager
def _storage_errors():
    """Convert errors of a full or read-only disk to RefusedUploadError."""
    try:
        yield
    except OSError as error:
        if reason := storage_reason(error):
            raise RefusedUploadError(reason) from error
        raise


def fetch_parts(staged: StagedImport, stream) -> None:
    """Give a stream on this disk exactly the bytes that are in the bucket."""
    if not settings.BUCKET:
        return
    size = stream.seek(0, 2)
    end = 0
    for part in sorted(upload_storage().files(f"{staged.uid}/parts")):
        if int(part.name.rpartition("/")[2]) != end:
            break  # a part before it is missing
        if size < end + part.size:
            stream.seek(end)
            with closing(upload_storage().stream(part.name)) as file:
                shutil.copyfileobj(file, stream)
        end += part.size
    stream.truncate(end)


def share_part(staged: StagedImport, stream, offset: int) -> None:
    """Store the bytes from an offset to the end of the stream. If that fails, remove them from the stream."""
    if not settings.BUCKET:
        return
    part = range(offset, stream.seek(0, 2))
    try:
        if part:
            upload_storage().save(f"{staged.uid}/parts/{offset:015}", File(StreamPart(stream, part)))
    except OSError:
        stream.truncate(offset)
        raise


class StreamPart(FilePart):
    """A part of the stream, which stays open."""

    def close(self) -> None:
        io.RawIOBase.close(self)


def share_file(staged: StagedImport, name: str) -> None:
    """Store a file of the upload's folder, or delete it from the bucket if there is none."""
    if not settings.BUCKET:
        return
    shared = f"{staged.uid}/{name}"
    try:
        with (staged.folder / name).open("rb") as file:
            upload_storage().save(shared, File(file))
    except FileNotFoundError:
        upload_storage().delete(shared)


def fetch_file(staged: StagedImport, name: str) -> None:
    """Fetch a file of the upload's folder from the bucket, if it is only there."""
    path = staged.folder / name
    if not settings.BUCKET or path.exists():
        return
    draft = path.with_name(f".draft-{name}")
    with suppress(FileNotFoundError), closing(upload_storage().stream(f"{staged.uid}/{name}")) as file:
        with open(draft, "wb", opener=open_private) as target:
            shutil.copyfileobj(file, target)
        draft.replace(path)


def upload_storage():
    return storages["imports"]
