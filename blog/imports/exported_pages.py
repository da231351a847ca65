"""Import the pages of an export: standalone texts such as /about/, with their images and linked files."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from blog.articles.internal_links import link_addresses
from blog.articles.linked_files import LinkedFile, linked_path, store_linked_file
from blog.documents.limits import MAX_FILE_BYTES
from blog.files.file_kinds import PAGE_FILES_FOLDER, PAGE_IMAGES_FOLDER, PAGES_FOLDER
from blog.files.folder_or_archive import is_there
from blog.files.folders import Folder, UnreadableError, read_regular_file
from blog.files.upload_limits import MAX_IMAGE_BYTES, MAX_LINKED_FILE_BYTES
from blog.images.files import ImageError
from blog.images.models import Image
from blog.images.originals import store_with_original
from blog.imports.images import known_image, new_image
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.site.pages import Page


@dataclass(slots=True)
class PagesReport:
    created: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


def import_pages(folder: Path, *, publishes=False) -> PagesReport:
    """Create the pages of an export that the site does not have. Existing pages never change.

    With publishes, a page is published if its file says so. Without, all pages stay unpublished.
    """
    report = PagesReport()
    for path in sorted((folder / PAGES_FOLDER).glob("*.md")):
        try:
            _import(folder, path.name, publishes, report)
        except ValidationError as error:
            report.problems.append(f"{path.name}: {' '.join(error.messages)}")
        except (UnreadableError, ImageError, RefusedError, OSError) as error:
            report.problems.append(f"{path.name}: {error}")
    return report


def _import(folder, name, publishes, report):
    Folder(folder).check(f"{PAGES_FOLDER}/{name}")
    data = read_regular_file(folder / PAGES_FOLDER, name, MAX_FILE_BYTES)
    reading = calls.read_file(data, name, timezone.get_default_timezone())
    if reading.fields is None:
        raise UnreadableError(reading.refusal.text)
    fields = reading.fields
    page = Page(
        title=fields.title,
        slug=fields.slug,
        body=fields.body,
        meta_description=fields.meta_description,
        language=fields.language,
        is_published=publishes and fields.status == "published",
    )
    if known := Page.objects.filter(slug=page.slug).first():
        if (known.title, known.body) == (page.title, page.body):
            report.unchanged += 1
        else:
            report.problems.append(f"{name}: the site has another page {page.get_absolute_url()}.")
        return
    page.full_clean(exclude=["created_by_import"])
    with transaction.atomic():
        page.images_by_address = dict(_images(folder, page.body))
        page.save()
        LinkedFile.objects.bulk_create(_linked_files(folder, page))
    report.created += 1


def _linked_files(folder: Path, page: Page) -> Iterator[LinkedFile]:
    """Yield a row for each file of the export to which a page links."""
    for address in sorted(set(link_addresses(page.body_html))):
        path = posixpath.normpath(f"{PAGE_FILES_FOLDER}/{unquote(linked_path(address))}")
        if is_there(folder, path):
            data = read_regular_file(folder, path, MAX_LINKED_FILE_BYTES)
            yield LinkedFile(page=page, source=address, file=store_linked_file(data, path))


def _images(folder: Path, body: str) -> Iterator[tuple[str, Image]]:
    """Yield (URL in the text, image) for the files of the export that a text shows."""
    root = folder / PAGE_IMAGES_FOLDER
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root).as_posix()
        address = next((address for address in (f"/{path}", path) if address in body), "")
        if address and is_there(folder, f"{PAGE_IMAGES_FOLDER}/{path}"):
            stored = store_with_original(read_regular_file(root, path, MAX_IMAGE_BYTES))
            image = known_image(address, stored) or new_image(address, stored)
            image.save()
            yield address, image
