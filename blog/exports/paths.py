"""Choose the paths of an export's files. Each is unique, even on case-insensitive file systems."""

import dataclasses
import itertools
import posixpath
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from blog.articles.linked_files import linked_path
from blog.documents.addresses import without_alias
from blog.documents.fields.paths import date_in_file_name, is_draft_by_name
from blog.files.file_kinds import is_article_name, reason_to_skip

MAX_NAME_BYTES = 255  # limit of common file systems
# Reserved file names on Windows, with any extension.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


@dataclasses.dataclass(frozen=True, slots=True)
class ExportPath:
    """The path of an article: its source's folder ("" if there is only one source), and the path in it."""

    folder: str
    path: str

    @property
    def whole(self) -> str:
        return posixpath.join(self.folder, self.path)


class ExportPaths:
    """Assigns paths relative to the export's folder: to all articles first, then to images on request.

    A file that cannot keep its original path gets another one, which is listed in renamed.
    """

    def __init__(self, imported: Iterable[tuple[int, str, str]], written: Iterable[tuple[int, str]]):
        """Assign paths to the articles. imported: (key, source name, path). written: (key, slug)."""
        self.renamed: list[str] = []
        self._owners: dict[str, object] = {}  # {folded path of a file: its owner}
        self._folders: set[str] = set()  # folded paths of folders
        self._given: dict[tuple[str, object], str] = {}
        self._places: dict[int, ExportPath] = {}
        self._place_imported(sorted(imported, key=lambda row: row[1:]))
        self._place_written(sorted(written, key=lambda row: row[1]))

    def of_article(self, key: int) -> ExportPath | None:
        return self._places.get(key)

    def of_image(
        self, address: str, place: ExportPath, file_name: str, content: str = "", kind: str = "image"
    ) -> str:
        """Return the path of a stored image or linked file that an article names by path, or "" for a URL.

        content: identifies the bytes to write, by default file_name. Articles that name the same bytes by the
        same path share one file. kind: the word for the file in messages.
        """
        wanted = _path_of_address(address, place)
        if not wanted:
            return ""
        safe = _safe(wanted) or "picture"
        if is_article_name(safe):
            safe += posixpath.splitext(file_name)[1]
        path = self._claim(posixpath.join(place.folder, safe), content or file_name)
        self._note(f"{place.whole}: its {kind} {address}", posixpath.join(place.folder, wanted), path)
        return path

    def of_references(
        self, place: ExportPath, images: dict[tuple[str, str], str], files: dict[str, str]
    ) -> Iterator[tuple[str, tuple[str, str] | str]]:
        """Yield (path, key) of the stored files that an article references by path.

        images: {(address, content): file name}. files: {address: file name} of linked files.
        """
        for address, content in sorted(images):
            name = images[address, content]
            if name and (path := self.of_image(address, place, name, content)):
                yield path, (address, content)
        for address in sorted(files):
            yield self.of_image(linked_path(address), place, files[address], kind="file"), address

    def _place_imported(self, rows):
        names = sorted({source_name for _, source_name, _ in rows})
        folders = self._name_folders(names) if len(names) > 1 else dict.fromkeys(names, "")
        for key, source_name, path in rows:
            folder = folders[source_name]
            given = self._claim(posixpath.join(folder, _safe(path) or "article.md"), key)
            self._note(f"{source_name}: {path}", posixpath.join(folder, path), given)
            self._places[key] = ExportPath(folder, given[len(folder) + 1 :] if folder else given)

    def _place_written(self, rows):
        for key, slug in rows:
            wanted = f"{slug}.md" if _is_plain_file_name(slug) else f"article-{slug}.md"
            given = self._claim(_safe(wanted), key)
            self._note(f"the article “{slug}” without a source file", f"{slug}.md", given)
            self._places[key] = ExportPath("", given)

    def _name_folders(self, names):
        folders = {}
        for name in names:
            wanted = _safe(name.replace("/", "-")) or "source"
            taken = set(map(_fold, folders.values()))
            folders[name] = next(folder for folder in _numbered(wanted) if _fold(folder) not in taken)
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
        """Return the index of the first part of a path that a file or another owner has taken, or None."""
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
        """Return the first free numbered name. An existing folder may be shared."""
        is_last = depth == len(parts) - 1
        for name in _numbered(parts[depth]):
            path = "/".join(_fold(part) for part in (*parts[:depth], name))
            holder = self._owners.get(path)
            if (holder is None or (is_last and holder == owner)) and not (is_last and path in self._folders):
                return name
        raise AssertionError("numbers do not end")

    def _note(self, subject, wanted, given):
        if given != wanted:
            self.renamed.append(f"{subject} is written as {given}.")


def _path_of_address(address, place):
    """Return the path below the source's folder that an address refers to, or "" for a URL."""
    path = without_alias(unquote(address.partition("?")[0].partition("#")[0]))
    if "://" in path or path.startswith("//"):
        return ""
    folder = "" if path.startswith("/") else posixpath.dirname(place.path)
    return posixpath.normpath(posixpath.join(folder, path.lstrip("/")))


def _safe(path):
    """Return the path without "..", leading dots and overlong names. The result may be empty."""
    parts = (part.replace("\0", "").lstrip(".") for part in path.split("/"))
    return "/".join(_fit(part) for part in parts if part)


def _is_plain_file_name(slug):
    """Whether Windows allows <slug>.md, and the importer would not read it as a date, draft or README."""
    name = f"{slug}.md"
    return not (
        reason_to_skip(name)
        or date_in_file_name(name)
        or is_draft_by_name(name)
        or slug.casefold() in _DEVICES
    )


def _numbered(name):
    """Yield name.md, name-2.md, name-3.md and so on."""
    yield name
    for number in itertools.count(2):
        yield _fit(name, f"-{number}")


def _fit(name, mark=""):
    """Return the name with a suffix (mark) before its extension, cut to MAX_NAME_BYTES."""
    stem, ending = posixpath.splitext(name)
    if len(ending.encode()) > 20:
        stem, ending = name, ""
    room = MAX_NAME_BYTES - len((mark + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + mark + ending


def _fold(name):
    """Return a form that is equal for names that differ only in case or Unicode normalisation."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
