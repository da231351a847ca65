"""The files of the published articles, by their Git digests.

Exporting an article takes milliseconds. Reading the values that its file depends on takes microseconds. So a
cache (KNOWN, in the repository's folder) has a signature of these values and the digest of the file for each
article. A missing cache costs only time.
"""

import errno
import functools
import hashlib
import itertools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

import blog
from blog.articles.linked_files import LinkedFile
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.exports.articles import export_article, in_batches, paths_of
from blog.exports.folder import reason_of_failure, stored_bytes
from blog.files.atomic import write_atomically
from blog.files.git import digest_of
from blog.files.modes import PRIVATE_FILE
from blog.images.links import BodyImage
from blog.images.models import Image

KNOWN = "galley-known.json"
LONGEST_PATH = 4000  # bytes, with the folder; Linux allows 4,095
HERO_FIELDS = "alt", "credit_creator", "credit_url", "credit_source"


@dataclass
class KnownArticle:
    """What the cache has of an article. files: all its paths.

    version: the number of the newest version that is in a commit; 0 without versions, None if unknown.
    """

    signature: str
    digest: str  # "" if it has to be exported
    version: int | None = None
    files: list[str] = field(default_factory=list)


@dataclass
class Known:
    """The cache. stored: {content of an image or linked file: digest}. is_new: there was no run before."""

    articles: dict[int, KnownArticle] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    is_new: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Known":
        """Return the cache; without signatures if another release of Galley wrote it."""
        try:
            stored = json.loads((folder / KNOWN).read_bytes())
            articles = {int(key): KnownArticle(*values) for key, *values in stored["articles"]}
            known = cls(articles, stored["stored"])
        except FileNotFoundError:
            return cls(is_new=True)
        except (OSError, ValueError, TypeError, KeyError):
            return cls()
        if stored.get("code") != code_digest():
            for article in known.articles.values():
                article.signature = ""
        return known

    def write(self, folder: Path) -> None:
        articles = [[key, *vars(article).values()] for key, article in self.articles.items()]
        stored = {"code": code_digest(), "articles": articles, "stored": self.stored}
        write_atomically(folder / KNOWN, [json.dumps(stored).encode()], mode=PRIVATE_FILE)


@dataclass
class Contents:
    """The wanted files. files: {path: digest}. owners: {path: pk of the first article that needs it}."""

    known: Known = field(default_factory=Known)
    files: dict[str, str] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class _Row:
    """What the files of an article depend on.

    images: {(address, content): (file name, pk)}. files: {address: (file name, pk)}.
    """

    values: tuple
    links: list = field(default_factory=list)
    images: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)

    def signature(self, path: str) -> str:
        depends_on = repr((self.values, self.links, path))
        return hashlib.blake2b(depends_on.encode(), digest_size=12).hexdigest()


def read_contents(
    folder: Path, before: Known, add_file: Callable[[bytes], None], progress=lambda done, total: None
) -> Contents:
    """Return the files that export_articles() would write for the published articles, except PEOPLE_FILE.

    add_file: called with each file whose digest is not in the cache. progress: called with the
    number of articles exported so far, and their total. It may raise to end the run.
    """
    articles = Article.objects.published().in_use()
    paths, rows = paths_of(articles), _read_rows(articles)
    places = {key: place for key in sorted(rows) if (place := paths.of_article(key))}
    contents = Contents()
    for key, place in places.items():
        signature, known = rows[key].signature(place.whole), before.articles.get(key)
        digest = known.digest if known and known.signature == signature else ""
        contents.known.articles[key] = KnownArticle(signature, digest, known.version if known else None)
    _export_changed(articles, places, contents, add_file, progress)
    for key, place in places.items():
        if contents.known.articles[key].digest and _fits(folder, place.whole, contents):
            _add_files(folder, key, place, rows[key], paths, contents, before.stored, add_file)
    return contents


def _read_rows(articles) -> dict[int, _Row]:
    fields = (
        *("lock_version", "source_file__digest", "primary_category__name", "series__name"),
        *(f"hero_image__{name}" for name in ("file", "original", "source", "pk", *HERO_FIELDS)),
    )
    rows = {key: _Row(values) for key, *values in articles.order_by().values_list("pk", *fields)}
    for model, name, *more in ((ArticleCategory, "category", "level"), (ArticleAuthor, "author")):
        links = model.objects.published().order_by("position", "pk")
        for key, *link in links.values_list("article", f"{name}__name", *more):
            if key in rows:
                rows[key].links.append(link)
    images = BodyImage.objects.filter(article__in=articles.order_by().values("pk")).order_by("pk")
    for key, *image in images.values_list("article", "image__file", "image__original", "source", "image__pk"):
        _add_image(rows.get(key), *image)
    for row in rows.values():
        name, original, source, pk = row.values[4:8]
        if pk:
            _add_image(row, name, original, source or Image(file=name).url, pk)
    files = LinkedFile.objects.filter(article__in=articles.order_by().values("pk"), is_in_use=True)
    for key, *file in files.order_by("pk").values_list("article", "source", "file", "pk"):
        if key in rows:
            source, *stored = file
            rows[key].files[source] = stored  # the newest one counts
    return rows


def _add_image(row, name, original, source, pk):
    if row:
        row.images[source, original or name] = name, pk


def _export_changed(articles, places, contents, add_file, progress):
    """Export the articles whose digest is not known."""
    known = contents.known.articles
    changed = [key for key, article in known.items() if not article.digest]
    progress(0, len(changed))
    done = itertools.count(1)
    for keys in itertools.batched(changed, ROWS_AT_ONCE):
        for article in in_batches(articles.filter(pk__in=keys)):
            try:
                data = export_article(article, path=places[article.pk].path)
            except ValueError as error:
                contents.problems.append(f"{places[article.pk].whole}: {reason_of_failure(error)}")
            else:
                add_file(data)
                known[article.pk].digest = digest_of(data)
            progress(next(done), len(changed))


def _add_files(folder, key, place, row, paths, contents, stored, add_file):
    """Add the file of an article, and those that it references, except those already added."""
    article = contents.known.articles[key]
    wanted = {place.whole: article.digest}
    images = {key: name for key, (name, _pk) in row.images.items()}
    files = {key: name for key, (name, _pk) in row.files.items()}
    for path, reference in paths.of_references(place, images, files):
        if path in contents.files or not _fits(folder, path, contents):
            continue
        if reference in row.images:
            content, model, pk = reference[1], Image, row.images[reference][1]
        else:
            content, model, pk = files[reference], LinkedFile, row.files[reference][1]
        known = contents.known.stored
        if not (digest := known.get(content) or stored.get(content)):
            try:
                data, _is_original = stored_bytes(model.objects.get(pk=pk))
            except (OSError, model.DoesNotExist) as error:
                contents.problems.append(f"{place.whole}: {path}: {reason_of_failure(error)}")
                continue
            add_file(data)
            digest = digest_of(data)
        known[content] = wanted[path] = digest
    contents.files |= wanted
    contents.owners |= dict.fromkeys(wanted, key)
    article.files = list(wanted)


def _fits(folder, path, contents) -> bool:
    """Whether the file system can store a file with this path. If not, it becomes a problem."""
    fits = len(f"{folder}/{path}".encode()) <= LONGEST_PATH
    if not fits:
        contents.problems.append(f"{path[:100]}…: {os.strerror(errno.ENAMETOOLONG)}.")
    return fits


@functools.cache
def code_digest() -> str:
    """Return a digest of Galley's code and of the settings on which the files of articles depend."""
    digest = hashlib.sha256(repr((settings.TIME_ZONE, settings.SITE_URL)).encode())
    for file in sorted(Path(blog.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
