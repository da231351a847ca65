"""Create standalone pages: those of an imported site, unpublished, and those of an export of Galley.

Pages that exist are never changed.
"""

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
from blog.documents.notices import Notice, NoticeKind
from blog.files.archives import is_there
from blog.files.file_kinds import PAGE_FILES_FOLDER, PAGE_IMAGES_FOLDER, PAGES_FOLDER
from blog.files.folders import Folder, UnreadableError, read_regular_file
from blog.files.upload_limits import MAX_IMAGE_BYTES, MAX_LINKED_FILE_BYTES
from blog.images.files import ImageError
from blog.images.models import Image
from blog.images.originals import store_with_original
from blog.imports.images import BatchImages, known_image, new_image
from blog.imports.models import ImportRun
from blog.imports.report import FileReport, Outcome
from blog.imports.sources import PreparedFile
from blog.imports.workers import rendering_with
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.site.live_pages import live_pages, may_be_redirected
from blog.site.pages import Page
from blog.site.redirects import Redirect
from blog.site.text_model import resolved_images


def import_page(file: PreparedFile, images: BatchImages, record: ImportRun) -> FileReport:
    """Create the page of a file, unless it exists or cannot be created. Return a report of the outcome."""
    fields = file.fields
    page = Page(
        title=fields.title,
        slug=fields.slug,
        body=fields.body,
        meta_description=fields.meta_description or fields.excerpt,
        language=fields.language[:35],
        created_by_import=record,
    )
    notices = list(fields.notices)
    report = FileReport(file.path, Outcome.SKIPPED, slug=page.slug, title=page.title, notices=notices)
    if Page.objects.filter(slug=page.slug).exists():
        report.notice = _notice(page, "is the page {}, which exists: it stays as it is.")
        return report
    try:
        page.full_clean(exclude=["created_by_import"])
    except ValidationError as error:
        report.notice = _notice(page, f"cannot become the page {{}}: {' '.join(error.messages)}")
        return report
    page.images_by_address = images.body(file, notices)
    images.insert_rows()
    resolved = resolved_images(page.images_by_address, {})
    page.save(rendering=rendering_with(file, resolved))
    _redirect(page, fields.old_addresses)
    report.notice = _notice(page, "became the page {}, not published.")
    return report


def _notice(page, sentence):
    address = page.get_absolute_url() if page.slug else ""
    return Notice(NoticeKind.PAGE, sentence.format(address), detail=address)


def _redirect(page, addresses):
    """Redirect the old addresses that are free."""
    own = page.get_absolute_url().rstrip("/")
    paths = [path for path in addresses if path.startswith("/") and path.rstrip("/") != own]
    taken = {*live_pages(paths), *Redirect.objects.filter(path__in=paths).values_list("path", flat=True)}
    free = [path for path in dict.fromkeys(paths) if path not in taken and may_be_redirected(path)]
    Redirect.objects.bulk_create(Redirect(path=path, page=page) for path in free)


def delete_untouched_pages(record: ImportRun) -> None:
    """Delete the pages that an import created, unless an editor has published or saved them since."""
    Page.objects.filter(created_by_import=record, is_published=False, lock_version=1).delete()


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
