"""Parts of files: the Range header, with which browsers play videos and read PDFs (RFC 9110, section 14).

One range is answered. For several, and for headers that are not valid, readers get the whole file, as the RFC
allows.
"""

import io
import re

from django.http import FileResponse, HttpResponse

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
