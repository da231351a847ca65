"""The sandbox's functions for requests. Each returns a result or raises RefusedError.

Each server process has up to two sandbox processes for texts, two for files that programs send, one for
images, two for the images of an import, one for files and one for exports of publishing systems. They start
on demand, are reused, and end after a minute without work, the second one of a kind after 20 seconds. A
forked server process starts its own. Only a few tasks may wait, and only for a limited time, because some
of Django's 16 threads must stay free for readers. Further requests are refused with Refusal.BUSY, and so
are those of a user who already has SHARE tasks (pool.py).

A text has TEXT_SECONDS of CPU time and 512 MB. If that is not enough, render() tries again without syntax
highlighting. If that fails too, previews and forms show the reason, and forms keep the typed text.

The sandbox cannot query the database, so the caller of render() looks up the stored images of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from blog import extend
from blog.sandbox.jpeg import joined
from blog.sandbox.pool import Pool
from blog.sandbox.process import FILES, IMAGES, SYSTEMS, TEXTS
from blog.sandbox.refusals import RefusedError

if TYPE_CHECKING:  # what a task takes and returns is imported by who asks for it
    from blog.documents.findings.article_words import ArticleWords
    from blog.documents.frontmatter.places import Place
    from blog.documents.generators.configuration import SiteConfiguration
    from blog.documents.generators.people import ConfiguredPerson
    from blog.documents.marks import HighlightedText, MarkHighlight, NoteHighlight
    from blog.documents.rendering.values import Rendering, ResolvedImage
    from blog.documents.systems.export import ConvertedExport
    from blog.sandbox.image_decoding import RewrittenImage
    from blog.sandbox.results import Examination, Reading

TEXT_SECONDS = 2  # of CPU time; an ordinary text of 2 MB takes less than one
IMAGE_SECONDS = 15
EXPORT_SECONDS = 600  # some 10,000 articles
FILE_SECONDS = 10  # listing an archive of 100,000 members takes two seconds

# Two processes for texts, so that one hostile text does not block all other editors. One process for images:
# each image takes a CPU for seconds, and up to 300 MB.
_texts = Pool(TEXTS, size=2, waiting=4, patience=10)
# Files of imports in requests: programs send many at once, for which editors need not wait.
sent_texts = Pool(TEXTS, size=2, waiting=16, patience=60)
_files = Pool(FILES, size=1, waiting=4, patience=10)
_systems = Pool(SYSTEMS, size=1, waiting=1, patience=60)
_images = Pool(IMAGES, size=1, waiting=4, patience=10)
# An import has its own two processes for images, so that editors' images do not wait for it. Any number of
# its threads may wait for them.
_imported_images = Pool(IMAGES, size=2, waiting=1000, patience=60)
_importing: ContextVar[bool] = ContextVar("importing", default=False)


def render(
    text: str,
    *,
    title: str = "",
    images: Mapping[str, ResolvedImage | None] | None = None,
    seconds: float = TEXT_SECONDS,
) -> Rendering:
    """Render Markdown. On failure, retry once without syntax highlighting, which may be the slow part.

    A temporary failure, such as a busy sandbox, is not retried.

    images: {URL in the text: image}, for URLs that differ from the image's own. seconds: the limit of CPU
    time for each of the two attempts.
    """
    arguments = ("render", text, title, dict(images or {}))
    try:
        return _texts.ask(*arguments, True, seconds=seconds)
    except RefusedError as error:
        if error.is_passing:
            raise
    return _texts.ask(*arguments, False, seconds=seconds)


def read_member(place: Path, path: str, limit: int) -> bytes:
    """Return the bytes of a file in a folder or an archive; see blog.sandbox.files.read_member()."""
    return _files.ask("read", place, path, limit, seconds=FILE_SECONDS)


def find_members(place: Path, paths: Iterable[str]) -> set[str]:
    """Return the paths that are files in a folder or an archive."""
    return _files.ask("find", place, list(paths), seconds=FILE_SECONDS)


def read_text(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Return a file's values and rendering; see blog.sandbox.texts.read_text()."""
    return _texts.ask("read", data, path, time_zone, seconds=TEXT_SECONDS)


def read_file(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Return a file's values; see blog.sandbox.texts.read_values()."""
    return _texts.ask("fields", data, path, time_zone, seconds=TEXT_SECONDS)


def places_in_file(data: bytes, path: str, passages: list[tuple[int, int]]) -> list[Place | None]:
    """Return where passages of a file's body are; see blog.documents.frontmatter.places."""
    return sent_texts.ask("places", data, path, passages, seconds=TEXT_SECONDS)


def read_configuration(files: Mapping[str, bytes]) -> SiteConfiguration | None:
    """Return a site generator's configuration; see blog.sandbox.texts.read_configuration()."""
    return _texts.ask("configuration", dict(files), list(extend.generators), seconds=TEXT_SECONDS)


def read_people(path: str, data: bytes) -> dict[str, ConfiguredPerson]:
    """Return the authors in a site generator's data file; see blog.documents.generators.people."""
    return _texts.ask("people", path, data, seconds=TEXT_SECONDS)


def convert_export(place: Path, target: Path, site_url: str = "") -> ConvertedExport | None:
    """Write the export of a publishing system as a zip file; see blog.sandbox.systems.convert()."""
    return _systems.ask("convert", place, target, site_url, list(extend.systems), seconds=EXPORT_SECONDS)


def examine(original: bytes | None, words: ArticleWords, site: str) -> Examination:
    """Return the findings and claims of an article; see blog.sandbox.texts.examine()."""
    return _texts.ask("examine", original, words, site, seconds=TEXT_SECONDS)


def run_text_task(function: str, *arguments):
    """Return what a function of an extension returns for texts; its module is imported without Django.

    function: "module:function". Arguments and result are pickled.
    """
    return _texts.ask("run", function, *arguments, seconds=TEXT_SECONDS)


def mark_text(html: str, marks: list[MarkHighlight], notes: list[NoteHighlight]) -> HighlightedText:
    """Return rendered HTML with marks and notes; see blog.documents.marks.highlight_marks()."""
    return _texts.ask("mark", html, marks, notes, seconds=TEXT_SECONDS)


def rewrite_image(data: bytes) -> RewrittenImage:
    """Return the decoded image without metadata; see blog.sandbox.image_decoding.rewrite()."""
    pool = _imported_images if _importing.get() else _images
    image = pool.ask("rewrite", data, seconds=IMAGE_SECONDS)
    return replace(image, content=joined(image.parts, data)) if image.parts else image


@contextmanager
def importing():
    """Run the block with the processes that an import has for images."""
    token = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(token)


def shrink_image(data: bytes, width: int, widths: tuple[int, ...]) -> bytes:
    """Return an image in a smaller width, as AVIF; see blog.sandbox.image_decoding.shrink()."""
    return _images.ask("shrink", data, width, widths, seconds=IMAGE_SECONDS)


def crop_image(data: bytes, size: tuple[int, int], focus: tuple[int, int], background: str) -> bytes:
    """Return the pixels of an image, scaled and cropped to a size; see blog.sandbox.image_decoding.crop()."""
    return _images.ask("crop", data, size, focus, background, seconds=IMAGE_SECONDS)
