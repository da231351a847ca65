"""Exports of publishing systems as sources: converted to an archive of Markdown in a limited process."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from django.conf import settings

from blog import extend
from blog.documents.notices import Notice, NoticeKind
from blog.documents.systems.export import ConvertedExport
from blog.documents.systems.recognition import is_export_name, is_member_of_export, may_be_export
from blog.files.archives import Archive, is_archive, place_at
from blog.files.errors import storage_reason
from blog.files.folders import FoundFile, UnreadableError
from blog.files.modes import PRIVATE_FOLDER, make_folder
from blog.imports.report import ImportFailedError, ImportOptions
from blog.imports.sources import ImportSource, find_source, is_source_name
from blog.imports.uploads.models import StagedImport
from blog.imports.uploads.reception import CONVERTED, DESCRIPTION, share_file, uploaded_path
from blog.sandbox import calls
from blog.sandbox.refusals import Refusal, RefusedError

_REASONS = {
    Refusal.TIME: "reading it takes longer than %(seconds)d seconds of CPU time: export it in several parts.",
    Refusal.MEMORY: "reading it takes more than %(megabytes)d MB of memory: export it in several parts.",
    Refusal.ERROR: "%(cause)s",
    Refusal.BUSY: "another export is being read: try again in a moment.",
}


OFF = "exports of publishing systems are read by the extension “systems”, which GALLEY_EXTENSIONS leaves out."


@contextmanager
def found_sources(paths: Iterable[Path], options: ImportOptions) -> Iterator[list[ImportSource]]:
    """Yield the sources at these paths. Converted exports exist only within the block.

    Raises ImportFailedError if a path or the name cannot be used.
    """
    with ExitStack() as stack:
        yield [_found_source(path, options, stack) for path in paths]


def _found_source(path, options, stack):
    source_name = options.source_name
    is_unpacked = _is_unpacked_export(path)
    if not (is_unpacked or is_possible_export(path)):
        return find_source(path, source_name)
    make_folder(settings.IMPORT_ROOT, PRIVATE_FOLDER)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=settings.IMPORT_ROOT)))
    file = _pack(path, folder / "packed.zip") if is_unpacked else path.resolve()
    converted = convert_export(file, folder / CONVERTED, options.old_site)
    if converted:
        return export_source(folder / CONVERTED, converted, source_name, file_name=path.name)
    if is_unpacked:
        return find_source(path, source_name)
    if is_archive(path):
        return unconverted_source(path, source_name, file_name=path.name)
    raise ImportFailedError(_not_an_export(str(path)))


def _is_unpacked_export(path: Path) -> bool:
    """Whether a folder may be an unpacked export of Medium or Substack: browsers unpack downloads."""
    posts = path / "posts"
    if not posts.is_dir():
        return False
    return (path / "posts.csv").is_file() or any(
        is_member_of_export(f"posts/{file.name}") for file in posts.iterdir()
    )


def _pack(folder: Path, target: Path) -> Path:
    try:
        with zipfile.ZipFile(target, "w", strict_timestamps=False) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    archive.write(file, file.relative_to(folder))
    except OSError as error:
        raise ImportFailedError(f"{folder} cannot be read: {storage_reason(error) or error}") from error
    return target


def _not_an_export(name: str) -> str:
    """Return the sentence for a file that is the export of no known system."""
    *others, last = [system.name for system in extend.systems] or [""]
    if not last:
        return f"{name} cannot be read: {OFF}"
    known = f"{', '.join(others)} or {last}" if others else last
    return f"{name} is not an export of {known}, as far as can be seen."


def is_possible_export(path: Path) -> bool:
    """Whether the file at a path may be an export, by its name or the names of its members."""
    if not path.is_file():
        return False
    if not is_archive(path):
        return is_export_name(path.name)
    try:
        place = place_at(path.resolve())
    except (UnreadableError, OSError):
        return False  # find_source() gives the reason
    return isinstance(place, Archive) and may_be_export(place.safe_names())


def convert_export(path: Path, target: Path, site_url: str = "") -> ConvertedExport | None:
    """Convert the export at `path` to an archive of Markdown at `target`.

    Returns None if the file is not an export of a known system. site_url: of the old site, for exports that
    do not state it. Raises ImportFailedError if the file cannot be read.
    """
    try:
        return calls.convert_export(path, target, site_url)
    except RefusedError as error:
        reason = _REASONS.get(error.code, "it cannot be read (%(cause)s).") % {"cause": "", **error.values}
        raise ImportFailedError(f"{path}: {reason}") from None
    except OSError as error:
        raise ImportFailedError(f"{path} cannot be read: {storage_reason(error) or error}") from error


def export_source(
    place: Path, converted: ConvertedExport, source_name: str, *, file_name: str
) -> ImportSource:
    """Return the source of a converted export, named after its site or, if that is unknown, its file.

    If the site is known, later exports of it get the same source name, so the user is not asked whether these
    are the files of an earlier source.
    """
    own_name = converted.source_name or file_name.partition(".")[0]
    source = find_source(place, source_name or (own_name if is_source_name(own_name) else "export"))
    left_out = tuple(_left_out(*each) for each in converted.left_out)
    refused = tuple(FoundFile(path, Notice(NoticeKind.INVALID, why)) for path, why in converted.refused)
    return replace(
        source,
        files=(*source.files, *refused, *left_out),
        root=source.name,
        is_named=bool(source_name) or converted.is_identified,
        export_name=file_name,
    )


def unconverted_source(place: Path, source_name: str, *, file_name: str) -> ImportSource:
    """Return a source, unchanged. The report says so if it seems to be an export, and no extension reads any.

    Raises ImportFailedError.
    """
    source = find_source(place, source_name)
    if [*extend.systems] or not is_possible_export(place):
        return source
    if source.files and not any(map(is_member_of_export, place_at(place.resolve()).safe_names())):
        return source
    hint = FoundFile(file_name, Notice(NoticeKind.LEFT_OUT_OF_EXPORT, f"not converted: {OFF}", detail=OFF))
    return replace(source, files=(*source.files, hint))


def convert_upload(staged: StagedImport) -> ConvertedExport | None:
    """Convert uploaded files if they are the export of a publishing system, for source_path().

    The source is named after the site of the export, unless the user named it. Raises ImportFailedError.
    """
    with tempfile.TemporaryDirectory(dir=staged.folder) as folder:
        converted = _convert_upload(staged, Path(folder) / "packed.zip")
    for name in (CONVERTED, DESCRIPTION):
        share_file(staged, name)
    return converted


def _convert_upload(staged, packed):
    """packed: path for an archive of an unpacked export."""
    folder, place = staged.folder, uploaded_path(staged)
    for name in (CONVERTED, DESCRIPTION):
        (folder / name).unlink(missing_ok=True)
    file = next(place.iterdir(), place) if place.is_dir() and len(staged.manifest) == 1 else place
    try:
        if _is_unpacked_export(place):
            file = _pack(place, packed)
        if not is_possible_export(file):
            return None
        converted = convert_export(file, folder / CONVERTED)
    except ImportFailedError as error:  # do not reveal the path on the server
        (folder / CONVERTED).unlink(missing_ok=True)
        sentence = str(error).replace(str(file), staged.name).replace(str(place), staged.name)
        raise ImportFailedError(sentence) from None
    if converted is None and not is_archive(file):
        raise ImportFailedError(_not_an_export(staged.name))
    if converted:
        (folder / DESCRIPTION).write_text(json.dumps(asdict(converted)))
        if converted.source_name and not staged.is_source_given:
            staged.source_name = converted.source_name
            staged.save(update_fields=["source_name"])
    return converted


def stored_description(folder: Path) -> ConvertedExport | None:
    """Return what convert_upload() has stored in the folder of an upload, or None."""
    try:
        values = json.loads((folder / DESCRIPTION).read_text())
    except FileNotFoundError:
        return None
    rows = {name: tuple(map(tuple, values.get(name, ()))) for name in ("left_out", "refused")}
    return ConvertedExport(**values | rows)


def is_identified(folder: Path) -> bool:
    """Whether an upload is an export that states its site, so that the user is not asked for the source."""
    converted = stored_description(folder)
    return bool(converted and converted.is_identified)


def _left_out(what, number, path):
    """Return an entry of the report for a part of an export that Galley does not import."""
    first = f" (the first in {path})" if path else ""
    sentence = f"not imported: {number}{first}."
    return FoundFile(what, Notice(NoticeKind.LEFT_OUT_OF_EXPORT, sentence, detail=f"{number}{first}"))
