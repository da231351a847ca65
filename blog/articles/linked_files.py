"""Files that articles and pages link to, such as PDFs and videos, imported with the text.

A text keeps the link as it is in the imported file. When a page is shown, the link leads to the stored file
(internal_links.py). If a later import brings another file for the same link, that file gets a row of its own,
and the newest row in use determines the file. Rows that are not in use (is_in_use) still keep their file.

A stored file has the imported bytes, and is named by their digest. It is served as long as a page, or an
article that is not in the trash, has a row in use for it. It is deleted within a day after its last row is
deleted.
"""

import hashlib
import itertools
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from unicodedata import normalize
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.linked_types import linked_extension
from blog.documents.references import parse_reference
from blog.files.storage import delete_unused
from blog.images.models import ADDRESS_LENGTH

FOLDER = "files"  # in the media storage
LONGEST_NAME = 150  # bytes, without the extension
_OTHER_HOST = re.compile(r"https?://[a-z0-9.-]+(?:/|\Z)")
RETENTION = timedelta(days=1)  # of files without a row; an import stores files before their rows


class LinkedFile(models.Model):
    """The stored file for a URL (source) in the text of an article or page."""

    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="linked_files")
    page = models.ForeignKey("blog.Page", models.CASCADE, null=True, related_name="linked_files")
    source = models.CharField(max_length=ADDRESS_LENGTH)
    file = models.FileField(max_length=300, db_index=True)
    created_by_import = models.ForeignKey("blog.ImportRun", models.SET_NULL, null=True, related_name="+")
    is_in_use = models.BooleanField(default=True)  # False for a held update and an undone import

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="linked_file_of_one_text",
                condition=Q(article__isnull=True, page__isnull=False)
                | Q(article__isnull=False, page__isnull=True),
            )
        ]

    def __str__(self):
        return self.source


def linked_path(address: str) -> str:
    """Return the path of the file that a link leads to, escaped, or "" for types that are not copied.

    A link of a template tag or wikilink has a path from the root of the site.
    """
    if _OTHER_HOST.match(address):  # most links: recognised in a tenth of the time
        return ""
    reference = parse_reference(address)
    if not reference or reference.host or len(address) > ADDRESS_LENGTH:
        return ""
    if not linked_extension(reference.path) or reference.path.startswith(settings.MEDIA_URL):
        return ""
    path = quote(reference.path)
    return f"/{path.lstrip('/')}" if reference.is_name else path


def linked_urls(
    links: Mapping[int | None, Iterable[str]], page: int | None = None
) -> dict[tuple[int | None, str], str]:
    """Return {(article, URL in its text): URL} of the links to stored files. At most one query.

    links: {pk of the article, or None for another text: URLs in its text}. page: pk of that text, if it is a
    page.
    """
    wanted = {
        (article, address)
        for article, addresses in links.items()
        for address in addresses
        if (article or page) and linked_path(address)
    }
    urls = {}
    for rows in _rows_of({article for article, _ in wanted}, page):
        for row in rows.filter(is_in_use=True):
            if (key := (row.article_id, row.source)) in wanted:
                anchor = parse_reference(row.source).anchor
                urls[key] = row.file.url + (f"#{quote(anchor, safe='=&,')}" if anchor else "")
    return urls


def _rows_of(articles, page):
    if None in articles:
        yield LinkedFile.objects.filter(page=page)
    for keys in itertools.batched(articles - {None}, ROWS_AT_ONCE):
        yield LinkedFile.objects.filter(article__in=keys)


def newest_files(rows: Iterable[LinkedFile]) -> dict[int | None, dict[str, LinkedFile]]:
    """Return the newest row for each link: {article or None: {URL in its text: row}}.

    rows: of articles, or of one page, ordered by key.
    """
    found = defaultdict(dict)
    for row in rows:
        if row.is_in_use:
            found[row.article_id][row.source] = row
    return found


def store_linked_file(data: bytes, name: str, *, keep=True) -> str:
    """Store a file and return its name in the media storage. Without keep, only return the name."""
    digest = hashlib.sha256(data).hexdigest()
    stem, extension = posixpath.splitext(posixpath.basename(name))
    stem = re.sub(r"[^\w.-]+", "-", normalize("NFC", stem)).strip("._-")
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    stored = f"{FOLDER}/{digest[:2]}/{digest[:40]}/{stem or 'file'}{extension.lower()}"
    if keep:
        default_storage.keep(stored, data)
    return stored


def delete_unused_files() -> None:
    """Delete the stored files of articles that were deleted, and those that were never linked."""
    if settings.BUCKET and not LinkedFile.objects.exists():
        return  # a new database, which does not know the files in the bucket
    for name in delete_unused(default_storage, FOLDER, _linked, RETENTION):
        with suppress(OSError):  # other files may have the same content
            default_storage.delete(posixpath.dirname(name))


def _linked(names):
    return set(LinkedFile.objects.filter(file__in=names).values_list("file", flat=True))
