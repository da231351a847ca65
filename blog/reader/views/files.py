"""Views of images, linked files and icons.

URLs contain a digest of the content, or the colour of an icon.
"""

import io
import posixpath
import re
from functools import partial

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from blog.articles.linked_files import FOLDER, LinkedFile
from blog.documents.linked_types import LINKED_TYPES, SHOWN_TYPES, linked_extension
from blog.images import icons
from blog.images.renditions import NoRenditionError, original_name, stored_rendition
from blog.sandbox.image_decoding import FORMATS
from blog.site.identity import site_identity

MEDIA_NAME = re.compile(
    rf"images/[0-9a-f]{{2}}/([0-9a-f]{{40}})\.({'|'.join(each.extension for each in FORMATS.values())})"
)
LINKED_NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/([0-9a-f]{{40}})/[^/\0]+")
MEDIA_TYPES = {each.extension: f"image/{each.name.lower()}" for each in FORMATS.values()}


@require_safe
def media(request, name):
    """Serve a stored image or linked file. Its name has the digest of its content, so it never changes."""
    if match := LINKED_NAME.fullmatch(name):
        return linked_file(request, name, match[1])
    match = MEDIA_NAME.fullmatch(name)
    if not match:
        raise Http404
    etag = f'"{match[1]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None and request.method == "GET":
        file, size = found(default_storage.stream_with_size, name)  # one request to a bucket
    else:
        file, size = io.BytesIO(), found(default_storage.size, name)
    if response is None:
        filename, content_type = posixpath.basename(name), MEDIA_TYPES[match[2]]
        response = FileResponse(file, filename=filename, content_type=content_type)
        response["Content-Length"] = size
    return kept_for_ever(response, etag)


def found(read, name):
    """Return what a method of the storage reads of a file. Raises Http404 if it does not exist."""
    try:
        return read(name)
    except FileNotFoundError:
        raise Http404 from None


def linked_file(request, name, digest):
    """Serve a file to which an article links. Only types that browsers show safely are not downloaded."""
    extension = linked_extension(name)
    rows = LinkedFile.objects.filter(file=name, article__trashed_at=None, is_in_use=True)
    if not extension or not rows.exists():
        raise Http404
    size, etag = found(default_storage.size, name), f'"{digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = file_or_part(
            request,
            partial(default_storage.stream, name),
            size,
            etag,
            as_attachment=extension not in SHOWN_TYPES,
            filename=posixpath.basename(name),
            content_type=LINKED_TYPES[extension],
        )
    return response if response.status_code == UNSATISFIABLE else kept_for_ever(response, etag)


@require_safe
def rendition(request, file_name, width):
    """Serve a rendition of a stored image, or redirect to the image if there is no rendition."""
    try:
        content = stored_rendition(file_name, width)
    except FileNotFoundError:
        raise Http404 from None
    except NoRenditionError:
        return redirect(default_storage.url(original_name(file_name)))
    etag = f'"{file_name}-{width}"'
    response = get_conditional_response(request, etag=etag)
    return kept_for_ever(response or HttpResponse(content, content_type="image/avif"), etag)


def kept_for_ever(response, etag):
    """Make a response permanently cacheable, because its URL contains a digest of the content.

    The sandbox policy is defence in depth, in case a file other than an image gets into the storage.
    """
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@cache_control(public=True, max_age=86400)
@require_safe
def favicon(request):
    """Serve /favicon.ico, which feed readers and link previews request without reading a page."""
    return HttpResponse(icons.icon("favicon.ico", site_identity().look.accent), content_type="image/x-icon")


@require_safe
def icon(request, colour, name):
    """Serve an icon in the site's colour. The URL of an icon in another colour redirects to it."""
    accent = site_identity().look.accent
    if name not in icons.NAMES:
        raise Http404
    if f"#{colour}" != accent:
        return redirect("blog:icon", accent[1:], name)
    response = HttpResponse(icons.icon(name, accent), content_type=icons.MEDIA_TYPES[name[-3:]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


_RANGE = re.compile(r"bytes=\s*(?:([0-9]{1,19})-([0-9]{0,19})|-([0-9]{1,19}))\s*", re.IGNORECASE)
UNSATISFIABLE = 416


class UnsatisfiableError(Exception):
    """Raised if a requested range has no byte of the file."""


def file_or_part(request, open_part, size: int, etag: str, **options) -> HttpResponse:
    """Return a response with a file, or with the part of it that the request asks for.

    open_part(part) returns these bytes as a file object, or the whole file if part is None. It is not called
    for a HEAD request. options: of FileResponse.
    """
    try:
        part = requested_part(request, size, etag)
    except UnsatisfiableError:
        return HttpResponse(status=UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        response = FileResponse(io.BytesIO() if request.method == "HEAD" else open_part(None), **options)
        response["Content-Length"] = size
    else:
        response = FileResponse(open_part(part), status=206, **options)
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        response["Content-Length"] = len(part)
    response["Accept-Ranges"] = "bytes"
    return response


def requested_part(request, size: int, etag: str) -> range | None:
    """Return the offsets of the bytes that a request asks for, or None for the whole file.

    etag: that of the file. An If-Range header with another one, or with a date, asks for the whole file.
    Raises UnsatisfiableError.
    """
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if not wanted or request.method != "GET" or request.headers.get("if-range", etag) != etag:
        return None
    first, last, count = wanted.groups()
    if count:
        start, stop = max(0, size - int(count)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise UnsatisfiableError
    return range(start, stop)
