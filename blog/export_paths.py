"""Where each file of an export goes: every path is given once, also where a disk takes "A" for "a"."""

import dataclasses
import itertools
import posixpath
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from blog.documents.fields.paths import date_in_file_name, is_draft_by_name
from blog.documents.file_names import is_markdown_name, reason_to_skip

LONGEST_NAME = 255  # bytes of a file's name, on all common disks
# What Windows does not take for the name of a file, whatever the ending.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where an article goes: the folder of its source, empty unless there are several, and the path below."""

    folder: str
    path: str

    @property
    def whole(self) -> str:
        return posixpath.join(self.folder, self.path)


class ExportPaths:
    """Paths relative to the export's folder. The articles get theirs first, so that no image takes one.

    What cannot have the path that it came from gets one of its own, and renamed says which.
    """

    def __init__(self, imported: Iterable[tuple[int, str, str]], written: Iterable[tuple[int, str]]):
        """Take (key, source name, path in it) of articles that came from files, (key, slug) of the others."""
        self.renamed: list[str] = []
        self._owners: dict[str, object] = {}  # of files, by their folded paths
        self._folders: set[str] = set()  # that hold them, folded
        self._given: dict[tuple[str, object], str] = {}
        self._places: dict[int, Place] = {}
        self._place_imported(sorted(imported, key=lambda row: row[1:]))
        self._place_written(sorted(written, key=lambda row: row[1]))

    def of_article(self, key: int) -> Place | None:
        return self._places.get(key)

    def of_image(self, address: str, place: Place, file_name: str) -> str:
        """Return where the stored image goes that an article names by path; empty for a web address.

        The same stored file has the same path for all articles that name it there.
        """
        wanted = _path_of_address(address, place)
        if not wanted:
            return ""
        safe = _safe(wanted) or "picture"
        if is_markdown_name(safe):
            safe += posixpath.splitext(file_name)[1]
        path = self._claim(posixpath.join(place.folder, safe), file_name)
        self._note(f"{place.whole}: its picture {address}", posixpath.join(place.folder, wanted), path)
        return path

    def _place_imported(self, rows):
        names = sorted({source_name for _, source_name, _ in rows})
        folders = self._name_folders(names) if len(names) > 1 else dict.fromkeys(names, "")
        for key, source_name, path in rows:
            folder = folders[source_name]
            wanted = posixpath.join(folder, _safe(path) or "article.md")
            given = self._claim(wanted, key)
            self._note(f"{source_name}: {path}", posixpath.join(folder, path), given)
            self._places[key] = Place(folder, given[len(folder) + 1 :] if folder else given)

    def _place_written(self, rows):
        for key, slug in rows:
            wanted = f"{slug}.md" if _says_nothing_more(slug) else f"article-{slug}.md"
            given = self._claim(_safe(wanted), key)
            self._note(f"the article “{slug}”, which came from no file,", f"{slug}.md", given)
            self._places[key] = Place("", given)

    def _name_folders(self, names):
        folders = {}
        for name in names:
            wanted = _safe(name.replace("/", "-")) or "source"
            taken = set(map(_fold, folders.values()))
            folders[name] = next(one for one in _numbered(wanted) if _fold(one) not in taken)
            self._note(f"source {name}", name, folders[name])
        return folders

    def _claim(self, wanted, owner):
        if (wanted, owner) in self._given:
            return self._given[wanted, owner]
        parts = wanted.split("/")
        while (obstacle := self._obstacle(parts, owner)) is not None:
            parts[obstacle] = self._free_name(parts, obstacle, owner)
        folded = [_fold(part) for part in parts]
        self._owners["/".join(folded)] = owner
        self._folders.update("/".join(folded[:depth]) for depth in range(1, len(folded)))
        self._given[wanted, owner] = "/".join(parts)
        return self._given[wanted, owner]

    def _obstacle(self, parts, owner):
        """Return which part of a path is another's: a file where a folder must be, or the path itself."""
        path = ""
        for depth, part in enumerate(parts):
            path = f"{path}/{_fold(part)}" if depth else _fold(part)
            is_last = depth == len(parts) - 1
            if path in self._owners and not (is_last and self._owners[path] == owner):
                return depth
            if is_last and path in self._folders:
                return depth
        return None

    def _free_name(self, parts, depth, owner):
        """Return the first name with a number that is free; a folder may be there for another file."""
        is_last = depth == len(parts) - 1
        for name in _numbered(parts[depth]):
            path = "/".join(_fold(part) for part in (*parts[:depth], name))
            holder = self._owners.get(path)
            if (holder is None or (is_last and holder == owner)) and not (is_last and path in self._folders):
                return name
        raise AssertionError("numbers do not end")

    def _note(self, what, wanted, given):
        if given != wanted:
            self.renamed.append(f"{what} is written as {given}.")


def _path_of_address(address, place):
    """Return the path below the source's folder that an address names; empty for an address on the web."""
    path = unquote(address.partition("?")[0].partition("#")[0])
    if "://" in path or path.startswith("//"):
        return ""
    folder = "" if path.startswith("/") else posixpath.dirname(place.path)
    return posixpath.normpath(posixpath.join(folder, path.lstrip("/")))


def _safe(path):
    """Return the path without parts that lead out of a folder, are hidden or too long; it may be empty."""
    parts = (part.replace("\0", "").lstrip(".") for part in path.split("/"))
    return "/".join(_fit(part) for part in parts if part)


def _says_nothing_more(slug):
    """Whether an import would read no date, no draft and no README in a file that is called like the slug."""
    name = f"{slug}.md"
    return not (
        reason_to_skip(name)
        or date_in_file_name(name)
        or is_draft_by_name(name)
        or slug.casefold() in _DEVICES
    )


def _numbered(name):
    """Yield the name, then name-2, name-3 ... with its ending behind the number."""
    yield name
    for number in itertools.count(2):
        yield _fit(name, f"-{number}")


def _fit(name, mark=""):
    """Return the name with a mark before its ending, cut to what a disk takes."""
    stem, ending = posixpath.splitext(name)
    if len(ending.encode()) > 20:
        stem, ending = name, ""
    room = LONGEST_NAME - len((mark + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + mark + ending


def _fold(name):
    """Return the name as disks see it that tell neither case nor ways to write an accent apart."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
