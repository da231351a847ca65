"""Where the image of a text may be: next to it, in a static folder, or anywhere in a vault.

The first file that exists counts:

1. For a path from the site's root (`/images/x.png`): in the folder given as --static-root, in the static
   folders of the generator's configuration, then in the configuration's folder.
2. For a relative path: relative to the text, then to a folder with the name of the text.
3. For both: in each folder above the text in the source, and in its static folders. A relative path needs a
   folder for this: another text may have a `cover.png` as well.
4. For `x.png` in `name/index.md`: the only file with this name below its folder.
5. For `![[x.png]]`: the only file of the source with this name or the end of its path.

The path of the old site on its host (`/blog` in `/blog/images/x.png`) may be missing from the folders.
"""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from blog.documents.addresses import without_alias
from blog.files.archives import Archive, place_at
from blog.files.file_kinds import is_skipped_folder
from blog.files.folders import UnreadableError
from blog.images.models import ADDRESS_LENGTH
from blog.imports.addresses import SourceAddresses
from blog.imports.sources import ImportSource, PreparedFile

STATIC_FOLDERS = ("static", "public", "assets", "src/assets", "src")
MOST_LEVELS = 8  # folders above a text that are searched
MOST_REMEMBERED = 2000  # places; each is needed when a worker reads a text, and when the text is written

_BUNDLE = re.compile(r"(?:index|readme)\.\w+", re.IGNORECASE)
_IMAGE = re.compile(r".+\.(?:avif|gif|jpe?g|png|svg|webp)", re.IGNORECASE)


class NoStaticRootError(UnreadableError):
    """Raised when an image is in no known folder, and there is neither a static root nor a configuration."""


class ImagePlaces:
    """Finds the image files to which the texts of a source refer."""

    def __init__(self, source: ImportSource, static_root: Path | None, addresses: SourceAddresses):
        found = addresses.found
        given = [(static_root.resolve(), "")] if static_root else []
        self.root = source.place
        self.static_roots = tuple(dict.fromkeys([*given, *(found.static_roots if found else ())]))
        # The folder of a configuration above the source, and the path of the source from there.
        self.outer = (found.folder, found.below) if found and found.below else None
        self.base = found.configuration.base_path if found else ""
        self._remembered = {}  # {(path of the text, path of the image as written): place}

    def locate(self, address: str, file: PreparedFile) -> tuple[Path, str]:
        """Return the folder or archive of an image, and the path in it. Raises UnreadableError."""
        written = path_of_image(address)
        if place := self._remembered.get((file.path, written)):
            return place
        failure = None
        for base, path in self._candidates(written, file.path):
            try:
                with reading():
                    place_at(base).check(path)
                return self._remember((file.path, written), (base, path))
            except UnreadableError as error:
                failure = failure or error
        if path := self._below(written, file.path):
            return self._remember((file.path, written), (self.root, path))
        if f"![[{written}" in file.text:
            path = self._named(written, failure)
            with reading():
                place_at(self.root).check(path)
            return self.root, path
        if written.startswith("/") and not self.static_roots:
            raise NoStaticRootError("pass the folder for such images with --static-root.")
        raise failure or UnreadableError("there is no such file.")

    def _remember(self, key, place):
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = place
        return place

    def need_static_root_for(self, address: str, file: PreparedFile) -> bool:
        """Whether an image is not found because nothing shows where the site's root is."""
        try:
            self.locate(address, file)
        except (UnreadableError, ValueError) as error:
            return isinstance(error, NoStaticRootError)
        return False

    def _candidates(self, written, file_path):
        if self.outer and not written.startswith("/"):
            folder, below = self.outer
            beside = posixpath.join(below, posixpath.dirname(file_path), written)
            yield self.root, _beside(written, file_path)
            yield folder, posixpath.normpath(beside)
        for (place, prefix), path in possible_paths(
            written, file_path, self.base, self.static_roots, (self.root, "")
        ):
            yield place, posixpath.join(prefix, path)

    def in_source(self) -> dict[str, object]:
        """Return what a preview of an upload needs to find the same files, as values for JSON."""
        root, found = self.root.resolve(), []
        for place, prefix in self.static_roots:
            if place.resolve().is_relative_to(root):
                found.append(posixpath.normpath(place.resolve().relative_to(root) / prefix))
        return {"static_roots": found, "base_path": self.base}

    def _below(self, written, file_path):
        """Return the path of the only image with this name anywhere below a text in a folder of its own."""
        folder, _, name = file_path.rpartition("/")
        if not folder or not _BUNDLE.fullmatch(name) or "/" in (wanted := _from_root(written)):
            return None
        found = [path for path in self._by_name.get(_folded(wanted), ()) if path.startswith(f"{folder}/")]
        return found[0] if len(found) == 1 else None

    def _named(self, written, failure):
        """Return the path of the only image in the source whose path ends with this one, as in Obsidian.

        Raises UnreadableError if there are several. If there is none, raises `failure` or, if that is None,
        UnreadableError.
        """
        end = _folded(_from_root(written))
        name = posixpath.basename(end)
        found = [path for path in self._by_name.get(name, ()) if f"/{_folded(path)}".endswith(f"/{end}")]
        if len(found) > 1:
            raise UnreadableError("several files have this name.")
        if not found:
            raise failure or UnreadableError("there is no such file.")
        return found[0]

    @cached_property
    def _by_name(self):
        """The paths of all images of the source, by folded name."""
        found = defaultdict(list)
        with reading():
            for path in _image_paths(self.root):
                found[_folded(posixpath.basename(path))].append(path)
        return found


def path_of_image(address: str) -> str:
    """Return an address as a path: relative to its text or, with a leading slash, to the site's root.

    Raises UnreadableError if the address is not a possible path.
    """
    if len(address.encode()) > ADDRESS_LENGTH:
        raise UnreadableError(f"the path is longer than {ADDRESS_LENGTH} bytes.")
    path = unquote(address.partition("?")[0].partition("#")[0])
    if "{{" in path or "{%" in path:
        raise UnreadableError("this is a template, not a path.")
    path = without_alias(path)
    return f"/{_from_root(path)}" if path.startswith("/") else path


def possible_paths[Root](
    written: str, file_path: str, base: str, static_roots: Iterable[Root], source: Root
) -> Iterator[tuple[Root, str]]:
    """Yield (root, path in it) where an image may be, the likeliest first: in static roots and in the source.

    written: from path_of_image(). base: the path of the old site on its host.
    """
    if written.startswith("/"):
        for path in _with_and_without_base(written, base):
            yield from ((root, path) for root in static_roots)
    yield from ((source, path) for path in _paths_in_source(written, file_path, base))
    if not written.startswith("/") and "/" in (path := _from_root(written)):
        yield from ((root, path) for root in static_roots)


def _paths_in_source(written, file_path, base):
    folder = posixpath.dirname(file_path)
    if not written.startswith("/"):
        yield _beside(written, file_path)
        yield posixpath.normpath(posixpath.join(posixpath.splitext(file_path)[0], written))
        if "/" not in _from_root(written):
            return
    for path in _with_and_without_base(f"/{_from_root(written)}", base):
        for level in _levels_above(folder):
            yield posixpath.join(level, path)
            yield from (posixpath.join(level, static, path) for static in STATIC_FOLDERS)


def _beside(written, file_path):
    return posixpath.normpath(posixpath.join(posixpath.dirname(file_path), written))


def _from_root(path):
    """Return a path from the root, without a leading slash. As in browsers, `..` does not leave the root."""
    return posixpath.normpath(f"/{path.lstrip('/')}").lstrip("/")


def _with_and_without_base(written, base):
    yield written[1:]
    if base and written.startswith(f"{base}/"):
        yield written[len(base) + 1 :]


def _levels_above(folder):
    """Yield a folder and those above it, up to the source's root."""
    for _ in range(MOST_LEVELS):
        if not folder:
            break
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _image_paths(root):
    place = place_at(root)
    if isinstance(place, Archive):
        yield from filter(_IMAGE.fullmatch, place.members)
        return
    for folder, folders, names in root.walk():
        folders[:] = [name for name in folders if not is_skipped_folder(name)]
        yield from ((folder / name).relative_to(root).as_posix() for name in names if _IMAGE.fullmatch(name))


def _folded(path):
    return unicodedata.normalize("NFC", path).casefold()


@contextmanager
def reading():
    """Convert OSError to UnreadableError with the system's reason."""
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}.") from None
