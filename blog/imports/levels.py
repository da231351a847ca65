"""Paths of files that are imported again from one folder deeper or higher.

The zip of a folder often contains the folder itself, and so a level more than the folder.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from blog.documents.systems.export import id_in_path


@dataclass(frozen=True, slots=True)
class Level:
    """How to convert paths to those of earlier imports: the first folder to remove, and the one to add."""

    removed: str = ""  # with a slash at its end
    added: str = ""

    def key_of(self, path: str) -> str:
        """Return the path under which earlier imports know a file."""
        if path.startswith(self.removed):
            return self.added + path.removeprefix(self.removed)
        return path


SAME_LEVEL = Level()


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The paths under which earlier imports know the texts of an export: {id in its system: path}."""

    paths: Mapping[str, str]

    def key_of(self, path: str) -> str:
        """Return the path under which earlier imports know a file."""
        return self.paths.get(id_in_path(path), path)


def find_ids(known: Iterable[str]) -> KnownIds:
    return KnownIds({key: path for path in known if (key := id_in_path(path))})


def find_level(paths: Collection[str], known: Collection[str]) -> Level:
    """Return the level at which at least half of the paths are known and all remain distinct.

    Returns SAME_LEVEL if there is none.
    """
    paths, known = set(paths), set(known)
    if not (paths and known) or _are_known(paths, known):
        return SAME_LEVEL
    removed, added = _folder_of_most(paths), _folder_of_most(known)
    for level in (Level(removed, ""), Level("", added), Level(removed, added)):
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
