"""Sources and their files: find them, and read their bytes and digest. Without database access.

Files may be imported again from one folder deeper or higher: the zip of a folder often contains the folder
itself. A PathLevel converts their paths to those of earlier imports.
"""

import hashlib
import time
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blog.documents.fields.values import ArticleFields
from blog.documents.limits import MAX_FILE_BYTES
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.values import Rendering, ResolvedImage
from blog.documents.systems.export import PAGES, id_in_path
from blog.files.archives import is_archive, place_at
from blog.files.file_kinds import is_article_name
from blog.files.folders import FoundFile, UnreadableError
from blog.imports.report import ImportFailedError
from blog.sandbox.results import ExaminedFile


@dataclass(frozen=True, slots=True)
class PathLevel:
    """How to convert paths to those of earlier imports: the first folder to remove, and the one to add."""

    removed: str = ""  # with a slash at its end
    added: str = ""

    def key_of(self, path: str) -> str:
        """Return the path under which earlier imports know a file."""
        if path.startswith(self.removed):
            return self.added + path.removeprefix(self.removed)
        return path


SAME_LEVEL = PathLevel()


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The paths under which earlier imports know the texts of an export: {id in its system: path}."""

    paths: Mapping[str, str]

    def key_of(self, path: str) -> str:
        """Return the path under which earlier imports know a file."""
        return self.paths.get(id_in_path(path), path)


def find_ids(known: Iterable[str]) -> KnownIds:
    return KnownIds({key: path for path in known if (key := id_in_path(path))})


def find_level(paths: Collection[str], known: Collection[str]) -> PathLevel:
    """Return the level at which at least half of the paths are known and all remain distinct.

    Returns SAME_LEVEL if there is none.
    """
    paths, known = set(paths), set(known)
    if not (paths and known) or _are_known(paths, known):
        return SAME_LEVEL
    removed, added = _folder_of_most(paths), _folder_of_most(known)
    for level in (PathLevel(removed, ""), PathLevel("", added), PathLevel(removed, added)):
        keys = {level.key_of(path) for path in paths}
        if len(keys) == len(paths) and _are_known(keys, known):
            return level
    return SAME_LEVEL


def neighbours_of(path: str) -> tuple[str, ...]:
    """Return the path, and the path without its first folder, if it has one."""
    folder, slash, rest = path.partition("/")
    return (path, rest) if folder and slash else (path,)


def _are_known(paths, known):
    return 2 * len(paths & known) >= len(paths)


def _folder_of_most(paths):
    """Return the most common top-level folder, with a trailing slash, or "" if no path has one."""
    folders = Counter(folder + slash for folder, slash, _ in (path.partition("/") for path in paths) if slash)
    return folders.most_common(1)[0][0] if folders else ""


_NOT_IN_NAMES = frozenset(("Cc", "Cs", "Zl", "Zp"))  # control characters, surrogates, line separators


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A folder, an archive or a single file to import. Each file is identified by source name and key.

    place: where the files are now. root: the stored origin of the files, which is an absolute path, or the
    source's name for uploads (their folder is temporary). level: converts the path of a file to its key, the
    path that it had in earlier imports. other_paths: of files that exist, too, but are not imported now.
    """

    name: str
    place: Path
    files: tuple[FoundFile, ...]
    root: str
    is_named: bool = False  # False if it is named after its folder or archive
    level: PathLevel | KnownIds = SAME_LEVEL
    other_paths: frozenset[str] = frozenset()
    # Of the files, if they are only a part of the source: then no other file of it counts as gone.
    digests: frozenset[str] | None = None
    export_name: str = (
        ""  # of the file that was converted, if the source is the export of a publishing system
    )

    @property
    def paths(self) -> list[str]:
        """The paths of all files that exist now."""
        return [*(file.path for file in self.files), *self.other_paths]

    @property
    def is_export(self) -> bool:
        """Whether the files were converted from an export, whose texts have ids in their paths."""
        return bool(self.export_name)

    def is_page(self, path: str) -> bool:
        """Whether a file is a standalone page of the old site."""
        return self.is_export and path.startswith(f"{PAGES}/")

    def is_same_place(self, root: str) -> bool:
        """Whether files from this root belong to this source: the same path, or a name given explicitly."""
        return root == self.root or (self.is_named and self.name in {root, self.root})


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file to be written to the database: its bytes, and what a worker has parsed and rendered."""

    path: str
    data: bytes = b""
    digest: str = ""
    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    images: Mapping[str, ResolvedImage | None] = field(default_factory=dict)  # as the rendering shows them
    examined: ExaminedFile | None = None
    notice: Notice | None = None  # why it is rejected or skipped
    seconds: float = 0.0
    key: str = ""  # see ImportSource

    @property
    def text(self) -> str:
        """The text of the file or, if it is not parsed yet, the whole file."""
        return self.fields.body if self.fields else self.data.decode(errors="replace")


def is_source_name(name: str) -> bool:
    """Whether a source may have this name, which must be possible as a folder name in an export."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= 255
        and name not in {".", ".."}
        and "/" not in name
        and not any(unicodedata.category(character) in _NOT_IN_NAMES for character in name)
    )


def find_source(path: Path, source_name: str) -> ImportSource:
    """Return the source at a path. Raises ImportFailedError if the path or the name cannot be used."""
    source = _find_source(path, source_name)
    if not is_source_name(source.name):
        raise ImportFailedError(f"{path}: a source cannot be called {source.name!r}; name it with --source.")
    return source


def _find_source(path, source_name):
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise ImportFailedError(f"There is no file or folder {path}.") from None
    try:
        str(resolved).encode()
    except UnicodeEncodeError:
        raise ImportFailedError(f"{str(path)!a}: the name is not valid UTF-8; rename it.") from None
    if resolved.is_dir() or is_archive(resolved):
        name = resolved.stem if is_archive(resolved) else resolved.name
        return _source(source_name, name, resolved, _files_at(path, resolved))
    if not is_article_name(resolved.name):
        raise ImportFailedError(f"{path} is not a folder, a zip file, or a Markdown or HTML file.")
    notice = None if resolved.is_file() else Notice(NoticeKind.UNREADABLE, "is not a regular file.")
    return _source(source_name, resolved.parent.name, resolved.parent, (FoundFile(resolved.name, notice),))


def _source(given_name, own_name, place, files):
    return ImportSource(given_name or own_name or "root", place, files, str(place), is_named=bool(given_name))


def _files_at(path, resolved):
    try:
        return tuple(place_at(resolved).files())
    except UnreadableError as error:
        raise ImportFailedError(f"{path} {error}") from None
    except OSError as error:
        raise ImportFailedError(f"{path} cannot be read: {error.strerror}.") from error


def read_file(source: ImportSource, found: FoundFile) -> PreparedFile:
    """Return a file with its bytes and digest, or with a notice on why it cannot be read."""
    key = source.level.key_of(found.path)
    if found.notice:
        return PreparedFile(found.path, notice=found.notice, key=key)
    started = time.monotonic()
    try:
        data = place_at(source.place).read(found.path, MAX_FILE_BYTES)
    except UnreadableError as error:
        return PreparedFile(found.path, notice=Notice(NoticeKind.UNREADABLE, str(error)), key=key)
    except OSError as error:  # a disk error, or a folder that was deleted since it was listed
        reason = f"cannot be read: {error.strerror}."
        return PreparedFile(found.path, notice=Notice(NoticeKind.UNREADABLE, reason), key=key)
    digest = hashlib.sha256(data).hexdigest()
    return PreparedFile(found.path, data, digest, seconds=time.monotonic() - started, key=key)
