"""The preview of one uploaded file as an article, with its images."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.internal_links import shown_urls
from blog.desk.imports.import_page import row_of
from blog.desk.imports.upload import address_of, require_import, staged_or_404
from blog.documents.rendering.images import without_hero
from blog.files.folders import UnreadableError
from blog.imports.uploads.models import StagedFile
from blog.imports.uploads.previews import StagedPreview, preview_staged, staged_image
from blog.reader.body import shown_html
from blog.reader.page_head import Metadata
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError


@require_safe
def import_file(request, uid, position):
    """Show the file as the article that an import would create."""
    require_import(request)
    file = file_or_404(uid, position)
    preview = _preview(file)
    context = {"file": file, "row": row_of(file), "back": address_of(file.staged_import), "preview": preview}
    if preview.fields:
        context |= _article_context(preview)
    title = preview.fields.title if preview.fields else file.path
    context["meta"] = Metadata(title=title, path="", is_indexed=False)
    return render(request, "admin/imports/file.html", context)


@require_safe
def import_picture(request, uid, position):
    """Return an image uploaded with the file (?address=), decoded, without metadata."""
    require_import(request)
    file = file_or_404(uid, position)
    try:
        picture = staged_image(file, request.GET.get("address", ""))
    except (UnreadableError, RefusedError, OSError):
        raise Http404 from None
    return HttpResponse(picture.content, content_type=f"image/{picture.extension}")


def file_or_404(uid, position) -> StagedFile:
    file = staged_or_404(uid).files.filter(position=position).select_related("staged_import").first()
    if file is None:
        raise Http404
    return file


def _preview(file):
    def picture_address(address):
        arguments = [file.staged_import.uid, file.position]
        return reverse("admin:import_picture", args=arguments, query={"address": address})

    try:
        return preview_staged(file, picture_address)
    except RefusedError as error:
        return StagedPreview(refusal=text_refusal(error))
    except (UnreadableError, OSError):
        return StagedPreview(refusal=_("This file is no longer available."))


def _article_context(preview):
    urls = shown_urls(preview.rendering.html)
    body, caption = without_hero(preview.rendering.html, preview.hero)
    return {
        "body_html": shown_html(body, urls, preview.fields.language),
        "hero_caption_html": shown_html(caption, urls),
    }
