"""Export pages, redirects and names of authors, next to the articles, so that another site can import them.

They are in a folder that an import of articles skips (SITE_FOLDER): pages as Markdown with front matter,
their images and linked files at their path on the site, and the redirects as CSV.
"""

import json
import posixpath
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

from django.utils import timezone

from blog.articles.authors import Author
from blog.articles.file_fields import edited_fields
from blog.articles.linked_files import linked_path, newest_files
from blog.articles.models import Article
from blog.documents.addresses import REMOTE
from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_file
from blog.exports.folder import reason_of_failure, stored_bytes, write_file
from blog.files.file_kinds import (
    PAGE_FILES_FOLDER,
    PAGE_IMAGES_FOLDER,
    PAGES_FOLDER,
    PEOPLE_FILE,
    REDIRECTS_FILE,
    is_skipped_folder,
)
from blog.site.pages import Page
from blog.site.redirect_lists import export_redirects
from blog.site.redirects import Redirect


def export_pages(folder: Path, pages, problems: list[str]) -> int:
    """Write pages with their files. Return the number of pages, and add what failed to problems."""
    written = 0
    for page in pages.order_by("pk").prefetch_related("body_image_links__image", "linked_files"):
        try:
            write_file(folder, f"{PAGES_FOLDER}/{page.slug}.md", page_file(page))
            written += 1
            for link in page.body_image_links.all():
                if path := _path_of(link.source):
                    write_file(folder, f"{PAGE_IMAGES_FOLDER}/{path}", stored_bytes(link.image)[0])
            for source, row in newest_files(page.linked_files.all())[None].items():
                if path := _path_of(linked_path(source)):
                    write_file(folder, f"{PAGE_FILES_FOLDER}/{path}", stored_bytes(row)[0])
        except (ValueError, OSError) as error:
            problems.append(f"page {page.slug}: {reason_of_failure(error)}")
    return written


def export_all_redirects(folder: Path) -> None:
    """Write the redirects of the site, if it has any."""
    if Redirect.objects.exists():
        write_file(folder, REDIRECTS_FILE, export_redirects(Redirect.objects.order_by("path")).encode())


def page_file(page: Page) -> bytes:
    """Return a page as a Markdown file."""
    fields = {
        "title": page.title,
        "slug": page.slug,
        "metaDescription": page.meta_description,
        "lang": page.language,
        "status": "published" if page.is_published else "new",
    }
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items() if value)
    return f"---\n{''.join(lines)}---\n{page.body}".encode()


def _path_of(address):
    """Return the path of an image below the folder of images, or "" for a remote one."""
    if address.startswith((*REMOTE, "data:")):
        return ""
    path = posixpath.normpath(unquote(address.partition("?")[0].partition("#")[0]).lstrip("/"))
    return "" if any(is_skipped_folder(part) for part in path.split("/")) else path


class ExportedPeople:
    """Collects the authors of exported articles whom the files name by a key, by the folder of their source.

    The files stay as they came. PEOPLE_FILE, next to the articles of a source, explains the keys.
    """

    def __init__(self):
        self._people: dict[str, dict[str, Author]] = defaultdict(dict)

    def add(self, article: Article, folder: str) -> None:
        """Add the authors of an article, which its file in this folder names by a key."""
        source = getattr(article, "source_file", None)
        authors = [link.author for link in article.author_links.all()]
        original = bytes(source.original) if source else b""
        if not source or all(author.name.encode() in original for author in authors):
            return
        document = parse_file(original, source.path)
        zone = timezone.get_default_timezone()
        keys = read_fields(document, path=source.path, time_zone=zone).authors
        if len(keys) == len(authors) and "authors" not in edited_fields(article):
            pairs = zip(keys, authors, strict=True)
            self._people[folder] |= {key: author for key, author in pairs if key != author.name}

    def write(self, root: Path) -> None:
        """Write a file for each source with such authors. Raises ValueError or OSError."""
        for folder, people in self._people.items():
            values = {key: _values(author) for key, author in sorted(people.items())}
            data = json.dumps(values, ensure_ascii=False, indent=1).encode()
            write_file(root, f"{folder}/{PEOPLE_FILE}".lstrip("/"), data)


def _values(author):
    links = [{"label": link.label, "url": link.address} for link in author.links.all()]
    values = {"name": author.name, "bio": author.bio, "url": author.url, "links": links}
    return {key: value for key, value in values.items() if value}
