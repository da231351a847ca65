"""Create the standalone pages of an imported site, unpublished. Pages that exist are never changed."""

from django.core.exceptions import ValidationError

from blog.documents.notices import Notice, NoticeKind
from blog.imports.images import BatchImages
from blog.imports.models import ImportRun
from blog.imports.report import FileReport, Outcome
from blog.imports.sources import PreparedFile
from blog.imports.workers import rendering_with
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
