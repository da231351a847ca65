"""Find the configuration of the site generator that made the site of a source."""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from blog.documents.generators.configuration import (
    MAX_CONFIGURATION_BYTES,
    ContentRoot,
    Generator,
    SiteConfiguration,
)
from blog.documents.generators.reading import COMPANION_FILES, CONFIGURATION_FILES
from blog.documents.generators.rules import AddressRules
from blog.files.archives import Archive
from blog.files.file_kinds import is_skipped_folder
from blog.files.folder_or_archive import place_at
from blog.files.folders import Folder, UnreadableError
from blog.imports.sources import ImportSource
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

LEVELS_ABOVE = 4  # folders above the source that may have its configuration
LEVELS_BELOW = 3  # of folders in the source that may have it
MOST_FOLDERS = 200  # of the source that are searched

_NAMES = (*CONFIGURATION_FILES, *COMPANION_FILES)
_FIRST_NAMES = {name.split("/")[0] for name in _NAMES}


@dataclass(frozen=True, slots=True)
class FoundConfiguration:
    """The configuration of a source, and where it is.

    path: the path of its file, as shown to people. folder: its folder, or the source if that contains it.
    below: the path of the source in `folder`. above: the path of the configuration's folder in the source.
    At least one of the two is "". problem: why the file could not be read; the configuration is then empty.
    """

    configuration: SiteConfiguration
    path: str
    folder: Path  # inside an archive: the archive
    below: str = ""
    above: str = ""
    problem: str = ""

    @property
    def rules(self) -> AddressRules:
        return AddressRules(self.configuration, self.below, self.above)

    def path_from_configuration(self, path: str) -> str | None:
        """Return a file's path relative to the configuration's folder, or None if it is outside.

        path: relative to the source.
        """
        return self.rules.path_from_configuration(path)

    def root_of(self, path: str) -> tuple[ContentRoot, str] | None:
        """Return the content root of a file, and the file's path in that root; see AddressRules."""
        return self.rules.root_of(path)

    @property
    def static_roots(self) -> tuple[tuple[Path, str], ...]:
        """The folders whose files were at the root of the old site, then the configuration's own.

        Each is (folder or archive, path in it). Folders outside the configuration's own are skipped.
        """
        names = dict.fromkeys([*self.configuration.static_roots, ""])
        if not self.folder.is_dir():
            return tuple((self.folder, posixpath.join(self.above, name)) for name in names)
        start = (self.folder / self.above).resolve()
        roots = ((start / name).resolve() for name in names)
        return tuple((root, "") for root in roots if root.is_dir() and root.is_relative_to(start))


def find_configuration(source: ImportSource, *, looks_above: bool = True) -> FoundConfiguration | None:
    """Return the configuration in the source, above it or next to it; None if there is none.

    A configuration in the source has precedence, then the nearest above. looks_above: False for uploads,
    because the folders above them belong to the server.
    """
    try:
        place = place_at(source.place)
    except (UnreadableError, OSError):
        return None
    for folder in _folders_in(source):
        if found := _read(place, folder):
            name, configuration, problem = found
            path = f"{folder}/{name}".lstrip("/")
            return FoundConfiguration(configuration, path, source.place, above=folder, problem=problem)
    for folder in list(source.place.parents)[: LEVELS_ABOVE if looks_above else 0]:
        if found := _read(Folder(folder), ""):
            name, configuration, problem = found
            below = "" if source.place.is_file() else source.place.relative_to(folder).as_posix()
            return FoundConfiguration(configuration, str(folder / name), folder, below, problem=problem)
    return None


def _read(place, folder):
    """Return (name, configuration, problem) of the configuration in a folder, or None."""
    files = _files_in(place, folder)
    if not files:
        return None
    name = next(iter(files))
    try:
        configuration = calls.read_configuration(files)
    except RefusedError as error:
        problem = error.values.get("cause", "it takes too much time or memory.")
        return name, SiteConfiguration(Generator.UNKNOWN), problem
    return (name, configuration, "") if configuration else None


def _folders_in(source) -> Iterator[str]:
    """Yield the folders of the source that contain texts at any depth, the shallowest first."""
    found = {""}
    for path in dict.fromkeys(file.path.rpartition("/")[0] for file in source.files):
        parts = PurePosixPath(path).parts
        for depth in range(1, min(len(parts), LEVELS_BELOW) + 1):
            if is_skipped_folder(parts[depth - 1]) or len(found) >= MOST_FOLDERS:
                break
            found.add("/".join(parts[:depth]))
    return iter(sorted(found, key=lambda folder: (folder.count("/") + bool(folder), folder)))


def _files_in(place: Folder | Archive, folder: str) -> dict[str, bytes]:
    """Return {name: bytes} of the configuration files in a folder. Files that cannot be read are skipped."""
    prefix = f"{folder}/" if folder else ""
    found = {}
    for name in _NAMES if _has_any(place, folder) else ():
        try:
            place.check(prefix + name)
            found[name] = place.read(prefix + name, MAX_CONFIGURATION_BYTES)
        except (UnreadableError, OSError, ValueError):
            continue
    return found if found.keys() & CONFIGURATION_FILES.keys() else {}


def _has_any(place, folder):
    """Whether the folder may have a configuration. Listing it is cheaper than checking each name."""
    if isinstance(place, Archive):
        return True
    try:
        return not _FIRST_NAMES.isdisjoint(os.listdir(place.root / folder))
    except OSError:
        return False
