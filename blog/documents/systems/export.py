"""The export of a publishing system: the files that a reader gets, and the texts that it yields.

A reader yields each text as a file with front matter. The file's name ends with the system's id, so that a
newer export updates the same article even if its title or slug has changed.
"""

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Protocol
from urllib.parse import unquote, urlsplit

from blog.documents.characters import replace_halves
from blog.documents.generators.configuration import MAX_CONFIGURATION_BYTES, Feeds
from blog.documents.generators.systems import POSTS
from blog.documents.linked_types import linked_extension
from blog.documents.slugs import slugify_name

PAGES = "pages"  # the folder of the standalone pages; posts are in POSTS
PAGE_FIELDS = (
    "title",
    "slug",
    "date",
    "updatedAt",
    "status",
    "excerpt",
    "metaDescription",
    "lang",
    "permalink",
    "aliases",
)
LONGEST_NAME = 80  # characters of a slug in the name of a file
LONGEST_ID = 64
LONGEST_INTEGER = 1000  # digits
LONGEST_URL = 500
LONGEST_ROW = 16 * 1024  # bytes of a person, or of the name and slug of a tag

_ID = re.compile(r"[^A-Za-z0-9]+")
_PATH_OF_TEXT = re.compile(rf"(?:{POSTS}|{PAGES})/(?:.*-)?([A-Za-z0-9]+)\.md")
_IMAGE = re.compile(r".+\.(?:avif|gif|jpe?g|png|svg|webp)", re.IGNORECASE)


class ExportError(ValueError):
    """Raised when an export cannot be read. The message says what to fix."""


def reason_of(error: Exception) -> str:
    """Return why an export, or a part of it, cannot be read: a sentence that says what to fix."""
    if isinstance(error, ExportError):
        return str(error)
    if isinstance(error, OSError):
        return f"the server cannot read or write it: {error.strerror}."
    if isinstance(error, RecursionError):
        return "it is nested too deep: simplify it, and export it again."
    return "a value in it is not as expected: correct it, and export it again."


class Members(Protocol):
    """The files of an export: members of its zip file, or the only file."""

    names: tuple[str, ...]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file. Raises ExportError if it cannot be unpacked or is too large."""
        ...

    def read(self, name: str, limit: int = ...) -> bytes:
        """Return the bytes of a file of at most limit bytes. Raises ExportError."""
        ...


@dataclass(frozen=True, slots=True)
class ExportedText:
    """A text with its front matter. key: the system's id; if it cannot be used, the path has another."""

    key: str
    name: str
    fields: Mapping[str, object]
    body: str
    is_page: bool = False

    @property
    def path(self) -> str:
        name = slugify_name(self.name)[:LONGEST_NAME].strip("-")
        folder, key = PAGES if self.is_page else POSTS, _ID.sub("", self.key)
        if not key or len(key) > LONGEST_ID:
            key = blake2b(f"{self.key} {self.name}".encode(), digest_size=8).hexdigest()
        return f"{folder}/{name}-{key}.md"

    @property
    def data(self) -> bytes:
        """The file: a JSON value for each key, then the text."""
        stated = ((key, value) for key, value in self.fields.items() if value not in (None, "", [], ()))
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in stated]
        return "\n".join(["---", *lines, "---", "", self.body]).encode("utf-8", "replace")


@dataclass(slots=True)
class Export:
    """The data that a reader finds besides the texts. Complete once all texts are read.

    name: of the site, for the name of the source. site_url: of the old site. identity: identifies the site in
    exports that may not state its URL. people: {name in bylines: values as in a generator's authors.yml}.
    pictures: {path in the archive of the importer: name of the member}. slugs: as in Feeds. feeds: the usual
    ones of the system. topics: {tags or authors: pattern of their pages} if that is another. left_out: {what:
    number}. first_of: {what: path of the first text that lacks it}. refused: {path of a text, or name of a
    file: why it is not read}.
    """

    system: str
    name: str = ""
    site_url: str = ""
    identity: str = ""
    people: dict[str, dict[str, object]] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    slugs: list[tuple[str, str, str]] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    feeds: Feeds = field(default_factory=Feeds)
    left_out: Counter[str] = field(default_factory=Counter)
    first_of: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def refusing(self, path: str):
        """Run the block. If it fails, refuse only the text or file that it reads."""
        try:
            yield
        except (MemoryError, OSError):
            raise  # the next text would fail, too
        except Exception as error:
            self.refused[path] = reason_of(error).removeprefix(f"{path}: ")

    def leave_out(self, what: str, number: int = 1, path: str = "") -> None:
        if number:
            what = replace_halves(what)
            self.left_out[what] += number
            if path:
                self.first_of.setdefault(what, path)

    @property
    def base_path(self) -> str:
        return split_url(self.site_url).path.rstrip("/")

    def path_on_site(self, url: str) -> str:
        """Return the path of a URL of the old site below the site's own path; "" for other URLs."""
        parts, own = split_url(url), split_url(self.site_url)
        if parts.netloc and own.netloc and _host(parts) != _host(own):
            return ""
        path = parts.path.removeprefix(self.base_path) if self.base_path else parts.path
        return path if path.strip("/") else ""

    def configuration(self) -> bytes:
        """Return the file from which read_system() reads the configuration."""
        stated = {
            "system": self.system,
            "url": self.site_url if len(self.site_url) <= LONGEST_URL else "",
            "slugs": self._fitting(self.slugs, "addresses of categories, tags and authors"),
            "feeds": asdict(self.feeds) | self.topics,
        }
        return json.dumps(stated).encode()

    def people_file(self) -> bytes:
        """Return the file from which read_people() reads the people."""
        return json.dumps(dict(self._fitting(self.people.items(), "people"))).encode()

    def _fitting(self, rows: Iterable[tuple], what: str) -> list[tuple]:
        """Return the rows for which there is room in a file that the importer reads. Count the others."""
        fitting, others, left = [], 0, MAX_CONFIGURATION_BYTES - 2 * LONGEST_ROW
        for row in rows:
            size = len(json.dumps(row)) + 2
            if size <= min(left, LONGEST_ROW):
                fitting.append(row)
                left -= size
            else:
                others += 1
        self.leave_out(f"{what}, for which there is no room", others)
        return fitting


@dataclass(frozen=True, slots=True)
class ConvertedExport:
    """An export that was written as a zip file.

    left_out: (what, number, path of the first text). refused: (path, why it is not read).
    """

    system: str
    name: str
    site_url: str
    texts: int
    identity: str = ""
    left_out: tuple[tuple[str, int, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def is_identified(self) -> bool:
        """Whether source_name is the same for all exports of the site."""
        return bool(self.site_url or self.identity)

    @property
    def source_name(self) -> str:
        """A name of the site: its identity, else its host and path, else its title; "" if all are unknown."""
        if self.identity or not self.site_url:
            return self.identity or (slugify_name(self.name) if self.name else "")
        parts = split_url(self.site_url)
        return f"{parts.netloc}{parts.path.rstrip('/')}".replace("/", " ").removeprefix("www.")


class Pictures:
    """The images and linked files in an export, found by the last parts of their paths."""

    def __init__(self, names: tuple[str, ...]):
        self._by_name: dict[str, list[str]] = {}
        for name in names:
            if not (_IMAGE.fullmatch(name) or linked_extension(name)):
                continue
            self._by_name.setdefault(posixpath.basename(name).casefold(), []).append(name)

    def find(self, path: str, least: int = 2) -> str:
        """Return the member that has the most last parts of `path`, at least `least` of them, or ""."""
        parts = unquote(path).strip("/").split("/")
        found = self._by_name.get(parts[-1].casefold(), ())
        best = max(found, key=lambda name: _common_parts(name, parts), default="")
        return best if best and _common_parts(best, parts) >= min(least, len(parts)) else ""


def _common_parts(name, parts):
    number = 0
    for ours, theirs in zip(reversed(name.split("/")), reversed(parts), strict=False):
        if ours.casefold() != theirs.casefold():
            break
        number += 1
    return number


def load_json(text: str | bytes) -> object:
    """Like json.loads(), but an integer of thousands of digits becomes infinite, as in JavaScript."""
    return json.loads(
        text, parse_int=lambda number: (float if len(number) > LONGEST_INTEGER else int)(number)
    )


def id_in_path(path: str) -> str:
    """Return the system's id in the path of a text, or ""."""
    found = _PATH_OF_TEXT.fullmatch(path)
    return found[1] if found else ""


def split_url(url: str):
    try:
        parts = urlsplit(url.strip())
        parts.hostname  # noqa: B018 -- raises
    except ValueError:
        return urlsplit("")
    return parts


def _host(parts):
    return (parts.hostname or "").removeprefix("www.")
