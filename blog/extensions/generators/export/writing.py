"""Write the folder of a site generator: its settings, layouts, texts, lists, images and redirects."""

import html
import itertools
import posixpath
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage

from blog.articles.linked_files import FOLDER
from blog.exports.folder import prepare_folder, reason_of_failure, write_file
from blog.extensions.generators.export.contents import Site, read_site, read_texts
from blog.extensions.generators.export.formats import FORMATS

SKELETONS = Path(__file__).parent / "skeletons"
MEDIA = "media"  # folder of images and linked files, which keep their path in the media storage
_OTHER_FILE = re.compile(r"\.(?!html?$)[a-z]{2,5}$")  # a feed, for example, which the generator may write
LONGEST_NAME = 255  # bytes, of a part of a path
REDIRECTION = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{0}</title>\n'
    '<link rel="canonical" href="{0}">\n<meta http-equiv="refresh" content="0; url={0}">\n'
    '<p><a href="{0}">{0}</a></p>\n</html>\n'
)


@dataclass(slots=True)
class SiteExport:
    """Counts of what was written, and the files that could not be."""

    articles: int = 0
    drafts: int = 0
    pages: int = 0
    images: int = 0
    redirects: int = 0
    problems: list[str] = field(default_factory=list)


def export_for(generator: str, folder: Path, *, force=False) -> SiteExport:
    """Write a folder that the generator builds. Raises ExportFailedError without force if it is not empty."""
    prepare_folder(folder, force)
    form, report = FORMATS[generator], SiteExport()
    site = read_site()
    _copy_skeletons(generator, folder)
    for path, contents in form.settings(site).items():
        write_file(folder, path, contents.encode())
    for topic in site.topics if form.topic else ():
        path, contents = form.topic(topic)
        write_file(folder, path, contents.encode())
    files = set()
    for text in read_texts():
        path, contents = form.text(text, site)
        try:
            write_file(folder, path, contents.encode())
        except (ValueError, OSError) as error:
            report.problems.append(f"{path}: {reason_of_failure(error)}")
            continue
        report.pages += text.is_page
        report.articles += not text.is_page
        report.drafts += text.is_draft
        _copy_files(text.files - files, folder / form.static, report)
        files |= text.files
    report.images = sum(not name.startswith(f"{FOLDER}/") for name in files)
    _write_redirects(site, folder / form.static, report, has_aliases=form.has_aliases)
    return report


def _copy_skeletons(generator, folder):
    shutil.copytree(SKELETONS / generator, folder, dirs_exist_ok=True)
    static = folder / FORMATS[generator].static
    static.mkdir(exist_ok=True)
    shutil.copy(SKELETONS / "site.css", static / "site.css")


def _copy_files(names: Iterable[str], static, report):
    """Copy stored images and linked files.

    The original files of images may have metadata that readers should not get.
    """
    for name in sorted(names):
        try:
            with default_storage.open(name) as file:
                write_file(static, posixpath.join(MEDIA, name), file.read())
        except (ValueError, OSError) as error:
            report.problems.append(f"{name}: {reason_of_failure(error)}")


def _write_redirects(site: Site, static, report, *, has_aliases):
    """Write all redirects to _redirects, and an HTML file for each that the generator does not create."""
    lines = []
    for old, new, is_alias in site.redirects:
        if not any(character.isspace() for character in old + new):
            lines.append(f"{old} {new or '/404.html'} {301 if new else 410}\n")
        is_written = new and not (has_aliases and is_alias)
        if is_written and (path := _file_of(old)):
            try:
                write_file(static, path, REDIRECTION.format(html.escape(new)).encode())
            except (ValueError, OSError):
                continue  # a folder has this name: _redirects still has the line
        report.redirects += 1
    if lines:
        write_file(static, "_redirects", "".join(lines).encode())


def _file_of(path):
    """Return the file that answers at a path on a static site, or "" if it cannot have one."""
    parts = path.strip("/").split("/")
    if any(part.startswith((".", "_")) or not 0 < len(part.encode()) <= LONGEST_NAME for part in parts):
        return ""
    if "\0" in path or _OTHER_FILE.search(path):
        return ""
    is_file = path.endswith((".html", ".htm"))
    return posixpath.join(*parts, *itertools.repeat("index.html", 0 if is_file else 1))
